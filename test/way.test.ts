// Holds how many own files one alert, one question and one digest pass through, as `node test/way.ts` counts them.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Way } from './way.ts';

interface Limit {
  /** The count before the ways were straightened. */
  readonly before: number;
  /** 60 % of it, rounded down: where the way is to come to. */
  readonly aim: number;
  /**
   * What holds now. The aim was met (50, 49, 49) before facts and words were parted, which put the wording between them, and before the
   * numbers of an answer came from one series, which is made, compared, drawn and listed in files of their own. Later came one file that
   * bounds every answer from outside, one that reads whatever comes over HTTP, the several channels of an incident, the maintenance
   * that people begin, and when a message of an alert is edited; then tokens that change while it runs, a store that can fail, who has an
   * incident, what the bot notices about itself, the marks of imported roll-ups, what was not measured, hours that a platform counts, and
   * limits that are changed in Slack.
   */
  readonly atMost: number;
}

const limits: Readonly<Record<Way['name'], Limit>> = {
  alert: { before: 87, aim: 52, atMost: 68 },
  question: { before: 82, aim: 49, atMost: 69 },
  digest: { before: 82, aim: 49, atMost: 70 },
};

const script = join(import.meta.dirname, 'way.ts');

describe('the way through the code', () => {
  it('of an alert, a question and a digest passes no more files than it did', async () => {
    // In a process of its own: the tests that share this one have called functions of nearly every file.
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--json']);
    const ways: readonly Way[] = JSON.parse(stdout);
    expect(ways.map(({ name }) => name)).toEqual(Object.keys(limits));
    const tooLong = ways.filter(({ name, files }) => files.length > limits[name].atMost);
    expect(tooLong).toEqual([]);
    // A ruler that sees nothing would let everything pass.
    expect(ways.every(({ files }) => files.length > 10)).toBe(true);
  });

  it.each(Object.entries(limits))('aims at 60 %% of what it was for the %s', (_name, { before, aim, atMost }) => {
    expect(aim).toBe(Math.floor(before * 0.6));
    expect(atMost).toBeLessThanOrEqual(before);
  });
});
