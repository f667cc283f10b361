import { describe, expect, test } from 'vitest';
import { verbatim } from '../../src/metrics/phrase.ts';
import { type IncidentReading, recapLine, recapOf } from '../../src/reports/digest.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const span = { from: taipei('2026-11-22T00:00:00'), to: taipei('2026-11-23T00:00:00') };
const frame = { now: taipei('2026-11-23T09:00:00'), zone };

const words = (incidents: readonly IncidentReading[]): string =>
  englishWording.text(recapLine(recapOf(incidents, span), span, frame));

function incident(from: string, to?: string): IncidentReading {
  const opened = {
    what: verbatim('free memory'),
    app: 'Production chat',
    level: 'warning',
    condition: 'other',
    openedAt: taipei(from),
  } as const;
  return to === undefined ? opened : { ...opened, closedAt: taipei(to) };
}

describe('the alerts of a period', () => {
  test('that began before it count by their part in it, the longest first', () => {
    const all = [
      incident('2026-11-21T20:00:00', '2026-11-21T22:00:00'),
      incident('2026-11-22T00:50:00'),
      incident('2026-11-21T23:00:00', '2026-11-22T00:10:00'),
      incident('2026-11-22T00:05:00', '2026-11-22T00:30:00'),
    ];
    const minute = 60_000;
    const hour = { from: span.from, to: span.from + 60 * minute };
    const recap = recapOf(all, hour);
    expect(recap).toMatchObject({ opened: 2, resolved: 2, open: 1, over: 40 * minute });
    expect(recap.lived[0]).toMatchObject({ from: span.from + 5 * minute, to: span.from + 30 * minute });
    expect(recapOf([], hour)).toEqual({ opened: 0, resolved: 0, open: 0, over: 0, lived: [] });
  });

  test('are none when none was open in it', () => {
    const others = [incident('2026-11-21T03:00:00', '2026-11-22T00:00:00'), incident('2026-11-23T00:00:00')];
    expect(words([])).toBe('Alerts: none.');
    expect(words(others)).toBe('Alerts: none.');
  });

  test('are counted, two at once only once in time', () => {
    const two = [
      incident('2026-11-22T03:04:00', '2026-11-22T03:45:00'),
      incident('2026-11-22T03:10:00', '2026-11-22T03:20:00'),
    ];
    expect(words(two)).toBe(
      'Alerts: 2 opened, 2 resolved, 41 minutes with an alert open. Longest: free memory, Production chat, 03:04 to 03:45.',
    );
  });

  test('of a single minute are singular, of seconds are less than a minute', () => {
    expect(words([incident('2026-11-22T03:04:00', '2026-11-22T03:05:00')])).toContain('1 minute with an alert open');
    expect(words([incident('2026-11-22T03:04:00', '2026-11-22T03:04:20')])).toContain(
      'less than a minute with an alert open',
    );
  });

  test('that go on are said to be open, and count to the end of the period only', () => {
    expect(words([incident('2026-11-22T21:00:00')])).toBe(
      'Alerts: 1 opened, 0 resolved, 1 still open at the end, 3 h with an alert open. Longest: free memory, Production chat, Sun 22 Nov 21:00 and still open.',
    );
  });

  test('that began before and end after have their dates', () => {
    expect(words([incident('2026-11-21T23:30:00', '2026-11-22T00:30:00')])).toBe(
      'Alerts: 0 opened, 1 resolved, 30 minutes with an alert open. Longest: free memory, Production chat, Sat 21 Nov 23:30 to Sun 22 Nov 00:30.',
    );
  });
});
