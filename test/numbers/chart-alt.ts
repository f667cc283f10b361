// The alt text of a picture: its lowest, highest, newest and summed numbers are those of the points that are drawn.
import type { ChartModel } from '../../src/reports/word-report.ts';
import type { ChartScope } from './chart-points.ts';
import { readNumber } from './claims.ts';
import type { Interval } from './imkit-sums.ts';
import type { Reading } from './reader.ts';

/** A curve as it is drawn, with its band where it has one. */
interface Drawn {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
  readonly lows?: readonly (number | undefined)[] | undefined;
  readonly highs?: readonly (number | undefined)[] | undefined;
}

const altNumber = '([\\d,]*\\d(?:\\.\\d+)?)(?: (%|[KMGT]?i?B)(?![\\w]))?';

/** Low, high, total and newest number of each curve, against its points. `metricOf`: what a curve is of. */
export function readAlt(
  model: ChartModel,
  scope: ChartScope,
  {
    reading,
    metricOf,
  }: { readonly reading: Reading; readonly metricOf: (series: { readonly name: string }) => string },
): void {
  const body = model.alt.slice(model.title.length);
  const mains = model.series.filter(({ role }) => role === 'main');
  for (const series of mains) {
    const { name, values, lows = [], highs = [] }: Drawn = series;
    const start = mains.length < 2 ? body.search(/\bLow /) : body.indexOf(`${name}: low`);
    const text = start === -1 ? '' : (body.slice(start).split(/\. /)[0] ?? '');
    const known = values.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
    const running = model.partial ?? (model.isPartial ? [values.length - 1] : []);
    const ended = known.filter(({ index }) => !running.includes(index));
    const whole = (ended.length === 0 ? known : ended).map(({ value }) => value);
    const all = known.map(({ value }) => value);
    const isWithoutToday = text.includes('without today');
    const total = (isWithoutToday ? whole : all).reduce((sum, one) => sum + one, 0);
    const drawn = (some: readonly (number | undefined)[]): number[] => some.filter((value) => value !== undefined);
    // A day that runs is no lowest one, and neither is an hour that the window cuts.
    const lowest = [Math.min(...whole), ...(lows.length === 0 ? [] : [Math.min(...drawn(lows))])];
    const highest = [Math.max(...whole), Math.max(...all), ...(highs.length === 0 ? [] : [Math.max(...drawn(highs))])];
    const last = known.at(-1)?.value;
    const { now } = scope.time;
    const newest =
      mains.length > 1 ? undefined : scope.sums.value(scope.metric, 'last', { from: now - 600_000, to: now });
    // A day that a platform counts is known whole where some of its hours are not.
    const day =
      model.each === 'hour' && scope.sums.isDaily ? scope.sums.value(metricOf(series), 'sum', scope.window) : undefined;
    const ofDay = day === undefined ? [] : [day];
    const exact = (value: number | undefined): Interval[] => (value === undefined ? [] : [{ lo: value, hi: value }]);
    const parts: readonly (readonly [RegExp, Interval[], string])[] = [
      [new RegExp(`\\blow ${altNumber}`, 'i'), lowest.flatMap(exact), 'lowest point'],
      [new RegExp(`\\bhigh ${altNumber}`), highest.flatMap(exact), 'highest point'],
      [new RegExp(`\\bin all ${altNumber}`), [...exact(total), ...ofDay], 'sum of the points'],
      [new RegExp(`\\btoday so far ${altNumber}`), exact(last), 'last point'],
      [new RegExp(`\\blast ${altNumber}`), [...exact(last), ...newestIn(scope)], 'last point'],
      [new RegExp(`\\bnow ${altNumber}`), newest === undefined ? exact(last) : [newest], 'newest number'],
    ];
    for (const [pattern, right, about] of parts) {
      const [shown, number, unit] = pattern.exec(text) ?? [];
      if (shown === undefined || number === undefined) continue;
      reading.claims.push({
        shown: `alt "${model.title}": ${shown}`,
        ...readNumber(number, unit),
        right,
        about: `${about} of ${metricOf(series)}`,
      });
    }
  }
  const [gaps, missing, of] = /(\d+) (?:points?|hours?|days?) of (\d+) not measured/.exec(body) ?? [];
  if (gaps !== undefined) {
    const values = mains[0]?.values ?? [];
    const count = values.filter((value) => value === undefined).length;
    reading.claims.push({
      shown: gaps,
      ...readNumber(missing ?? ''),
      right: [{ lo: count, hi: count }],
      about: 'gaps of the chart',
    });
    reading.claims.push({
      shown: gaps,
      ...readNumber(of ?? ''),
      right: [{ lo: values.length, hi: values.length }],
      about: 'points of the chart',
    });
  }
}

/** The newest number of the window, of which a slot may show another one. */
function newestIn({ sums, metric, window }: ChartScope): Interval[] {
  return [sums.value(metric, 'last', window)].filter((one) => one !== undefined);
}
