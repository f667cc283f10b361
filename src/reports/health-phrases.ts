// English for the report of `health`: platforms, deliveries, digests and known problems.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { sentence } from './status-phrases.ts';

const messages = (count: number, { quantity }: Wording): string =>
  quantity(count, { one: 'message', other: 'messages' });

const withoutStop = (text: string): string => text.replace(/\.$/, '');

/** The outcome of a run, by its stored state. */
const outcomes: Readonly<Record<string, string>> = {
  collecting: 'being made',
  queued: 'waits to be sent',
  sent: 'sent',
  skipped: 'skipped',
  failed: 'failed',
};

interface Schedule {
  readonly id: string;
  readonly next?: { readonly at: Instant; readonly zone: string; readonly now: Instant };
}

function nextWords({ next }: Schedule, { moment }: Wording): string {
  return next === undefined ? 'no next run' : `next ${moment(next.at, next.zone, next.now)} ${next.zone}`;
}

export const healthPhrases = {
  'health.well': ({ isAsked, waiting }: { isAsked: boolean; waiting: number }, wording) => {
    const answers = isAsked ? 'every platform answers' : 'every platform that was asked has answered';
    const delivered = waiting === 0 ? 'every message was delivered' : `${messages(waiting, wording)} on the way`;
    return `imstats is well: ${answers}${waiting === 0 ? ' and ' : ', '}${delivered}`;
  },
  /** The first problems, and how many more there are. */
  'health.problems': ({ problems, more }: { problems: readonly Phrase[]; more: number }, { text }) => {
    const shown = problems.map(text).join('; ');
    return capitalise(more > 0 ? `${shown}; and ${more} more` : shown);
  },
  'health.running': ({ length, zone }: { length: Duration; zone: string }, { duration }) =>
    `running for ${duration(length)}, ${zone}`,
  'health.notConnected': () => 'Slack is not connected',
  /** `cause`: where it is one app. */
  'health.unsaved': () => 'the store cannot be written, alerts are told from memory',
  'health.fileGone': () => 'the file of the store was taken away',
  'health.deaf': () => 'nothing that Slack sends arrives',
  'health.silent': ({ apps, cause }: { apps: readonly string[]; cause?: Phrase }, { list, text }) =>
    cause === undefined
      ? `${list(apps)} ${apps.length === 1 ? 'does' : 'do'} not answer`
      : `${list(apps)} gives no numbers: ${text(cause)}`,
  'health.failed': ({ apps }: { apps: readonly string[] }, { list }) => `${list(apps)} did not answer the last poll`,
  'health.notJudged': ({ rules }: { rules: readonly string[] }, { list }) =>
    `${rules.length === 1 ? 'rule' : 'rules'} ${list(rules)} cannot be judged`,
  'health.rules': () => 'Alert rules',
  'health.judged': ({ count, unjudged }: { count: number; unjudged: number }, wording) => {
    const rules = wording.quantity(count, { one: 'rule', other: 'rules' });
    if (unjudged === 0)
      return count === 1 ? '1 rule, which is judged at every poll.' : `${rules}, all judged at every poll.`;
    return `${wording.count(unjudged)} of ${rules} cannot be judged.`;
  },
  'health.dead': ({ count }: { count: number }, wording) => `${messages(count, wording)} could not be delivered`,
  'health.waits': ({ length }: { length: Duration }, { duration }) => `a message has waited for ${duration(length)}`,
  'health.missed': ({ digests }: { digests: readonly string[] }, { list }) =>
    `the last run of digest ${list(digests)} did not go out`,
  'health.listed': ({ count }: { count: number }, { quantity }) =>
    count === 1
      ? 'the trouble below needs a look'
      : `${quantity(count, { one: 'trouble', other: 'troubles' })} below need a look`,
  'health.platforms': () => 'Platforms',
  'health.app': () => 'App',
  'health.lastAnswer': () => 'Last answer',
  'health.state': () => 'State',
  'health.notAsked': () => 'not asked yet',
  'health.never': () => 'never',
  'health.waiting': () => 'waiting for the first poll',
  'health.answers': ({ every }: { every: Duration }, { duration }) =>
    `answers, asked every ${every === minute ? 'minute' : every === hour ? 'hour' : duration(every)}`,
  'health.failing': (
    { count, since, reason }: { count: number; since?: Duration; reason?: Phrase },
    { quantity, duration, text },
  ) => {
    const polls = quantity(count, { one: 'failed poll', other: 'failed polls' });
    const times = since === undefined || count < 3 ? polls : `failing for ${duration(since)}, ${polls}`;
    return reason === undefined ? times : `${times}: ${withoutStop(text(reason))}`;
  },
  'health.delivery': () => 'Delivery',
  'health.noneWaits': () => 'No message waits.',
  'health.messagesWait': ({ count, length }: { count: number; length?: Duration }, wording) => {
    const oldest = length === undefined ? '' : `, the oldest for ${wording.duration(length)}`;
    return `${messages(count, wording)} ${count === 1 ? 'waits' : 'wait'}${oldest}.`;
  },
  'health.undelivered': ({ count }: { count: number }, wording) =>
    `${messages(count, wording)} could not be delivered to any channel.`,
  'health.slack': ({ isConnected, mode }: { isConnected: boolean; mode: string }) =>
    isConnected ? `Slack is connected by ${mode}.` : `Slack is not connected (${mode}).`,
  'health.digests': () => 'Digests',
  'health.noDigest': () => 'No digest is scheduled.',
  'health.digestFirst': (schedule: Schedule, wording) =>
    `${schedule.id}: ${nextWords(schedule, wording)}; it has not run yet.`,
  'health.digest': (
    run: Schedule & { state: string; at: Instant; zone: string; now: Instant; reason?: Phrase },
    wording,
  ) => {
    const { id, at, zone, now, state, reason } = run;
    const why = reason === undefined ? '' : ` (${withoutStop(wording.text(reason))})`;
    return `${id}: ${nextWords(run, wording)}; last ${wording.moment(at, zone, now)}: ${outcomes[state] ?? state}${why}.`;
  },
  'health.troubles': () => 'Troubles',
  'health.trouble': ({ about, words, at, now }: { about: Phrase; words: Phrase; at: Instant; now: Instant }, wording) =>
    sentence(`${wording.text(about)}, ${wording.age(at, now)}: ${wording.text(words)}`),
  'health.more': ({ count }: { count: number }) => `… ${count} more`,
  'problem.scopes': ({ scopes }: { scopes: readonly string[] }) =>
    `Slack did not grant ${scopes.join(', ')}. Paste manifest.yml into the Slack app again and reinstall it.`,
  'problem.unreadable': ({ count }: { count: number }, { quantity }) =>
    `${quantity(count, { one: 'stored row', other: 'stored rows' })} could not be read and ${count === 1 ? 'was' : 'were'} set aside; the log says which.`,
  'problem.config': () => 'configuration',
  'problem.tokens': () => 'tokens of Slack',
  /** The first mistakes, each with its place, and how many there are. */
  'config.refused': ({ mistakes, count }: { mistakes: readonly string[]; count: number }, wording) => {
    const more =
      count > mistakes.length ? `; and ${wording.count(count - mistakes.length)} more, which the log has` : '';
    const all = wording.quantity(count, { one: 'mistake', other: 'mistakes' });
    return `The changed configuration has ${all}, so the one before it goes on: ${mistakes.join('; ')}${more}.`;
  },
  /** `why`: what the refusal says, with what to do. */
  'config.tokensRefused': ({ why }: { why: string }) =>
    `Changed tokens of Slack were not taken, so the old ones go on; all else of the configuration was taken. ${why} They are tried again every minute.`,
  'config.tokensTaken': () => 'Slack takes the changed tokens now; they hold.',
  'config.mended': () => 'The configuration is right again, and was taken.',
  /** The names of what differs from the configuration before. */
  'config.taken': (
    {
      at,
      zone,
      now,
      ...difference
    }: {
      at: Instant;
      zone: string;
      now: Instant;
      added: readonly string[];
      changed: readonly string[];
      removed: readonly string[];
      atNextStart: readonly string[];
    },
    { moment, list, count },
  ) => {
    const names = (some: readonly string[]): string =>
      list(some.length > 8 ? [...some.slice(0, 8), `${count(some.length - 8)} more`] : some);
    const parts = (['added', 'changed', 'removed'] as const)
      .filter((kind) => difference[kind].length > 0)
      .map((kind) => `${kind} ${names(difference[kind])}`);
    const later = difference.atNextStart;
    const wait = later.length === 0 ? '' : ` At the next start only: ${names(later)}.`;
    return `Taken anew ${moment(at, zone, now)}: ${parts.length === 0 ? 'nothing differs' : parts.join('; ')}.${wait}`;
  },
  'health.configuration': () => 'Configuration',
  'problem.store': () => 'store',
  'problem.file': () => 'file of the store',
  'problem.socket': () => 'connection from Slack',
  'problem.heartbeat': () => 'heartbeat',
  /** `service`: the name of its key in the configuration; `default` is the one without a name. */
  'problem.pager': ({ service }: { service?: string | undefined }) =>
    service === undefined || service === 'default' ? 'pager' : `pager ${service}`,
  /** Named by Slack where the place has markup. */
  'problem.channel': ({ channel }: { channel: string }) => `{channel:${channel}}`,
  'problem.slack': () => 'Slack',
  'problem.edits': ({ channel }: { channel: string }) => `edits in {channel:${channel}}`,
  'problem.threads': ({ channel }: { channel: string }) => `threads in {channel:${channel}}`,
  'problem.mention': ({ channel }: { channel: string }) => `mention in {channel:${channel}}`,
  'problem.digest': ({ digest }: { digest: string }) => `digest ${digest}`,
  'problem.delivery': ({ key }: { key: string }) => `delivery ${key}`,
  /** What an error says, and what to do. */
  'problem.explained': ({ words, advice }: { words: Phrase; advice?: Phrase | undefined }, { text }) =>
    advice === undefined ? text(words) : `${text(words)} ${text(advice)}`,
  'problem.coded': ({ code, words }: { code: string; words: Phrase }, { text }) => `${code}: ${text(words)}`,
  'problem.nobodyTold': ({ channel, why }: { channel: string; why: Phrase }, { text }) =>
    `Nobody could be told in {channel:${channel}}: ${text(why)}`,
} satisfies PhraseSet;
