// Eight weeks of ten ordinary seasons through the real rules: how often they cry wolf, and what they must not miss.
import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { type RunIncident, runSeason } from './season-run.ts';
import { firstMonday, type Mishap, minutesOf, type Season, seasons, week } from './seasons.ts';

const say = englishWording.text;

/** `IMSTATS_SEASONS=long`: more chances, and a poll each minute. */
const isLong = process.env['IMSTATS_SEASONS'] === 'long';
const seeds = isLong ? [1, 2, 3, 4, 5] : [1];
/** The `within` of a drop is five minutes, so that two polls lie in it; the others look at buckets of five minutes and more. */
const pollEvery: Readonly<Record<string, number>> = isLong
  ? { forecast: minute, baseline: minute, drop: minute }
  : { forecast: 5 * minute, baseline: 5 * minute, drop: 2 * minute };

const weeks = 8;
/** An hour of the week is known after three of it. */
const learned = firstMonday + 3 * week;

const seasonNamed = (part: string): Season => {
  const found = seasons.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`no season ${part}`);
  return found;
};
const daysAfter = (at: number): string => `day ${((at - firstMonday) / day).toFixed(2)}`;

describe.each(seeds)('ten ordinary seasons over eight weeks (chance %d)', (seed) => {
  const openings: RunIncident[] = [];

  test.each(seasons)('$name: at most one false opening a week once it is known', (season) => {
    const { incidents } = runSeason(season, minutesOf(season, { weeks, seed }), { pollEvery });
    const after = incidents.filter(({ openedAt }) => openedAt >= learned);
    openings.push(...after);
    expect(
      after.length,
      after.map(({ rule, openedAt }) => `${rule} ${daysAfter(openedAt)}`).join(', '),
    ).toBeLessThanOrEqual(weeks - 3);
  });

  test('all of them together: at most one a week as well', () => {
    expect(openings.length).toBeLessThanOrEqual(weeks - 3);
  });

  test('closing time pages on no day once it is known', () => {
    const season = seasonNamed('closing time');
    const { incidents } = runSeason(season, minutesOf(season, { weeks: 6, seed }), { pollEvery, kinds: ['drop'] });
    expect(incidents.filter(({ openedAt }) => openedAt >= learned)).toEqual([]);
    // Before that it does: else this would prove nothing.
    expect(incidents).not.toEqual([]);
  });
});

describe('a level that lasts', () => {
  const begins = firstMonday + 4 * week + 10 * hour;
  const changes = [
    { name: 'twice as high', by: 2 },
    { name: 'half as high', by: 0.5 },
  ];

  test.each(changes)('$name is one incident, and usual within two weeks, which is said', ({ by }) => {
    for (const season of [seasonNamed('smooth day'), seasonNamed('quiet weekends')]) {
      const level: Mishap = (value, at) => (at < begins ? value : value * by);
      const values = minutesOf(season, { weeks: 8, seed: 1 }, level);
      const { incidents } = runSeason(season, values, { pollEvery, kinds: ['baseline'], measuredFrom: learned });
      const last = incidents.at(-1);
      expect(incidents.length, season.name).toBeGreaterThan(0);
      expect(incidents[0]?.openedAt).toBeLessThan(begins + hour);
      expect((last?.closedAt ?? Number.POSITIVE_INFINITY) - begins, season.name).toBeLessThan(14 * day);
      expect(last?.reason, season.name).toBe('settled');
      const words = last?.ended?.settled && say(last.ended.settled.words);
      expect(words).toMatch(
        /^connections still [\d,]+; about [\d,]+ is the new usual for this hour since (1|2|3) Nov \d\d:\d\d$/,
      );
    }
  });

  test('that did not last is not usual, and its end is a recovery', () => {
    const season = seasonNamed('smooth day');
    const level: Mishap = (value, at) => (at < begins || at >= begins + 6 * day ? value : value * 2);
    const values = minutesOf(season, { weeks: 7, seed: 1 }, level);
    const { incidents } = runSeason(season, values, { pollEvery, kinds: ['baseline'], measuredFrom: learned });
    expect(incidents.map(({ reason }) => reason)).toEqual(['recovered']);
  });
});

test('a leak of 2 points an hour is foreseen at least 4 h ahead, whenever it begins', () => {
  const season = seasonNamed('memory that swings');
  for (const start of [0, 5, 9, 14, 19]) {
    const begins = firstMonday + 4 * week + start * hour;
    const leak: Mishap = (value, at) => (at < begins ? value : value - (0.02 * (at - begins)) / hour);
    const values = minutesOf(season, { weeks: 5.2, seed: start + 1 }, leak);
    const limit = firstMonday + values.findIndex((value) => value < 0.08) * minute;
    const { incidents } = runSeason(season, values, { pollEvery, kinds: ['forecast'], measuredFrom: begins - day });
    const [first] = incidents;
    expect(incidents.length, `begun at ${start}`).toBeGreaterThan(0);
    expect((limit - (first?.openedAt ?? limit)) / hour, `begun at ${start}`).toBeGreaterThanOrEqual(4);
    expect(first?.openedAt).toBeGreaterThan(begins);
  }
});

test('a fall of 60 % at noon on a Tuesday opens within its span in every season', () => {
  const noon = firstMonday + 4 * week + 36 * hour;
  for (const season of seasons.filter(
    ({ metric, name }) => metric === 'connections.current' && !name.includes('small'),
  )) {
    const hours = season.zone === 'Europe/Berlin' ? 7 : 0; // Berlin's noon comes so much later in winter
    const at = noon + hours * hour;
    const fall: Mishap = (value, now) => (now >= at && now < at + hour ? value * 0.4 : value);
    const values = minutesOf(season, { weeks: 4.4, seed: 1 }, fall);
    const { incidents } = runSeason(season, values, {
      pollEvery: { drop: minute },
      kinds: ['drop'],
      measuredFrom: at - hour,
    });
    expect(
      incidents.map(({ openedAt }) => openedAt - at <= 5 * minute),
      season.name,
    ).toEqual([true]);
  }
});
