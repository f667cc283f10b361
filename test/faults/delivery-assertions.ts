// What the channels tell of each incident and digest, and the test that nothing is lost, doubled or out of order.
import { expect } from 'vitest';
import type { Message, Workspace } from '../../src/demo/workspace/workspace.ts';

/** What people can read of one incident. */
export interface Told {
  readonly incident: string;
  /** Messages that show the incident as a whole, where they stand. */
  readonly roots: readonly Message[];
  /** What was said in the thread, or beside it where there was none. */
  readonly lines: readonly Message[];
  /** Messages that say that it is over, other than an edit of the root. */
  readonly closes: readonly Message[];
}

/** Whatever can be asked for what stands in the store. */
export interface Book {
  rows(sql: string): Record<string, unknown>[];
}

const isOver = /(Resolved|Closed|Resolved by hand)\b.*:|Slack could not be reached|It was over before/;

/** The key that a message carries where people do not see it. */
export function keyOf(message: Message): string {
  return String(message.metadata?.event_payload['key'] ?? '');
}

/** Everything that is told of an incident. A root ends with the line that names its rule. */
export function toldOf(workspace: Workspace, incident: string): Told {
  const own = workspace.everything().filter((message) => keyOf(message).startsWith(`${incident}:`));
  const isRoot = (message: Message): boolean => message.threadTs === undefined && /^Rule /m.test(message.text);
  const roots = own.filter(isRoot);
  const lines = own.filter((message) => !isRoot(message));
  const wholeStories = roots.filter(({ text }) => /Slack could not be reached|It was over before/.test(text));
  return { incident, roots, lines, closes: [...lines.filter(({ text }) => isOver.test(text)), ...wholeStories] };
}

/** The newest root of a rule's incidents. */
export function rootOf(workspace: Workspace, rule: string): Message | undefined {
  return workspace
    .everything()
    .findLast((message) => keyOf(message).startsWith(`${rule}@`) && /^Rule /m.test(message.text));
}

/** One root and, when it is over, one close for each incident; each key once; lines in the order of what happened; nothing waits. */
export function expectOnceEach(workspace: Workspace, ruleIndex: Book): void {
  expect(workspace.violations).toEqual([]);
  const keys = workspace
    .everything()
    .map(keyOf)
    .filter((key) => key !== '');
  expect(keys).toEqual([...new Set(keys)]);
  expect(ruleIndex.rows("select key, state, error from outbox where unfinished = 1 or state = 'dead'")).toEqual([]);
  for (const { id, closed_at: closedAt } of ruleIndex.rows('select id, closed_at from incident')) {
    const told = toldOf(workspace, String(id));
    const count = { incident: id, roots: told.roots.length, closes: told.closes.length };
    expect(count).toEqual({ incident: id, roots: 1, closes: closedAt === null ? 0 : 1 });
    const order = told.lines.map((line) => Number(keyOf(line).split(':').at(-1)));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    if (closedAt !== null)
      expect(told.roots[0]?.text).toMatch(/Resolved after|Closed\b|Slack could not be reached|It was over/);
  }
  for (const run of ruleIndex.rows(
    "select schedule, period, state from digest_run where state in ('sent', 'queued')",
  )) {
    const key = `digest:${run['schedule']}:${run['period']}`;
    expect(keys.filter((one) => one === key)).toEqual([key]);
    expect(run['state']).toBe('sent');
  }
}
