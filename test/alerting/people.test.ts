// Who has an alert in hand, for how long, and what people write: take over, extend, reasons, notes.
import { describe, expect, test } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import { inEnglish } from '../support/in-english.ts';
import { alice, critical, every, opened, plain, ruleWith, run, sample, start, tell, user } from './sample-rules.ts';

const m = minute;
const rule = ruleWith();
const linesOf = (told: ReturnType<typeof tell>): unknown[] =>
  told.allNotes.flatMap(({ message }) => (message.kind === 'line' ? [inEnglish(message.text)] : []));

describe('an alert that somebody has in hand', () => {
  test('is not taken by a second press, which is told who has it', () => {
    const told = tell(rule, [...opened, alice(6 * m, 'acknowledge', hour), user(7 * m, 'acknowledge')]);
    expect(told.state.response).toMatchObject({ by: 'U0ALICE' });
    expect(told).toMatchObject({ isRefused: true, offer: 'takeOver' });
    expect(inEnglish(told.answer)).toBe('{user:U0ALICE} has memory-low in hand until 04:00.');
  });

  test('is taken over in the thread, which pings the first', () => {
    const takesOver = { ...user(7 * m, 'acknowledge'), takesOver: true };
    const told = tell(rule, [...opened, alice(6 * m, 'acknowledge', hour), takesOver]);
    expect(linesOf(told).at(-1)).toBe('03:07 Taken over by {user:U0BOB} from {user:U0ALICE} until 11:07: memory-low.');
    expect(told.notifications[0]?.message).toMatchObject({ mentions: ['U0ALICE'] });
    expect(told.incident).toMatchObject({ acknowledgedBy: 'U0BOB' });
  });

  test('is taken by anybody once its time has run out', () => {
    const ran = run(rule, [
      ...critical,
      alice(3 * m, 'acknowledge', 5 * m),
      ...every(4 * m, 6 * m, 0.05),
      user(7 * m, 'acknowledge'),
    ]);
    expect(ran.said.slice(-2)).toEqual(['reminded', 'acknowledged']);
    expect(ran.state.response).toMatchObject({ by: 'U0BOB' });
  });

  test('is extended by its own person, and never shortened without a time', () => {
    const said = [...critical, user(3 * m, 'acknowledge', 5 * hour), user(4 * m, 'acknowledge')];
    expect(run(rule, said).state.response).toMatchObject({ until: start + 5 * hour });
    expect(run(rule, [...said, user(5 * m, 'acknowledge', 2 * hour)]).state.response).toMatchObject({
      until: start + 2 * hour,
    });
    const later = [...critical, user(3 * m, 'acknowledge'), user(30 * m, 'acknowledge')];
    expect(run(rule, later).state.response).toMatchObject({ until: start + 90 * m });
  });

  test('is not called a double click after the clock was set back', () => {
    const events = [
      ...critical,
      user(2.5 * m, 'acknowledge'),
      sample(-30 * m, 0.05),
      user(-29.5 * m, 'acknowledge', hour),
    ];
    expect(run(rule, events).state.response).toMatchObject({ until: start + hour });
  });
});

describe('what people write', () => {
  test('the reason of a silence stands in its line and in line 1, and stays when critical is silenced too', () => {
    const silence = { ...user(6 * m, 'silence', 2 * hour), text: 'deploying' };
    const told = tell(rule, [...opened, silence]);
    expect(linesOf(told)).toEqual([
      '03:06 Silenced by {user:U0BOB} until 05:00: memory-low, its warnings; critical still pages. Reason: deploying.',
    ]);
    expect(told.offer).toBe('silenceCritical');
    const view = told.notifications[0]?.message;
    expect(inEnglish(view)).toMatchObject({
      view: { headline: expect.stringContaining('until 05:00, warnings only (deploying)') },
    });
    const both = { ...user(7 * m, 'silence', 2 * hour), level: 'critical' } as const;
    expect(run(rule, [both], {}, told.state).state.response).toMatchObject({ level: 'critical', reason: 'deploying' });
  });

  test('a note is a line in the thread and in the history of the incident, also after its end', () => {
    const note = { ...user(6 * m, 'note'), text: 'restarted node 2 {user:U0EVE}' };
    const told = tell(rule, [...opened, note]);
    expect(told.history.map(({ kind, words }) => [kind, inEnglish(words)])).toEqual([
      ['noted', 'Note by {user:U0BOB}: memory-low, "restarted node 2 {user U0EVE}".'],
    ]);
    expect(told.undo).toBeUndefined();
    const after = tell(plain, [sample(0, 0.1), sample(m, 0.5), { ...note, at: start + 2 * m }]);
    expect(after.history).toHaveLength(1);
    expect(after.notifications.map(({ operation }) => operation)).toEqual(['reply']);
  });

  test('before the first incident there is nothing to keep a note with', () => {
    const told = tell(rule, [sample(0, 0.5), { ...user(second, 'note'), text: 'hello' }]);
    expect(inEnglish(told.answer)).toBe('There is no incident yet that a note could be kept with.');
  });
});
