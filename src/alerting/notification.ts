// A notification as data (the message of an incident, a row for the outbox), and which effect is notified how.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import { metricIds } from '../metrics/catalog.ts';
import { Phrase, type PhraseSet, type PhraseValues, phrasesOf } from '../metrics/phrase.ts';
import type { Effect, EffectKind } from './events.ts';
import { highestLevel, Level, type Rule } from './rule.ts';

/** The chart of an alert, drawn from the store when the message is sent. Times are epoch ms. */
export const AlertChart = z.object({
  app: z.string(),
  metric: z.enum(metricIds),
  from: z.number(),
  to: z.number(),
  limits: z.array(z.object({ label: Phrase, value: z.number() })),
  /** True where the hours are drawn that the platform counts itself. */
  byHour: z.boolean().optional(),
});
export type AlertChart = z.infer<typeof AlertChart>;

/**
 * All that the message of an incident shows, as facts. Its words are plain text; a person is written there as `{user:U123}`
 * (see `userToken`), which is replaced by a mention after the rest was escaped.
 */
const alertView = z.object({
  incident: z.string(),
  rule: z.string(),
  app: z.object({ id: z.string(), name: z.string() }),
  /** Colour of line 1: red, orange, green or grey. */
  colour: z.enum(['red', 'orange', 'green', 'grey']),
  level: Level,
  /** Line 1 without the circle: "Critical: free memory 7.4 % on Production chat". */
  headline: Phrase,
  /** The lines below, in order. */
  lines: z.array(Phrase),
  /** The small print below them: which rule, how often, of when. Earlier versions had it among the lines. */
  context: z.array(Phrase).optional(),
  /** Who is pinged by this message: U…, S… or `here`. */
  mentions: z.array(z.string()),
  runbook: z.string().optional(),
  console: z.string().optional(),
  chart: AlertChart.optional(),
  /** Which buttons it has. */
  actions: z.array(z.enum(['acknowledge', 'silence', 'unsilence', 'normal', 'why', 'call'])),
  /** True where a note can be kept with it. */
  takesNotes: z.boolean().optional(),
  /** True for a storm: its buttons act on all of it. */
  isStorm: z.boolean().optional(),
  /** True while somebody has it in hand: acknowledging again extends that. */
  isHandled: z.boolean().optional(),
  /** Of an open incident: whether a resolve by hand ends it, or closes it for now because its value is not clear. */
  closing: z.enum(['resolve', 'forNow']).optional(),
  /** Of an incident in several channels: where its messages are, this one among them. */
  places: z.array(z.object({ channel: z.string(), stream: z.string() })).optional(),
  /** The user groups that the rule pings, whose members are named. */
  onCall: z.array(z.string()).optional(),
  /** Of the message of a maintenance that goes on: its id, by which it is ended. */
  maintenance: z.string().optional(),
  openedAt: z.number(),
  closedAt: z.number().optional(),
  /** Of a closed incident: all of it as one sentence, for when it was over before its first message could be sent. */
  story: Phrase.optional(),
});
export type AlertView = z.infer<typeof alertView>;

/** As it is stored; fields of a later version are kept. */
export const AlertView: z.ZodType<AlertView> = alertView.loose();

/** The token of a person inside a text of a view or a line. What is not a Slack user id is written as it is. */
export function userToken(id: string): string {
  return isUserId(id) ? `{user:${id}}` : withoutTokens(id);
}

function isUserId(id: string): boolean {
  return /^[UW][A-Z0-9]{2,}$/.test(id);
}

/** Foreign text without anything that looks like such a token. */
function withoutTokens(text: string): string {
  return text.replaceAll('{user:', '{user ');
}

/** Like `phrasesOf`, for phrases with foreign text (names, reasons of a platform): none of it can name a person. */
export function alertPhrasesOf<Set extends PhraseSet>() {
  const phrase = phrasesOf<Set>();
  return <Kind extends keyof Set & string>(kind: Kind, values: PhraseValues<Set, Kind>): Phrase =>
    tokenless(phrase(kind, values));
}

/** The phrase without its people: each of them is somebody. */
export function withoutPeople(phrase: Phrase): Phrase {
  return JSON.parse(JSON.stringify(phrase, (name, part: unknown) => (name === 'by' ? undefined : part)));
}

function tokenless<Value>(value: Value): Value {
  // Nearly all phrases have none, and every poll makes some.
  if (!hasToken(value)) return value;
  return JSON.parse(JSON.stringify(value), (_name, part: unknown) =>
    typeof part === 'string' ? withoutTokens(part) : part,
  );
}

function hasToken(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{user:');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasToken);
}

/** Replaces the tokens of a text, for example by `<@U123>` in Slack or by a name elsewhere. */
export function replaceUsers(text: string, write: (id: string) => string): string {
  return text.replace(/\{user:([UW][A-Z0-9]{2,})\}/g, (_token, id: string) => write(id));
}

export type NotificationMessage =
  | { readonly kind: 'alert'; readonly view: AlertView }
  /** `about` is the effect that the line reports. `text` may hold `{user:U…}`. */
  | {
      readonly kind: 'line';
      readonly text: Phrase;
      readonly mentions: string[];
      readonly about: EffectKind;
      /** Of a line that the channel sees too. */
      readonly colour?: AlertView['colour'] | undefined;
    }
  | {
      readonly kind: 'pager';
      readonly action: PagerAction;
      readonly view: AlertView;
      /** Under which the pager knows the call: another one is another call. */
      readonly key: string;
      /** Name of the key of the service that is called. */
      readonly service?: string | undefined;
    };

export type PagerAction = 'trigger' | 'acknowledge' | 'resolve';

/** Fits a new row of the outbox as it is. Those of one stream and lane are sent in order of `seq`. */
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

/** How each effect is notified: `line` in the thread, `edit` of the root at once. Other effects show with the next edit. */
const policy: {
  readonly [kind in EffectKind]?: {
    readonly line?: true;
    readonly broadcast?: true;
    readonly edit?: true;
    readonly ping?: true;
  };
} = {
  escalated: { line: true, broadcast: true, edit: true, ping: true },
  downgraded: { line: true, edit: true },
  recovering: { line: true, edit: true },
  refired: { line: true, edit: true },
  resolved: { line: true, broadcast: true, edit: true },
  closed: { line: true, edit: true },
  repeated: { line: true, edit: true, ping: true },
  escalatedToOthers: { line: true, edit: true, ping: true },
  acknowledged: { line: true, edit: true },
  takenOver: { line: true, edit: true },
  noted: { line: true },
  unnoted: { line: true },
  called: { line: true, edit: true },
  reminded: { line: true, edit: true },
  acknowledgementExpired: { line: true, edit: true },
  silenced: { line: true, edit: true },
  unsilenced: { line: true, edit: true },
  silenceEnded: { line: true, edit: true },
  undone: { line: true, edit: true },
  reopened: { line: true, broadcast: true, edit: true },
  stale: { line: true, edit: true },
  fresh: { line: true, edit: true },
  flapping: { line: true, edit: true },
  flappingEnded: { line: true, edit: true },
  limitsChanged: { line: true, edit: true },
};

/** The rule, and the level that an effect is about. */
type Subject = { readonly level: Level; readonly rule: Rule };

/** While an alert flaps, each of these is an edit and not a line, and is not kept in the history either. */
export const flappingEffects: ReadonlySet<EffectKind> = new Set(['recovering', 'refired']);

/** True for the first notification of an incident. */
export function isAnnouncement({ kind, suppressedBy }: Effect): boolean {
  return (kind === 'opened' || kind === 'announced') && suppressedBy === undefined;
}

/** True for an escalation that people are told of. */
export const isPingedEscalation = ({ kind, suppressedBy }: Effect): boolean =>
  kind === 'escalated' && suppressedBy === undefined;

/** True for an effect with a line of its own in the thread. */
export function isLine({ kind }: Effect, isFlapping: boolean): boolean {
  return policy[kind]?.line === true && !(isFlapping && flappingEffects.has(kind));
}

/** True for an effect that changes the root at once. */
export function isEdit({ kind }: Effect): boolean {
  return policy[kind]?.edit === true;
}

/** True for a line that the channel sees too; reminders for critical only. */
export function isBroadcast({ kind }: Effect, { level }: Subject): boolean {
  return kind === 'repeated' ? level === 'critical' : policy[kind]?.broadcast === true;
}

/** The people that the rule pings: those of its highest level, when that fires. */
export function pinged({ level, rule }: Subject): readonly string[] {
  return level === highestLevel(rule) ? rule.mention : [];
}

/** The people that a line pings. */
export function mentionsOf({ kind, actor, from }: Effect, subject: Subject): readonly string[] {
  if (kind === 'reminded') return actor === undefined ? [] : [actor];
  if (kind === 'takenOver') return from === undefined ? [] : [from];
  if (kind === 'escalatedToOthers') return subject.rule.escalate?.mention ?? [];
  return policy[kind]?.ping === true ? pinged(subject) : [];
}

const paging: ReadonlySet<EffectKind> = new Set([
  'opened',
  'announced',
  'escalated',
  'acknowledgementExpired',
  'reopened',
]);

/**
 * What the pager is sent for an effect; undefined for nothing. `paged`: it was called for this incident. `isHandled`: somebody has
 * it in hand, so that reopening it calls nobody. Repeats call nobody: only what is new, or in nobody's hands any more, does.
 */
function pagerAction(
  effect: Effect,
  { level, rule }: Subject,
  { paged, isHandled }: { readonly paged: boolean; readonly isHandled: boolean },
): PagerAction | undefined {
  if (effect.closed !== undefined) return paged ? 'resolve' : undefined;
  if (effect.suppressedBy !== undefined) return undefined;
  if (effect.kind === 'called') return 'trigger';
  if (effect.kind === 'acknowledged' || effect.kind === 'takenOver') return paged ? 'acknowledge' : undefined;
  if (effect.kind === 'reopened' && isHandled) return undefined;
  return paging.has(effect.kind) && level === highestLevel(rule) ? 'trigger' : undefined;
}

/** One event for the pager; `call` counts the calls of the incident from 1 on. */
export interface PagerEvent {
  readonly action: PagerAction;
  readonly call: number;
}

/** The key of a call at the pager, counted from 1 on. */
export const callKey = (incident: string, call: number): string => (call > 1 ? `${incident}/${call}` : incident);

/** What the pager is told of an effect. Whoever is called again is called anew, because the call before notifies nobody any more. */
export function pagerEvents(
  effect: Effect,
  subject: Subject,
  { calls, ...standing }: { readonly paged: boolean; readonly calls: number; readonly isHandled: boolean },
): readonly PagerEvent[] {
  const action = pagerAction(effect, subject, standing);
  if (action === undefined) return [];
  if (action !== 'trigger') return [{ action, call: calls }];
  const ended: PagerEvent[] = standing.paged ? [{ action: 'resolve', call: calls }] : [];
  return [...ended, { action, call: calls + 1 }];
}
