// A notification as data: the message of an incident, and a row for the outbox.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import { metricIds } from '../metrics/catalog.ts';
import { Level } from './rule.ts';
import type { EffectKind } from './state.ts';

/** Which chart belongs to an alert; it is drawn from the store when the message goes out. Times are epoch ms. */
export const AlertChart = z.object({
  app: z.string(),
  metric: z.enum(metricIds),
  from: z.number(),
  to: z.number(),
  limits: z.array(z.object({ label: z.string(), value: z.number() })),
});
export type AlertChart = z.infer<typeof AlertChart>;

/**
 * Everything that the message of an incident shows, now. Plain text throughout; a person in it is written as
 * `{user:U123}`, which the drawing replaces by a mention after it has escaped the rest (see `userToken`).
 */
export const AlertView = z.object({
  incident: z.string(),
  rule: z.string(),
  app: z.object({ id: z.string(), name: z.string() }),
  /** Colour of line 1: red, orange, green or grey. */
  colour: z.enum(['red', 'orange', 'green', 'grey']),
  level: Level,
  /** Line 1 without the circle: "Critical: free memory 7.4 % on Production chat". */
  headline: z.string(),
  /** The lines below, in order. Plain text. */
  lines: z.array(z.string()),
  /** Who is pinged by this message: U…, S… or `here`. */
  mentions: z.array(z.string()),
  runbook: z.string().optional(),
  console: z.string().optional(),
  chart: AlertChart.optional(),
  /** Which buttons it has. */
  actions: z.array(z.enum(['acknowledge', 'silence', 'unsilence', 'why'])),
  openedAt: z.number(),
  closedAt: z.number().optional(),
  /** Of a closed incident: the whole story as one sentence, for when nobody could be told in time. */
  story: z.string().optional(),
});
export type AlertView = z.infer<typeof AlertView>;

/** A person inside a text of a view or a line. Anything that is not a user id of Slack is written as it is. */
export function userToken(id: string): string {
  return isUserId(id) ? `{user:${id}}` : withoutTokens(id);
}

function isUserId(id: string): boolean {
  return /^[UW][A-Z0-9]{2,}$/.test(id);
}

/** Foreign text in which nothing looks like a person's token. */
export function withoutTokens(text: string): string {
  return text.replaceAll('{user:', '{user ');
}

/** Replaces the tokens of a text, for example by `<@U123>` in Slack or by a name elsewhere. */
export function replaceUsers(text: string, write: (id: string) => string): string {
  return text.replace(/\{user:([UW][A-Z0-9]{2,})\}/g, (_token, id: string) => write(id));
}

export type NotificationMessage =
  | { readonly kind: 'alert'; readonly view: AlertView }
  /** `about` is the effect that the line tells of. `text` may hold `{user:U…}`. */
  | { readonly kind: 'line'; readonly text: string; readonly mentions: string[]; readonly about: EffectKind }
  | { readonly kind: 'pager'; readonly action: 'trigger' | 'acknowledge' | 'resolve'; readonly view: AlertView };

/** Fits a new row of the outbox as it is. Notes of a stream and lane go out in order of `seq`. */
export interface Notification {
  /** Unique: `INCIDENT:SEQ`. */
  readonly key: string;
  /** The incident, or the storm that it is part of. */
  readonly stream: string;
  readonly lane: 'slack' | 'pager';
  readonly seq: number;
  readonly channel: string;
  readonly operation: 'post' | 'edit' | 'reply' | 'page';
  readonly broadcast: boolean;
  readonly message: NotificationMessage;
  /** Time of the sample that caused an opening, an escalation or a resolve. */
  readonly causedAt: Instant | undefined;
  readonly createdAt: Instant;
  readonly notBefore: Instant;
}
