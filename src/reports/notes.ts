// The small print below a report, in sentences: open alerts, how much was measured, and what the platform says.
import { platformName } from '../metrics/capabilities.ts';
import { formatAge, formatMoment, formatQuantity } from '../metrics/format.ts';
import { type Coverage, coverageWords } from '../metrics/series.ts';
import type { OpenAlert, Readings } from './readings.ts';
import { byStanding, isSilent, isStale } from './standing.ts';

/** Ends a text like a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?:…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** `No open alerts.` or how many, then one sentence each, the critical ones first. */
export function alertNotes({ alerts }: Pick<Readings, 'alerts'>): string[] {
  if (alerts.length === 0) return ['No open alerts.'];
  const lines = worstFirst(alerts).map(({ rule, level, words }) => {
    const label = level === 'critical' ? 'Critical' : 'Warning';
    const said = words.startsWith(label) ? words : `${label}: ${words}`;
    return `${said.replace(/[.]$/, '')} (${rule}).`;
  });
  return [`${formatQuantity(alerts.length, 'open alert')}.`, ...lines];
}

/** `critical alert memory-low is open, and 1 more alert`; empty for none. */
export function openAlertWords({ alerts }: Pick<Readings, 'alerts'>): string {
  const [worst] = worstFirst(alerts);
  if (worst === undefined) return '';
  const more = alerts.length > 1 ? `, and ${formatQuantity(alerts.length - 1, 'more alert')}` : '';
  return `${worst.level} alert ${worst.rule} is open${more}`;
}

function worstFirst(alerts: readonly OpenAlert[]): OpenAlert[] {
  return [...alerts].sort((a, b) => byStanding(a.level, b.level));
}

/** Alerts, coverage, the platform's name and its own notes; why the numbers are old where they are. */
export function standardNotes(
  readings: Readings,
  coverage: { readonly of: Coverage; readonly unit: 'hour' | 'day' } | undefined,
): string[] {
  return [
    ...staleNotes(readings),
    ...alertNotes(readings),
    ...(coverage === undefined || coverage.of.of === 0 ? [] : [`${coverageWords(coverage.of, coverage.unit)}.`]),
    `${platformName(readings.app.platform)}.`,
    ...readings.notes.map(sentence),
  ];
}

/** Since when the platform has not answered, and why, where that is the reason for old numbers. */
export function staleNotes(readings: Readings): string[] {
  const { poll, now, zone, latest } = readings;
  if (isSilent(readings))
    return [`${silenceWords(readings)}.`, ...(poll?.reason === undefined ? [] : [sentence(poll.reason)])];
  if (!isStale(readings) || latest === undefined) return [];
  return [
    `The newest numbers are older than two polls: ${formatMoment(latest.at, zone, now)}, ${formatAge(latest.at, now)}.`,
  ];
}

/** `Production chat has not answered since 03:20`. */
export function silenceWords({ app, poll, now, zone }: Readings): string {
  if (poll?.lastGoodAt === undefined) return `${app.name} has never answered`;
  return `${app.name} has not answered since ${formatMoment(poll.lastGoodAt, zone, now).replace(/^(at|on) /, '')}`;
}
