import { describe, expect, test } from 'vitest';
import { recapOf } from '../../src/alerting/recap.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { type IncidentReading, recapLine } from '../../src/reports/digest.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const span = { from: taipei('2026-11-22T00:00:00'), to: taipei('2026-11-23T00:00:00') };
const frame = { now: taipei('2026-11-23T09:00:00'), zone };

const words = (incidents: readonly IncidentReading[]): string =>
  englishWording.text(recapLine(recapOf(incidents, span.from, span.to), span, frame));

function incident(from: string, to?: string): IncidentReading {
  const opened = { what: verbatim('free memory'), app: 'Production chat', openedAt: taipei(from) };
  return to === undefined ? opened : { ...opened, closedAt: taipei(to) };
}

describe('the alerts of a period', () => {
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
      'Alerts: 2 opened, 2 resolved, 41 minutes over a limit. Longest: free memory, Production chat, 03:04 to 03:45.',
    );
  });

  test('of a single minute are singular, of seconds are less than a minute', () => {
    expect(words([incident('2026-11-22T03:04:00', '2026-11-22T03:05:00')])).toContain('1 minute over a limit');
    expect(words([incident('2026-11-22T03:04:00', '2026-11-22T03:04:20')])).toContain(
      'less than a minute over a limit',
    );
  });

  test('that go on are said to be open, and count to the end of the period only', () => {
    expect(words([incident('2026-11-22T21:00:00')])).toBe(
      'Alerts: 1 opened, 0 resolved, 1 still open at the end, 3 h over a limit. Longest: free memory, Production chat, Sun 22 Nov 21:00 and still open.',
    );
  });

  test('that began before and end after have their dates', () => {
    expect(words([incident('2026-11-21T23:30:00', '2026-11-22T00:30:00')])).toBe(
      'Alerts: 0 opened, 1 resolved, 30 minutes over a limit. Longest: free memory, Production chat, Sat 21 Nov 23:30 to Sun 22 Nov 00:30.',
    );
  });
});
