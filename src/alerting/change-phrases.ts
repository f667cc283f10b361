// The English of changed settings: what was changed, from what to what, by whom, and how a rule says that it was changed in Slack.
import type { Duration, Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise, lowerFirst } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { localDate } from '../time-zone.ts';
import type { WhenWritten } from './alert-phrases.ts';
import { userToken } from './notification.ts';
import type { Limits } from './rule.ts';
import type { OverrideEnd } from './rule-override.ts';

/** What can be changed of a rule, as it was. */
export interface SettingFacts {
  readonly metric: MetricId;
  readonly direction: 'below' | 'above';
  readonly warning: Limits;
  readonly critical?: Limits | undefined;
  readonly keepFiring: Duration;
  readonly channels: readonly string[];
  readonly mention: readonly string[];
}

/** In a form that pings no group. */
function pinged(id: string): string {
  if (id === 'here') return 'everybody who is here';
  return id.startsWith('S') ? `user group ${id}` : userToken(id);
}

/** Each setting with its name and its words, in the order in which they are told. */
function wordedSettings(facts: SettingFacts, wording: Wording): ReadonlyMap<string, string> {
  const { warning, critical, keepFiring, channels, mention } = facts;
  const { unit } = metric(facts.metric);
  const side = facts.direction === 'below' ? 'under' : 'over';
  const beyond = ({ trigger }: Limits): string => `${side} ${wording.value(trigger, unit)}`;
  const held = ({ holdFor }: Limits): string => (holdFor === 0 ? 'at once' : wording.duration(holdFor));
  const list = (ids: readonly string[]): string => (ids.length === 0 ? 'nobody' : wording.list(ids));
  return new Map([
    ['warning', beyond(warning)],
    ['warning clears', `at ${wording.value(warning.clear, unit)}`],
    ['warning after', held(warning)],
    ['critical', critical === undefined ? 'none' : beyond(critical)],
    ...(critical === undefined
      ? []
      : ([
          ['critical clears', `at ${wording.value(critical.clear, unit)}`],
          ['critical after', held(critical)],
        ] as const)),
    ['closes after', keepFiring === 0 ? 'at once' : wording.duration(keepFiring)],
    ['channel', list(channels.map((id) => `{channel:${id}}`))],
    ['pings', list(mention.map(pinged))],
  ]);
}

/** `warning under 15 %, clears at 20 %, after 5 min; critical …` */
function settingsWords(facts: SettingFacts, wording: Wording): string {
  return [...wordedSettings(facts, wording)].map(([name, words]) => `${name} ${words}`).join(', ');
}

/** `warning under 15 % → under 12 %; closes after 10 min → 30 min` */
function differenceWords(before: SettingFacts, after: SettingFacts, wording: Wording): string {
  const [old, now] = [wordedSettings(before, wording), wordedSettings(after, wording)];
  // Of a level that one of them lacks, only that is said.
  const isLevelKept = (before.critical === undefined) === (after.critical === undefined);
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.get(name) !== now.get(name) && (isLevelKept || !name.startsWith('critical ')),
  );
  if (names.length === 0) return 'nothing differs';
  return names.map((name) => `${name} ${old.get(name) ?? 'none'} → ${now.get(name) ?? 'none'}`).join('; ');
}

interface Difference {
  readonly before: SettingFacts;
  readonly after: SettingFacts;
}

const ended = (sentence: string): string => sentence.replace(/(?<![.!?])$/, '.');

interface Listed extends WhenWritten {
  readonly at: Instant;
  readonly by?: string | undefined;
  readonly from: 'file' | 'slack';
  readonly what: Phrase;
}

interface Ended {
  readonly rule: string;
  readonly because: OverrideEnd;
  /** Who had made the changes that no longer hold, and when. */
  readonly by: string;
  readonly madeAt: Instant;
  /** Undefined where the rule is gone. */
  readonly difference?: Difference | undefined;
}

const causes: Readonly<Record<OverrideEnd, string>> = {
  changed: 'has the settings of the file again, because its rule was changed there',
  gone: 'is not in the file any more',
  unfit: 'has the settings of the file again, because what was set in Slack does not fit it any more',
  file: 'has the settings of the file again',
};

function endedWords({ rule, because, by, madeAt, difference, now, zone }: Ended & WhenWritten, wording: Wording) {
  const made = `${userToken(by)} had changed it in Slack ${wording.moment(madeAt, zone, now)}`;
  const what = difference === undefined ? '' : `: ${differenceWords(difference.before, difference.after, wording)}`;
  return `${rule} ${causes[because]}${what}. ${capitalise(made)}.`;
}

interface Tuned {
  readonly by: string;
  readonly at: Instant;
  readonly zone: string;
}

/** `Changed in Slack by @bob on 3 Dec.` */
function tunedWords({ by, at, zone }: Tuned, { shortDate }: Wording): string {
  return `Changed in Slack by ${userToken(by)} on ${shortDate(localDate(at, zone))}.`;
}

export const changePhrases = {
  'change.listed': ({ at, by, from, what, now, zone }: Listed, { moment, text }) => {
    const who = from === 'file' ? 'in the file' : `in Slack by ${by === undefined ? 'somebody' : userToken(by)}`;
    return `${capitalise(moment(at, zone, now))}, ${who}: ${text(what)}`;
  },
  'change.settings': settingsWords,
  'change.tuned': ({ rule, before, after }: Difference & { readonly rule: string }, wording) =>
    `${rule}: ${differenceWords(before, after, wording)}.`,
  'change.ofAlert': ({ rule, line }: { readonly rule: string; readonly line: Phrase }, { text }) =>
    `${rule}: ${ended(text(line))}`,
  'change.line': ({ line }: { readonly line: Phrase }, { text }) => ended(text(line)),
  'change.ended': endedWords,
  'change.file': ({ added, changed, removed }: Record<'added' | 'changed' | 'removed', readonly string[]>, { list }) =>
    [
      ...(added.length === 0 ? [] : [`new ${list(added)}`]),
      ...(changed.length === 0 ? [] : [`changed ${list(changed)}`]),
      ...(removed.length === 0 ? [] : [`gone ${list(removed)}`]),
    ]
      .join('; ')
      .replace(/$/, '.'),
  'change.count': (
    { count, alert, range }: { readonly count: number; readonly alert?: string | undefined; readonly range: Phrase },
    { quantity, text },
  ) => {
    const of = alert === undefined ? '' : ` of ${alert}`;
    const counted = quantity(count, { one: 'change', other: 'changes' });
    return count === 0 ? `Nothing was changed${of} ${text(range)}` : `${counted}${of} ${text(range)}`;
  },
  'change.more': ({ count }: { readonly count: number }) => `… ${count} older ones; name a shorter range.`,
  'rule.tunedNamed': ({ rule, ...tuned }: Tuned & { readonly rule: string }, wording) =>
    `${rule}: ${lowerFirst(tunedWords(tuned, wording))}`,
  /** Wherever a rule is shown that is not as the file has it. */
  'rule.tuned': tunedWords,
} satisfies PhraseSet;
