// Many openings at once become one summary.
import { type Duration, type Instant, minute } from '../clock.ts';
import { formatQuantity } from '../metrics/format.ts';
import { moment } from '../metrics/metric-words.ts';
import type { AlertView } from './notification.ts';

/** An incident that is part of a storm, as its summary shows it. */
export interface StormMember {
  readonly incident: string;
  readonly app: string;
  readonly openedAt: Instant;
  /** Line 1 of the incident's own message. */
  readonly headline: string;
  readonly colour: AlertView['colour'];
  readonly level: AlertView['level'];
  readonly isOpen: boolean;
}

/** More openings than this in one channel within `stormSpan` are gathered. */
const stormSize = 5;
const stormSpan: Duration = minute;

export interface Opening {
  readonly incident: string;
  readonly channel: string;
  readonly at: Instant;
  /** The storm that it was put into, if any. */
  readonly stream?: string | undefined;
}

/** What becomes of an opening: a message of its own, or a place in the summary that `stream` names. With the reason. */
export type StormDecision =
  | { readonly gather: false; readonly reason: string }
  | { readonly gather: true; readonly stream: string; readonly reason: string };

/**
 * Pure. `recent` are the told openings of the last minute or more, in any order, the new one not among them.
 * The first five have messages of their own; from the sixth on one summary holds them, for as long as openings keep coming.
 */
export function decideStorm(opening: Opening, recent: readonly Opening[]): StormDecision {
  const near = recent.filter(
    (other) =>
      other.channel === opening.channel &&
      other.at > opening.at - stormSpan &&
      other.at <= opening.at &&
      other.incident !== opening.incident,
  );
  const running = near.toSorted((a, b) => b.at - a.at).find((other) => isStorm(other.stream));
  if (running?.stream !== undefined) return { gather: true, stream: running.stream, reason: 'a storm is running' };
  if (near.length < stormSize)
    return { gather: false, reason: `${formatQuantity(near.length + 1, 'opening')} within a minute` };
  return {
    gather: true,
    stream: `storm@${opening.channel}@${opening.at}`,
    reason: `${formatQuantity(near.length + 1, 'opening')} within a minute`,
  };
}

/** True for the stream of a storm, false for that of an incident. */
export function isStorm(stream: string | undefined): boolean {
  return stream?.startsWith('storm@') === true;
}

const mostLines = 20;
const severity: Readonly<Record<AlertView['colour'], number>> = { red: 3, orange: 2, grey: 1, green: 0 };

/** The summary: how many, on which apps, and line 1 of each, the worst first. */
export function stormView(
  own: AlertView,
  storm: { readonly stream: string; readonly members: readonly StormMember[] },
  when: { now: Instant; zone: string },
): AlertView {
  const members = [...storm.members.filter(({ incident }) => incident !== own.incident), memberOf(own)];
  const open = members.filter((member) => member.isOpen);
  const sorted = members.toSorted((a, b) => severity[b.colour] - severity[a.colour] || a.openedAt - b.openedAt);
  const worst = sorted[0] ?? memberOf(own);
  const apps = [...new Set(members.map((member) => member.app))];
  const more = sorted.length > mostLines ? [`… ${sorted.length - mostLines} more`] : [];
  return {
    incident: storm.stream,
    rule: own.rule,
    app: own.app,
    colour: worst.colour,
    level: members.some((member) => member.level === 'critical') ? 'critical' : 'warning',
    headline: `${formatQuantity(members.length, 'more alert')} at once on ${apps.length > 3 ? formatQuantity(apps.length, 'app') : apps.join(', ')}: ${open.length === 0 ? 'all closed' : `${open.length} open`}`,
    lines: [
      ...sorted.slice(0, mostLines).map((member) => member.headline),
      ...more,
      `As of ${moment(when.now, when.now, when.zone)}, ${when.zone}.`,
    ],
    mentions: [],
    actions: [],
    openedAt: Math.min(...members.map((member) => member.openedAt)),
    ...(open.length === 0 ? { closedAt: when.now } : {}),
  };
}

/** An incident as part of a storm. */
export function memberOf(view: AlertView): StormMember {
  return {
    incident: view.incident,
    app: view.app.name,
    openedAt: view.openedAt,
    headline: view.headline,
    colour: view.colour,
    level: view.level,
    isOpen: view.closedAt === undefined,
  };
}
