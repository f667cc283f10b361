// Applies a poll to the alerts of its app: while the platform fails, the alert on the platform itself inhibits the others.
import { frozenLines, isInhibited, isPlatformRule } from '../alerting/inhibition.ts';
import type { Measurement, Rule } from '../alerting/rule.ts';
import type { Store } from '../store/store.ts';
import type { Windows } from './maintenance.ts';
import { eventOf, type Polled } from './measure.ts';
import { type Stepped, stepRule } from './step.ts';
import type { Book } from './storms.ts';

/** A rule with what it says of a poll. */
export interface Said {
  readonly rule: Rule;
  readonly measurement: Measurement;
}

/** A rule with what became of its alert. */
export interface Applied extends Stepped {
  readonly rule: Rule;
}

/** What a poll is applied with beside itself. */
interface Round {
  readonly said: readonly Said[];
  readonly windows: Windows;
  readonly book: Book;
}

/** `tx` is the store within a transaction. */
export async function applyPoll(tx: Store, polled: Polled, round: Round): Promise<readonly Applied[]> {
  const own = round.said.filter(({ rule }) => isPlatformRule(rule));
  const others = round.said.filter(({ rule }) => !isPlatformRule(rule));
  if (polled.health.failures === 0) {
    // The platform answers: the others are measured first, because its alert ends with how they stand.
    const measured = await applyAll(tx, polled, { ...round, said: others });
    return [...measured, ...(await applyAll(tx, polled, { ...round, said: own }))];
  }
  const silent = await applyAll(tx, polled, { ...round, said: own });
  return [...silent, ...(await applyAll(tx, polled, { ...round, said: others }, silent))];
}

/** `platform`: the alert on the platform as this poll left it. */
async function applyAll(
  tx: Store,
  polled: Polled,
  { said, windows, book }: Round,
  platform: readonly Applied[] = [],
): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  for (const { rule, measurement } of said) {
    const event = eventOf(measurement, polled);
    if (event === undefined) continue;
    const inhibited = platform.some(({ state }) => isInhibited(rule, state));
    const context = { muted: windows.at(rule, polled.at), inhibited };
    const othersNow = (): Promise<readonly string[]> => frozenLinesOf(tx, polled, book);
    const stepped = await stepRule(tx, { rule, app: polled.app, event, context, book, othersNow });
    applied.push({ rule, ...stepped });
  }
  return applied;
}

/** What the other alerts of the app say, for the end of the alert on its platform. */
async function frozenLinesOf(tx: Store, { app, at }: Polled, book: Book): Promise<readonly string[]> {
  const alerts = (await tx.alerts.all()).flatMap(({ rule: id, state }) => {
    const rule = book.rules.get(id);
    return rule === undefined ? [] : [{ rule, state }];
  });
  return frozenLines(alerts, app, at);
}
