// What a silence and an acknowledgement cover, what ends them with the incident or at a worse level, and what people read of that.
import { describe, expect, it } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { inEnglish } from '../support/in-english.ts';
import { alice, critical, every, opened, type Row, ruleWith, run, sample, tell, undo, user } from './sample-rules.ts';

const m = minute;
const rule = ruleWith();
const say = englishWording.text;

/** Opened at critical and silenced for two hours; over since minute 16. */
const silencedAtCritical = [...critical, user(3 * m, 'silence', 2 * hour)];
const overAndBack = [...silencedAtCritical, ...every(4 * m, 15 * m, 0.3)];

describe('a silence that is said at critical', () => {
  it('keeps that incident quiet to its end, also where critical comes again in it', () => {
    const swings = [...silencedAtCritical, ...every(4 * m, 12 * m, 0.13), ...every(13 * m, 40 * m, 0.05)];
    const { effects } = run(rule, swings);
    const told = effects.filter(({ kind, suppressedBy }) => kind === 'escalated' && suppressedBy === undefined);
    expect(told).toEqual([]);
  });

  it.each<Pick<Row, 'name' | 'events'> & { readonly opens: string | undefined }>([
    { name: 'critical pages', events: every(20 * m, 23 * m, 0.05), opens: undefined },
    { name: 'a warning is quiet', events: every(20 * m, 26 * m, 0.1), opens: 'silenced' },
  ])('covers of the next incident the warnings: $name', ({ events, opens }) => {
    const ran = run(rule, [...overAndBack, ...events]);
    const opening = ran.effects.findLast(({ kind }) => kind === 'opened');
    expect(opening?.suppressedBy && say(opening.suppressedBy)).toBe(opens);
  });

  it('that is said for critical too covers the next critical as well', () => {
    const both = { ...user(4 * m, 'silence', 2 * hour), level: 'critical' as const };
    const events = [...silencedAtCritical, both, ...every(5 * m, 16 * m, 0.3), ...every(20 * m, 23 * m, 0.05)];
    expect(run(rule, events).effects.findLast(({ kind }) => kind === 'opened')?.suppressedBy).toBeDefined();
  });

  it('of a rule with one level covers that level', () => {
    const one = ruleWith({ levels: { critical: { trigger: 0.08, clear: 0.12, holdFor: 2 * m } } });
    const ran = run(one, [...overAndBack, ...every(20 * m, 23 * m, 0.05)]);
    expect(ran.effects.findLast(({ kind }) => kind === 'opened')?.suppressedBy).toBeDefined();
  });

  it('says what it covers, and offers the rest', () => {
    const told = tell(rule, silencedAtCritical);
    expect(told.offer).toBe('silenceCritical');
    expect(told.answer && say(told.answer)).toBe(
      'Silenced by {user:U0BOB} until 05:00: memory-low, in this incident critical too, then its warnings; critical still pages after it.',
    );
  });

  it('is as it was said when the end of its incident is undone', () => {
    const events = [...silencedAtCritical, alice(5 * m, 'resolve'), undo(6 * m, 5 * m)];
    expect(run(rule, events).state.response).toMatchObject({ level: 'critical', isOfIncident: true });
  });
});

describe('an acknowledgement of a warning', () => {
  it('that critical ends is named where it is told, until somebody has it', () => {
    const events = [...opened, user(6 * m, 'acknowledge'), ...every(7 * m, 9 * m, 0.05)];
    const told = tell(rule, events);
    const lost = '{user:U0BOB} had acknowledged the warning; nobody has the critical alert yet.';
    const saying = told.notifications.filter(({ message }) => JSON.stringify(inEnglish(message)).includes(lost));
    expect(saying.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['reply', 'edit']));
    const taken = tell(rule, [...events, alice(10 * m, 'acknowledge')]);
    expect(JSON.stringify(inEnglish(taken.notifications))).not.toContain(lost);
  });

  it.each([
    ['runs out', every(8 * m, 40 * m, 0.1), 'silenceEnded'],
    ['is ended by hand', [user(8 * m, 'unsilence')], 'unsilenced'],
  ] as const)('holds on under a silence, and is named when that %s', (_name, then, kind) => {
    const ran = run(rule, [...opened, alice(6 * m, 'acknowledge'), user(7 * m, 'silence', 30 * m), ...then]);
    expect(ran.state.response).toMatchObject({ as: 'acknowledged', by: 'U0ALICE', until: expect.any(Number) });
    expect(ran.said.filter((said) => said === 'repeated')).toEqual([]);
    const told = tell(rule, [...opened, alice(6 * m, 'acknowledge'), user(7 * m, 'silence', 30 * m), ...then]);
    const words = told.all
      .filter(({ effects }) => effects.some((effect) => effect.kind === kind))
      .flatMap(({ history }) => history.map((line) => say(line.words)));
    expect(words).toEqual([expect.stringContaining('memory-low, acknowledged by {user:U0ALICE} until')]);
  });

  it('that ran out under a silence asks its person as soon as the silence is over', () => {
    const events = [...opened, alice(6 * m, 'acknowledge', 10 * m), user(7 * m, 'silence', 30 * m)];
    expect(run(rule, [...events, ...every(8 * m, 31 * m, 0.1)]).said.slice(-2)).toEqual(['silenceEnded', 'reminded']);
  });

  it('that takes the place of a silence says which', () => {
    const told = tell(rule, [...opened, alice(6 * m, 'silence', hour), user(7 * m, 'acknowledge', hour)]);
    expect(told.answer && say(told.answer)).toBe(
      'Acknowledged by {user:U0BOB} until 04:00: memory-low. The silence of {user:U0ALICE} (until 04:00) is over with that.',
    );
  });
});

describe('more time', () => {
  it.each([
    ['an acknowledgement', [user(6 * m, 'acknowledge', hour)], { as: 'acknowledged', until: 2 * hour }],
    [
      'a silence, with its reason',
      [{ ...user(6 * m, 'silence', hour), text: 'deploy' }],
      { as: 'silenced', reason: 'deploy', until: 2 * hour },
    ],
  ] as const)('is added to %s, and can be taken back', (_name, said, expected) => {
    const extend = { ...user(10 * m, 'extend'), longer: hour };
    const ran = run(rule, [...opened, ...said, extend]);
    const { until, ...rest } = expected;
    expect(ran.state.response).toMatchObject({ ...rest, until: Date.parse('2026-11-22T19:00:00Z') + until });
    const back = run(rule, [undo(11 * m, 10 * m)], {}, { ...ran.state });
    expect(back.said).toEqual(['undone']);
  });

  it('is refused where nothing is there, and of what somebody else has offered', () => {
    expect(tell(rule, [...opened, user(6 * m, 'extend')]).isRefused).toBe(true);
    expect(tell(rule, [...opened, alice(6 * m, 'acknowledge'), user(7 * m, 'extend')]).offer).toBe('takeOver');
  });

  it('never reaches further than a day ahead', () => {
    const extend = { ...user(10 * m, 'extend'), longer: 24 * hour };
    const { response } = run(rule, [...opened, user(6 * m, 'acknowledge', hour), extend]).state;
    expect(response).toMatchObject({ until: Date.parse('2026-11-22T19:00:00Z') + 10 * m + 24 * hour });
  });
});

it('what was said of an incident that is over is not put back by an undo', () => {
  const events = [...opened, alice(6 * m, 'acknowledge'), user(7 * m, 'silence', 5 * hour)];
  const over = [...every(8 * m, 20 * m, 0.3), ...every(21 * m, 30 * m, 0.1), sample(31 * m, 0.1)];
  expect(run(rule, [...events, ...over, undo(32 * m, 7 * m)]).state.response.as).toBe('open');
});
