// Ordinary seasons of an app: a value for every minute of weeks, with noise that a seed fixes, and with a mishap where one is asked for.
import { day, minute } from '../../src/clock.ts';
import { noise } from '../../src/demo/platforms/load-curve.ts';
import type { MetricId } from '../../src/metrics/catalog.ts';
import { hourOfWeek } from '../../src/time-zone.ts';

/** Monday 5 Oct 2026, 00:00 in Taipei; Europe changes to winter time on the 25th. */
export const firstMonday = Date.parse('2026-10-04T16:00:00Z');
export const week = 7 * day;
/** A minute of the wall clock, and chance. */
export interface Moment {
  /** Weeks since the beginning. */
  readonly weeks: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Of the day, from 0 to below 24. */
  readonly hour: number;
  /** Days since the beginning. */
  readonly day: number;
  /** Normal, of the whole day: the same for every minute of it. */
  ofDay(name: number): number;
}

export interface Season {
  readonly name: string;
  readonly metric: MetricId;
  readonly zone: string;
  /** The value of a minute, without noise. */
  curve(moment: Moment): number;
  /** Relative size of the noise from minute to minute; half of it lasts a while. */
  readonly noise: number;
}

const bump = (at: number, centre: number, width: number): number => Math.exp(-(((at - centre) / width) ** 2));
/** 0 before and 1 after, within some minutes. */
const ramp = (at: number, from: number, length: number): number => Math.min(1, Math.max(0, (at - from) / length));
const isWorkday = ({ weekday }: Moment): boolean => weekday < 5;
/** A smooth day between 0 and 1: lowest at 4, highest at 16. */
const daily = ({ hour: at }: Moment): number => (1 - Math.cos(((at - 4) / 24) * 2 * Math.PI)) / 2;

const connections = { metric: 'connections.current', zone: 'Asia/Taipei', noise: 0.03 } as const;
const memory = { metric: 'memory.free_ratio', zone: 'Asia/Taipei', noise: 0.02 } as const;

/** The limit of connections is 2,000. */
export const seasons: readonly Season[] = [
  {
    ...connections,
    name: 'a smooth day with its peak at 60 % of the limit',
    zone: 'Europe/Berlin',
    curve: (at) => (250 + 950 * daily(at)) * (1 + 0.03 * at.ofDay(1)),
  },
  {
    ...connections,
    name: 'quiet weekends',
    curve: (at) => (200 + 900 * daily(at)) * (isWorkday(at) ? 1 : 0.4) * (1 + 0.03 * at.ofDay(1)),
  },
  {
    ...connections,
    name: 'closing time on working days',
    zone: 'Europe/Berlin',
    curve: (at) => {
      if (!isWorkday(at)) return 60;
      const opens = 8.8 + 0.1 * at.ofDay(2);
      const closes = 18 + 0.08 * at.ofDay(3);
      return 60 + 1_000 * ramp(at.hour, opens, 0.6) * (1 - ramp(at.hour, closes, 0.05)) * (1 + 0.04 * at.ofDay(1));
    },
  },
  {
    ...connections,
    name: 'growth of 10 % a week',
    curve: (at) => (120 + 440 * daily(at)) * 1.1 ** at.weeks * (1 + 0.03 * at.ofDay(1)),
  },
  {
    ...memory,
    name: 'memory that swings between 30 and 60 % each day',
    curve: (at) => 0.6 - 0.3 * daily(at) + 0.01 * at.ofDay(1),
  },
  {
    ...connections,
    name: 'a dip at lunch',
    curve: (at) => {
      const away = ramp(at.hour, 12 + 0.05 * at.ofDay(2), 0.07) * (1 - ramp(at.hour, 13 + 0.08 * at.ofDay(3), 0.2));
      return (200 + 900 * bump(at.hour, 13, 5)) * (isWorkday(at) ? 1 - 0.5 * away : 0.5) * (1 + 0.03 * at.ofDay(1));
    },
  },
  {
    ...connections,
    name: 'a batch at night',
    curve: (at) => {
      const batch = 3 + 0.03 * at.ofDay(2);
      const runs = ramp(at.hour, batch, 0.02) * (1 - ramp(at.hour, batch + 0.35 + 0.03 * at.ofDay(3), 0.02));
      return (150 + 800 * bump(at.hour, 14, 5) + 600 * runs) * (1 + 0.03 * at.ofDay(1));
    },
  },
  {
    ...connections,
    name: 'much noise',
    noise: 0.1,
    curve: (at) => (250 + 800 * daily(at)) * (1 + 0.07 * at.ofDay(1)),
  },
  {
    ...connections,
    name: 'a small app of 5 to 60 people',
    zone: 'Europe/Berlin',
    noise: 0.16,
    curve: (at) => (5 + 50 * bump(at.hour, 20, 4)) * (at.weekday === 5 ? 1.4 : 1) * (1 + 0.1 * at.ofDay(1)),
  },
  {
    ...memory,
    name: 'a cache that fills for seven hours and is emptied',
    curve: (at) => 0.58 - 0.17 * (((at.day * 24 + at.hour) % 7.3) / 7.3) + 0.01 * at.ofDay(1),
  },
];

/** Two numbers of the generator as a normal one. */
function normal(seed: number, place: number): number {
  const [a, b] = [Math.max(1e-9, noise(seed, 2 * place)), noise(seed, 2 * place + 1)];
  return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
}

/** What happens to a season: the value with it, from the value without it. */
export type Mishap = (value: number, at: number) => number;

interface Chance {
  readonly weeks: number;
  readonly seed: number;
}

/** A value for every minute. Noise is of two parts: one of the minute alone, and one that lasts for about half an hour. */
export function minutesOf(season: Season, { weeks, seed }: Chance, mishap: Mishap = (value) => value): Float64Array {
  const values = new Float64Array((weeks * week) / minute);
  let lasting = 0;
  let cell = 0;
  for (let index = 0; index < values.length; index += 1) {
    const at = firstMonday + index * minute;
    if (index % 60 === 0) cell = hourOfWeek(at, season.zone);
    const days = Math.floor((at - firstMonday) / day);
    const moment: Moment = {
      weeks: (at - firstMonday) / week,
      weekday: Math.floor(cell / 24),
      hour: (cell % 24) + (index % 60) / 60,
      day: days,
      ofDay: (name) => normal(seed * 31 + name, days),
    };
    lasting = 0.97 * lasting + 0.12 * normal(seed + 7, index);
    const value = mishap(season.curve(moment) * (1 + season.noise * (lasting + 0.7 * normal(seed, index))), at);
    values[index] =
      season.metric === 'memory.free_ratio' ? Math.min(1, Math.max(0, value)) : Math.max(0, Math.round(value));
  }
  return values;
}
