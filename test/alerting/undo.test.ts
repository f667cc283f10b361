// What a person did with an alert is undone: exactly what was before is put back, as long as it still holds and nobody changed it since.
import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { inEnglish } from '../support/in-english.ts';
import {
  alice,
  critical,
  every,
  opened,
  plain,
  recovering,
  ruleWith,
  run,
  sample,
  start,
  tell,
  tick,
  undo,
  user,
} from './sample-rules.ts';

const m = minute;
const rule = ruleWith();

describe('undone', () => {
  test.each([
    ['an acknowledgement', [...opened], user(6 * m, 'acknowledge')],
    ['a silence', [...opened], user(6 * m, 'silence', 3 * hour)],
    ['a silence of a quiet rule', [sample(0, 0.5)], user(6 * m, 'silence', 3 * hour)],
    [
      'a silence over a silence with its own end',
      [...opened, alice(5.5 * m, 'silence', hour)],
      user(6 * m, 'silence', 3 * hour),
    ],
    [
      'an acknowledgement instead of that of somebody else',
      [...opened, alice(5.5 * m, 'acknowledge')],
      user(6 * m, 'silence', 3 * hour),
    ],
    ['the end of a silence', [...opened, alice(5.5 * m, 'silence', hour)], user(6 * m, 'unsilence')],
  ])('%s puts back what was before', (_name, before, action) => {
    const was = run(rule, before).state;
    const ran = run(rule, [action, undo(7 * m, 6 * m)], {}, was);
    expect(ran.said.at(-1)).toBe('undone');
    expect(ran.state.response).toEqual(was.response);
  });

  test('a resolve by hand opens the same incident again, at its level and with its worst value', () => {
    const was = run(rule, critical).state;
    const ran = run(rule, [user(3 * m, 'resolve'), sample(3.5 * m, 0.06), undo(4 * m, 3 * m)], {}, was);
    expect(ran.said.slice(-2)).toEqual(['closed', 'reopened']);
    const { condition, level, incident, worst, openedAt } = was.machine;
    expect(ran.state.machine).toMatchObject({ condition, level, incident, worst, openedAt });
    expect(run(rule, every(5 * m, 20 * m, 0.5), {}, ran.state).said).toEqual(['recovering', 'resolved']);
  });

  test('a resolve of one that recovered counts its clear time anew', () => {
    const ran = run(rule, [...recovering, user(7 * m, 'resolve'), undo(8 * m, 7 * m), ...every(9 * m, 30 * m, 0.25)]);
    expect(ran.said.slice(-3)).toEqual(['closed', 'reopened', 'resolved']);
    expect(ran.effects.find(({ kind }) => kind === 'resolved')?.at).toBe(start + 18 * m);
  });

  test('a silence under which an alert opened tells it then', () => {
    const ran = run(rule, [sample(-m, 0.5), user(-0.5 * m, 'silence', hour), ...opened, undo(6 * m, -0.5 * m)]);
    expect(ran.said.slice(-2)).toEqual(['undone', 'announced']);
  });
});

describe('not undone, with the reason,', () => {
  const reasons: readonly (readonly [string, Parameters<typeof run>[1], string])[] = [
    [
      'what was undone already',
      [...opened, user(6 * m, 'acknowledge'), undo(7 * m, 6 * m), undo(8 * m, 6 * m)],
      'It was undone already, by {user:U0BOB}.',
    ],
    [
      'what somebody changed since',
      [...opened, user(6 * m, 'acknowledge'), alice(7 * m, 'silence', hour), undo(8 * m, 6 * m)],
      'It was not undone: {user:U0ALICE} has silenced it since (memory-low).',
    ],
    [
      'a silence that has run out',
      [...opened, user(6 * m, 'silence', 10 * m), tick(11 * m), undo(12 * m, 6 * m)],
      'There is nothing to undo any more: what was done with memory-low has ended by itself.',
    ],
    [
      'the end of a silence that would have run out',
      [...opened, alice(5.5 * m, 'silence', 10 * m), user(6 * m, 'unsilence'), undo(12 * m, 6 * m)],
      'There is nothing to undo any more: what was done with memory-low has ended by itself.',
    ],
    [
      'an acknowledgement that a worse level ended',
      [...opened, user(6 * m, 'acknowledge'), ...every(7 * m, 10 * m, 0.05), undo(11 * m, 6 * m)],
      'There is nothing to undo any more: what was done with memory-low has ended by itself.',
    ],
    [
      'what nobody did',
      [...opened, undo(7 * m, 6 * m)],
      'There is nothing to undo: what was done with the alert is not known any more.',
    ],
  ];

  test.each(reasons)('%s', (_name, events, words) => {
    const told = tell(rule, events);
    expect(told.isRefused).toBe(true);
    expect(inEnglish(told.answer)).toBe(words);
  });

  test('a resolve by hand after which the alert has opened anew', () => {
    const ran = run(plain, [
      ...[sample(0, 0.1), user(10_000, 'resolve'), sample(m, 0.5), sample(2 * m, 0.1)],
      undo(3 * m, 10_000),
    ]);
    expect(ran.said).toEqual(['opened', 'closed', 'opened', 'ignored']);
  });
});

describe('what people read of an undo', () => {
  const lines = (told: ReturnType<typeof tell>): unknown[] =>
    told.allNotes.flatMap(({ message }) => (message.kind === 'line' ? [inEnglish(message.text)] : []));

  test('is a line in the thread that names the alert and how it is handled again', () => {
    const told = tell(rule, [
      ...opened,
      alice(5.5 * m, 'acknowledge', hour),
      user(6 * m, 'silence', 3 * hour),
      undo(7 * m, 6 * m),
    ]);
    expect(lines(told)).toEqual([
      '03:05 Acknowledged by {user:U0ALICE} until 04:00: memory-low.',
      '03:06 Silenced by {user:U0BOB} until 06:00: memory-low, its warnings; critical still pages.',
      '03:07 Undone by {user:U0BOB}, the silence: memory-low, acknowledged by {user:U0ALICE} until 04:00.',
    ]);
    expect(inEnglish(told.answer)).toBe(
      'Undone by {user:U0BOB}, the silence: memory-low, acknowledged by {user:U0ALICE} until 04:00.',
    );
    expect(told.undo).toBeUndefined();
  });

  test('of a resolve is a line that the channel sees too, and the pager is called again for what nobody has', () => {
    const told = tell(rule, [...critical, user(3 * m, 'resolve'), undo(4 * m, 3 * m)]);
    expect(lines(told).at(-1)).toBe(
      'Open again, the resolve by hand was undone by {user:U0BOB}: Production chat has 5 % free memory. (03:04)',
    );
    expect(told.notifications.map(({ operation, broadcast }) => [operation, broadcast])).toEqual([
      ['edit', false],
      ['reply', true],
      ['page', false],
    ]);
    expect(told.incident).toMatchObject({ id: told.state.machine.incident });
    expect(told.incident?.closedAt).toBeUndefined();
  });

  test('of a quiet rule is no line in the thread of its last incident', () => {
    const closed = run(plain, [sample(0, 0.1), sample(m, 0.5)]).state;
    const told = tell(plain, [user(2 * m, 'silence', hour), undo(3 * m, 2 * m)], { state: closed });
    expect(told.allNotes).toEqual([]);
    expect(told.all.map(({ undo: id }) => id)).toEqual([String(start + 2 * m), undefined]);
  });
});
