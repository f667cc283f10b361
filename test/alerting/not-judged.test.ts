// A rule that cannot be judged although its platform answers: said once when it begins and once when it ends, never drawn as well.
import { describe, expect, it, test } from 'vitest';
import type { AlertEvent, StepContext } from '../../src/alerting/events.ts';
import { isNotJudged } from '../../src/alerting/state.ts';
import { unjudgedAfter } from '../../src/alerting/timers.ts';
import { conditionOf } from '../../src/alerting/why.ts';
import { day, hour, minute } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { app, boot, every, fail, plain, ruleWith, run, sample, start, tell, user } from './sample-rules.ts';

const m = minute;
const rule = ruleWith();
const say = englishWording.text;

/** The platform answers without the number. */
const missing = (at: number): AlertEvent => ({ type: 'fail', at: start + at, why: undefined });
const broken = (at: number): AlertEvent => ({ type: 'broken', at: start + at });
const times = (event: (at: number) => AlertEvent, from: number, to: number): AlertEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event((from + index) * m));

const quiet = every(0, 2 * m, 0.5);

interface Row {
  readonly name: string;
  readonly events: readonly AlertEvent[];
  readonly context?: (at: number) => StepContext;
  readonly said: readonly string[];
  readonly isNotJudged: boolean;
}

const rows: readonly Row[] = [
  {
    name: 'one poll without its number is not enough',
    events: [...quiet, missing(3 * m)],
    said: [],
    isNotJudged: false,
  },
  {
    name: 'after three in a row it is told, and only once',
    events: [...quiet, ...times(missing, 3, 30)],
    said: ['unjudged'],
    isNotJudged: true,
  },
  {
    name: 'a rule that has never had a number is told the same way',
    events: times(missing, 0, 5),
    said: ['unjudged'],
    isNotJudged: true,
  },
  {
    name: 'a rule that fails is told the same way',
    events: [...quiet, ...times(broken, 3, 8)],
    said: ['unjudged'],
    isNotJudged: true,
  },
  {
    name: 'its end is told',
    events: [...quiet, ...times(missing, 3, 6), sample(7 * m, 0.4)],
    said: ['unjudged', 'judged'],
    isNotJudged: false,
  },
  {
    name: 'an end before it was told says nothing',
    events: [...quiet, ...times(missing, 3, 4), sample(5 * m, 0.4), ...times(missing, 6, 7)],
    said: [],
    isNotJudged: false,
  },
  {
    name: 'a platform that does not answer has an alert of its own',
    events: [...quiet, ...Array.from({ length: 20 }, (_, at) => fail((3 + at) * m))],
    said: [],
    isNotJudged: false,
  },
  {
    name: 'a start between two polls tells nothing again',
    events: [...quiet, ...times(missing, 3, 6), boot(6.5 * m), ...times(missing, 7, 20)],
    said: ['unjudged'],
    isNotJudged: true,
  },
  {
    name: 'a start before it was told does not hide it',
    events: [...quiet, ...times(missing, 3, 4), boot(4.5 * m), missing(5 * m)],
    said: ['unjudged'],
    isNotJudged: true,
  },
  {
    name: 'maintenance puts it off to its end',
    events: [...quiet, ...times(missing, 3, 12)],
    context: (at) => ({ muted: at < 10 * m ? 'sunday-night' : undefined }),
    said: ['unjudged'],
    isNotJudged: true,
  },
  {
    name: 'nothing is told of what began and ended in maintenance',
    events: [...quiet, ...times(missing, 3, 9), sample(10 * m, 0.4)],
    context: () => ({ muted: 'sunday-night' }),
    said: [],
    isNotJudged: false,
  },
  {
    name: 'a silence puts it off to its end',
    events: [...quiet, user(2.5 * m, 'silence', hour), ...times(missing, 3, 20)],
    said: ['silenced'],
    isNotJudged: true,
  },
  {
    name: 'an open alert says itself that it is not measured',
    events: [...every(0, 5 * m, 0.1), ...times(missing, 6, 20), sample(21 * m, 0.1)],
    said: ['pending', 'opened', 'stale', 'fresh'],
    isNotJudged: false,
  },
  {
    name: 'an app says after how many polls',
    events: [...quiet, ...times(missing, 3, 6)],
    context: () => ({ unjudgedAfter: 5 }),
    said: [],
    isNotJudged: false,
  },
  {
    name: 'a rule that is gone ends its note',
    events: [...quiet, ...times(missing, 3, 6), { type: 'ruleRemoved', at: start + 7 * m }],
    said: ['unjudged', 'judged'],
    isNotJudged: false,
  },
];

describe('a rule that cannot be judged', () => {
  test.each(rows)('$name', ({ events, context = () => ({}), said, isNotJudged: expected }) => {
    const ran = run(rule, events, context);
    expect(ran.said).toEqual(said);
    expect(isNotJudged(ran.state)).toBe(expected);
  });

  it('changes nothing any more once it is told, so that nothing is written at each poll', () => {
    const before = run(rule, [...quiet, ...times(missing, 3, 8)]).state;
    expect(run(rule, times(missing, 9, 40), {}, before).state).toBe(before);
  });

  it('waits a day and a half for a number that its platform reports by days', () => {
    const ofDays = { ...app, capabilities: { ...app.capabilities, reportsBy: 'days' as const } };
    const polls = unjudgedAfter(ruleWith({ metric: 'users.active' }), ofDays);
    expect(polls * rule.pollEvery).toBe(1.5 * day);
    expect(unjudgedAfter(rule, app)).toBe(app.unreachable.polls);
  });
});

describe('the note in the channel of the rule', () => {
  const events = [...quiet, ...times(missing, 3, 6), sample(41 * m, 0.37)];

  it('is one message, edited at the end, with a line in its thread', () => {
    const notes = tell(rule, events).allNotes;
    expect(notes.map(({ operation, channel, stream }) => [operation, channel, stream])).toEqual([
      ['post', 'C0ONCALL', `memory-low@${start + 5 * m}.unjudged`],
      ['edit', 'C0ONCALL', `memory-low@${start + 5 * m}.unjudged`],
      ['reply', 'C0ONCALL', `memory-low@${start + 5 * m}.unjudged`],
    ]);
    expect(new Set(notes.map(({ key }) => key)).size).toBe(notes.length);
    const views = notes.flatMap(({ message }) => (message.kind === 'alert' ? [message.view] : []));
    expect(views.map(({ colour, headline, mentions }) => [colour, say(headline), mentions])).toEqual([
      [
        'grey',
        'Not judged: free memory of Production chat is not reported since 03:02; the rule memory-low cannot say anything',
        [],
      ],
      ['grey', expect.stringMatching(/^Judged again, memory-low: .*37 %/), []],
    ]);
  });

  it('stays where it was posted when the rule gets another channel', () => {
    const first = tell(rule, [...quiet, ...times(missing, 3, 6)]);
    const moved = tell(ruleWith({ channel: 'C0OTHER' }), [sample(41 * m, 0.37)], { state: first.state });
    expect(moved.allNotes.map(({ channel }) => channel)).toEqual(['C0ONCALL', 'C0ONCALL']);
  });

  it('says of a rule that fails where the error is', () => {
    const [note] = tell(rule, [...quiet, ...times(broken, 3, 6)]).allNotes;
    if (note?.message.kind !== 'alert') throw new Error('no note');
    const { headline, lines } = note.message.view;
    expect(say(headline)).toMatch(/^Not judged: the rule memory-low .* ends in an error of imstats since 03:02/);
    expect(lines.map(say).join(' ')).toContain('log of imstats');
  });

  it('pages nobody and belongs to no incident', () => {
    const { all } = tell(plain, [...times(missing, 0, 5), sample(6 * m, 0.5)]);
    expect(all.flatMap(({ notifications }) => notifications.filter(({ lane }) => lane === 'pager'))).toEqual([]);
    expect(all.map(({ incident, history }) => [incident, history.length])).toEqual(all.map(() => [undefined, 0]));
  });
});

describe('a list', () => {
  it('says since when, and that the rule says nothing, instead of "quiet"', () => {
    const { state } = run(rule, [...quiet, ...times(missing, 3, 6)]);
    expect(say(conditionOf(state, rule, app, start + 60 * m))).toBe(
      'Not judged: free memory of Production chat is not reported since 03:02; the rule memory-low cannot say anything',
    );
    const never = run(rule, times(missing, 3, 6)).state;
    expect(say(conditionOf(never, rule, app, start + 60 * m))).toContain('was never reported, asked since 03:03');
  });
});
