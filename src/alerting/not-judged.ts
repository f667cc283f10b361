// The note on a rule that cannot be judged although its platform answers: said when that begins, and when it ends.
import type { Phrase } from '../metrics/phrase.ts';
import { type AlertContext, rulePhrasesOf, whenWritten } from './alert-lines.ts';
import type { messagePhrases } from './alert-phrases.ts';
import type { Effect } from './events.ts';
import type { headlinePhrases } from './headline-phrases.ts';
import type { threadPhrases } from './history-phrases.ts';
import type { judgingPhrases } from './judging-phrases.ts';
import { type AlertView, alertPhrasesOf, type Notification } from './notification.ts';
import { type AlertApp, lowestLevel, type Rule } from './rule.ts';
import type { AlertState, MachineState } from './state.ts';

type Unjudged = NonNullable<MachineState['unjudged']>;

const phrase = alertPhrasesOf<
  typeof headlinePhrases & typeof messagePhrases & typeof threadPhrases & typeof judgingPhrases
>();

type Told = Pick<AlertContext, 'state' | 'rule' | 'app' | 'now'>;

/** `Not judged: free memory of Production chat is not reported since 14:01; the rule memory-low cannot say anything`. */
export function notJudgedWords({ state, rule, app, now }: Told): Phrase {
  const { last, unjudged } = state.machine;
  const { because = 'missing', since = now } = unjudged ?? {};
  const isNew = last === undefined;
  const of = { metric: rule.metric, app: app.name, rule: rule.id };
  return phrase('alert.notJudged', { ...of, because, since, isNew, ...whenWritten({ app, now }) });
}

/** What a note is made of: the step that said it or ended it. */
interface NoteInput {
  readonly before: AlertState;
  readonly after: AlertState;
  readonly effects: readonly Effect[];
  readonly rule: Rule;
  readonly app: AlertApp;
  readonly now: number;
}

/** Pure. The note of a step in the channel of the rule; none where nothing begins or ends. */
export function notJudgedNotes(input: NoteInput): readonly Notification[] {
  const { before, after, effects } = input;
  const ended = effects.find(({ kind }) => kind === 'judged');
  const begun = effects.some(({ kind }) => kind === 'unjudged');
  return [
    ...(ended === undefined ? [] : endOf(input, before.machine.unjudged, ended)),
    ...(begun ? beginOf(input, after.machine.unjudged) : []),
  ];
}

type Note = NonNullable<Unjudged['note']>;

function viewOf({ rule, app, now }: NoteInput, note: Note, headline: Phrase, lines: readonly Phrase[]): AlertView {
  return {
    incident: note.stream,
    rule: rule.id,
    app: { id: app.id, name: app.name },
    colour: 'grey',
    level: lowestLevel(rule),
    headline,
    lines: [...lines],
    context: [phrase('alert.rule', { rule: rule.id }), phrase('alert.asOf', { at: now, ...whenWritten({ app, now }) })],
    mentions: [],
    actions: ['why'],
    openedAt: note.at,
  };
}

function rowOf({ now }: NoteInput, note: Note, row: Pick<Notification, 'seq' | 'operation' | 'message'>): Notification {
  const { stream, channel } = note;
  const when = { causedAt: undefined, createdAt: now, notBefore: now };
  return { key: `${stream}:${row.seq}`, stream, lane: 'slack', channel, broadcast: false, ...when, ...row };
}

function beginOf(input: NoteInput, unjudged: Unjudged | undefined): readonly Notification[] {
  const { note, because } = unjudged ?? {};
  if (note === undefined || because === undefined) return [];
  const { after: state, rule, app, now } = input;
  const headline = notJudgedWords({ state, rule, app, now });
  const view = viewOf(input, note, headline, [phrase('alert.untilJudged', { because })]);
  return [rowOf(input, note, { seq: 0, operation: 'post', message: { kind: 'alert', view } })];
}

function endOf(input: NoteInput, unjudged: Unjudged | undefined, { isRuleGone }: Effect): readonly Notification[] {
  const note = unjudged?.note;
  if (unjudged === undefined || note === undefined) return [];
  const { after, rule, app, now } = input;
  const alert = { state: after, rule, app, now };
  const { last } = after.machine;
  const when = { since: unjudged.since, at: now, ...whenWritten(alert) };
  const reading = last === undefined || last.at < now ? undefined : rulePhrasesOf(alert).now(last);
  const headline =
    isRuleGone === true
      ? phrase('alert.ruleRemoved', { rule: rule.id })
      : phrase('alert.judgedAgain', { rule: rule.id, reading });
  const story = phrase('alert.wasNotJudged', { metric: rule.metric, app: app.name, rule: rule.id, ...when });
  const view: AlertView = { ...viewOf(input, note, headline, [story]), closedAt: now, story };
  const line = phrase('alert.sentence', { line: headline });
  const text = phrase('thread.line', { at: now, ...whenWritten(alert), isBroadcast: false, line });
  return [
    rowOf(input, note, { seq: 1, operation: 'edit', message: { kind: 'alert', view } }),
    rowOf(input, note, {
      seq: 2,
      operation: 'reply',
      message: { kind: 'line', text, mentions: [], about: 'judged' },
    }),
  ];
}
