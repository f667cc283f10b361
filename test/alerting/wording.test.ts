// Alerts in a made-up language: no English is left in a message, a thread, an answer, a pager's event or a list, nor in what is stored.
import { describe, expect, test } from 'vitest';
import { coalesce } from '../../src/alerting/coalesce.ts';
import type { AlertEvent } from '../../src/alerting/events.ts';
import type { Notification } from '../../src/alerting/notification.ts';
import type { Rule } from '../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import { AlertState } from '../../src/alerting/state.ts';
import { stormMember } from '../../src/alerting/storm.ts';
import { conditionOf, explainReading, explainTerms } from '../../src/alerting/why.ts';
import { day, hour, minute } from '../../src/clock.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import { drawAlertList } from '../../src/slack/blocks/alert-list.ts';
import { drawMessage } from '../../src/slack/sender.ts';
import { Message } from '../../src/store/outbox.ts';
import { foreignWords, madeUpWording } from '../support/made-up-wording.ts';
import { app, boot, every, gib, ruleWith, sample, start, type Told, tell, tick, undo, user } from './sample-rules.ts';

const m = minute;
const memory = ruleWith();
const opened = every(0, 2 * m, 0.05);

/** What is a name, an id or a part of Slack's own markup. */
const names = [
  'Production chat',
  'Asia/Taipei',
  '{user:U0BOB}',
  'U0BOB',
  'S0ONCALL',
  'subteam',
  '{user:U0LEAD}',
  'U0LEAD',
];

const poll = { type: 'fail', why: { kind: 'delivery.maybeRepeat', values: {} } } as const;

const written = (raw: Record<string, unknown>): Rule => {
  const read = ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', ...raw }, { app });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.rule;
};

const phrase = (kind: string, values: Phrase['values']): Phrase => ({ kind, values });

const told: readonly (readonly [string, Rule, readonly AlertEvent[]])[] = [
  ['a warning that escalates', memory, [...every(0, 5 * m, 0.1), ...every(6 * m, 8 * m, 0.05)]],
  ['critical, acknowledged', memory, [...opened, user(3 * m, 'acknowledge'), ...every(4 * m, 6 * m, 0.06)]],
  ['a reminder that nobody answers', memory, [...opened, user(3 * m, 'acknowledge'), ...every(4 * m, 93 * m, 0.05)]],
  ['silenced and not any more', memory, [...opened, user(3 * m, 'silence', hour), user(4 * m, 'unsilence')]],
  ['a silence that runs out', memory, [...opened, user(3 * m, 'silence', 5 * m), ...every(4 * m, 6 * m, 0.05)]],
  ['repeated', memory, [...opened, ...every(3 * m, 40 * m, 0.05)]],
  ['down to a warning', memory, [...opened, ...every(3 * m, 9 * m, 0.13)]],
  ['recovering and back', memory, [...opened, ...every(3 * m, 5 * m, 0.5), sample(6 * m, 0.05)]],
  ['resolved', memory, [...opened, ...every(3 * m, 20 * m, 0.5)]],
  ['without data, and with data again', memory, [...opened, { ...poll, at: start + 8 * m }, sample(9 * m, 0.05)]],
  ['not measured', memory, [...opened, { type: 'fail', at: start + 8 * m, why: undefined }]],
  ['nobody knows how it went on', memory, [...opened, { ...poll, at: start + 8 * m }, tick(2 * day)]],
  ['resolved by hand', memory, [...opened, user(4 * m, 'resolve')]],
  [
    'taken over, with a note and a reason',
    memory,
    [
      ...[...opened, user(3 * m, 'acknowledge'), { ...user(3.5 * m, 'acknowledge'), who: 'U0LEAD', takesOver: true }],
      ...[
        { ...user(4 * m, 'note'), text: '42' },
        { ...user(5 * m, 'silence', hour), text: '42' },
      ],
    ],
  ],
  ['undone', memory, [...opened, user(3 * m, 'silence', hour), undo(4 * m, 3 * m)]],
  ['open again', memory, [...opened, user(3 * m, 'resolve'), undo(4 * m, 3 * m), undo(5 * m, 3 * m)]],
  ['its rule is gone', memory, [...opened, { type: 'ruleRemoved', at: start + 5 * m }]],
  ['its rule is off', memory, [...opened, { type: 'ruleRemoved', at: start + 5 * m, because: 'paused' }]],
  [
    'second mention',
    ruleWith({ escalate: { after: 15 * m, mention: ['U0LEAD'] } }),
    [...opened, ...every(3 * m, 20 * m, 0.05)],
  ],
  ['after a start', memory, [...opened, boot(3 * m), sample(3.5 * m, 0.05)]],
  [
    'flapping',
    ruleWith({ levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } } }),
    Array.from({ length: 90 }, (_, at) => sample(at * m, at < 12 && at % 2 === 0 ? 0.1 : 0.3)),
  ],
  [
    'the peak of connections',
    ruleWith({
      metric: 'connections.peak',
      direction: 'above',
      levels: { warning: { trigger: 1_600, clear: 1_400, holdFor: 0 } },
    }),
    [sample(0, 1_893)],
  ],
];

const history = [
  { id: 'it@1', rule: 'memory-low', app: 'prod', level: 'critical', openedAt: start - day, closedAt: start - hour },
] as const;
const trend = phrase('trend.reaches', {
  perHour: -4e7,
  unit: 'bytes',
  is: 'empty',
  after: 15 * hour,
  soonest: 12 * hour,
  latest: 19 * hour,
});

function tellAll(rule: Rule, events: readonly AlertEvent[]): Told {
  return tell(rule, events, { history, trend, otherAlerts: [phrase('alert.othersQuiet', {})] });
}

/** Everything that a person reads of it: messages, lines, late messages, history and answers. */
function textsOf({ allNotes, all }: Told): string[] {
  const rows = allNotes.map((note) => ({ ...note, state: 'pending' }));
  const merged = coalesce(rows).keep.map(({ message }) => message);
  const messages = [...allNotes.map(({ message }) => message), ...merged].map((message) => Message.parse(message));
  const drawn = messages.map((message) =>
    message.kind === 'pager'
      ? [message.view.headline, ...message.view.lines].map(madeUpWording.text).join('\n')
      : message.kind === 'picture' || message.kind === 'links'
        ? ''
        : readOf(drawMessage(message, [], madeUpWording)).join('\n'),
  );
  const phrases = all.flatMap(({ history: lines, answer }) => [
    ...lines.map(({ words }) => words),
    ...(answer === undefined ? [] : [answer]),
  ]);
  return [...drawn, ...phrases.map(madeUpWording.text)];
}

/** What a person reads of a drawn message: the texts of its blocks, buttons and menus, and its own. */
function readOf(part: unknown, name = ''): string[] {
  if (typeof part === 'string') return name === 'text' || name === 'alt_text' ? [part] : [];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => readOf(value, key));
}

function english(text: string, rule: Rule): string[] {
  return foreignWords(text, [...names, rule.id]);
}

describe('an alert in a made-up language', () => {
  test.each(told)('%s', (_name, rule, events) => {
    const all = tellAll(rule, events);
    expect(all.allNotes.length).toBeGreaterThan(0);
    expect(textsOf(all).flatMap((text) => english(text, rule))).toEqual([]);
  });

  test('of a platform that does not answer', () => {
    const rule = unreachableRule(app, 'C0ONCALL', ['S0ONCALL']);
    const failing = (at: number): AlertEvent => ({
      type: 'sample',
      at: start + at,
      measured: {
        state: 'measured',
        value: at / m,
        shown: at / m,
        brief: phrase('unreachable.since', { since: start, now: start + at, zone: app.timezone }),
        words: [phrase('unreachable.reason', { reason: poll.why })],
      },
    });
    const all = tellAll(
      rule,
      Array.from({ length: 20 }, (_, at) => failing((at + 1) * m)),
    );
    expect(textsOf(all).flatMap((text) => english(text, rule))).toEqual([]);
  });

  test('of many at once', () => {
    const one = ruleWith({ id: 'one' });
    const member = stormMember({ state: tell(one, opened).state, rule: one, app }, start);
    const all = tell(memory, opened, {
      storms: [{ channel: 'C0ONCALL', storm: { stream: 'storm@C@1', members: [member], after: 5 } }],
    });
    expect(textsOf(all).flatMap((text) => english(text, memory).filter((word) => word !== 'one'))).toEqual([]);
  });

  test('that people cannot act on', () => {
    const refusals = (['acknowledge', 'unsilence', 'resolve', 'silence'] as const).map((action) =>
      tell(memory, [sample(0, 0.5), user(m, action, action === 'silence' ? 0 : undefined)]),
    );
    expect(refusals.every(({ isRefused }) => isRefused)).toBe(true);
    expect(refusals.flatMap(textsOf).flatMap((text) => english(text, memory))).toEqual([]);
  });
});

describe('a list and an explanation in a made-up language', () => {
  const rules = [
    memory,
    written({ metric: 'connections.peak', above: 1_600 }),
    written({ kind: 'drop', metric: 'connections.current', belowUsual: '50%' }),
    written({ kind: 'forecast', metric: 'memory.free_ratio', reaches: '8%', critical: {} }),
    written({ kind: 'baseline', metric: 'connections.current' }),
    unreachableRule(app, 'C0ONCALL'),
  ];

  test.each(rules.map((rule) => [rule.kind, rule] as const))('of %s', (_kind, rule) => {
    const measured = { state: 'measured', value: 0.05, shown: 0.05, whole: 8 * gib, words: [] } as const;
    for (const measurement of [measured, { state: 'unknown' }] as const) {
      const number = { now: start, shown: measurement.state === 'measured' ? 0.05 : undefined, whole: 8 * gib };
      const rate = { perHour: -40, unit: 'count' } as const;
      const lines = [
        ...explainReading(rule, measurement, app, { ...number, seenAt: start - hour }),
        ...explainReading(rule, measurement, app, { ...number, rate }),
        ...explainTerms(rule, app),
      ];
      expect(lines.map(madeUpWording.text).flatMap((text) => english(text, rule))).toEqual([]);
    }
  });

  test('of every condition', () => {
    const lists = told.map(([, rule, events]) => {
      const { state } = tell(rule, events);
      const words = conditionOf(state, rule, app, start + 3 * hour);
      const { condition, level } = state.machine;
      const list = drawAlertList([{ rule: rule.id, app, condition, level, words }], {
        rules: [rule.id],
        wording: madeUpWording,
      });
      return english(readOf(list).join('\n'), rule).filter((word) => !['imstats', 'why', 'ALERT'].includes(word));
    });
    expect(lists.flat()).toEqual([]);
  });
});

/** Texts of a stored value that have a space, which is what sentences have and ids have not. */
function sentencesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes(' ') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sentencesIn) : [];
}

describe('what is stored of an alert', () => {
  test.each(told)('holds facts only: %s', (_name, rule, events) => {
    const { all, allNotes, state } = tellAll(rule, events);
    const { machine, ...rest } = AlertState.parse(JSON.parse(JSON.stringify(state)));
    const rows = allNotes.map(({ message }: Notification) => Message.parse(JSON.parse(JSON.stringify(message))));
    const stored = [{ ...machine, ruleVersion: '' }, rest, ...rows, ...all.map((one) => [one.history, one.incident])];
    expect(sentencesIn(stored).filter((text) => text !== app.name)).toEqual([]);
  });

  test('keeps fields of a later version where they are', () => {
    const { state } = tell(memory, [...opened, user(2.5 * m, 'acknowledge')]);
    const machine = { ...state.machine, mood: 'calm' };
    const later = { ...state, extra: 1, machine, response: { ...state.response, from: 'phone' } };
    const next = tell(memory, every(3 * m, 4 * m, 0.05), { state: AlertState.parse(later) }).state;
    expect(next).toMatchObject({
      extra: 1,
      machine: { mood: 'calm' },
      response: { as: 'acknowledged', from: 'phone' },
    });
  });

  test('is edited for what it says, and not for the time or for digits that nobody sees', () => {
    const steady = [...opened, ...Array.from({ length: 4 }, (_, at) => sample((3 + at) * m, 0.05 + at * 1e-7))];
    const edits = tell(memory, steady).allNotes.filter(({ operation }) => operation === 'edit');
    expect(edits).toEqual([]);
    const fallen = tell(memory, [...steady, sample(8 * m, 0.049)]).allNotes;
    expect(fallen.filter(({ operation }) => operation === 'edit')).toHaveLength(1);
  });
});
