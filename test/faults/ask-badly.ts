// Asks something that goes wrong, and holds what every answer to it must be: private, in time, and nothing that was known changes.
import { expect } from 'vitest';
import { arrivalWindow } from '../../src/slack/command/admission.ts';
import { places } from './configuration.ts';
import type { Line, WholeBot } from './whole-bot.ts';

/** The line of the only question that took work, which comes after its answer; flat. */
export async function questionLine({ workspace, log }: WholeBot): Promise<Line> {
  const line = await workspace.until(
    () => log.find(({ msg }) => msg.startsWith('Question')),
    'the line of the question',
  );
  expect(Object.values(line).filter((value) => typeof value === 'object')).toEqual([]);
  return line;
}

/** The numbers that the store knows; a question must not change them. */
function known(whole: WholeBot): unknown[] {
  return ['sample', 'rollup', 'daily', 'alert', 'incident', 'outbox', 'digest_run'].map((table) =>
    whole.rows(`select * from ${table}`),
  );
}

/** Asks, and holds what every answer to bad input must be. `meanwhile` happens between the question and its answer. */
export async function askBadly(
  whole: WholeBot,
  words: string,
  meanwhile: () => Promise<void> = async () => {},
): Promise<string> {
  const { workspace } = whole;
  const before = known(whole);
  const asked = await workspace.command({ user: 'U0ALICE', channel: places.digests, text: words });
  expect(asked.acknowledged).toBe('in time');
  await whole.advance(arrivalWindow);
  await meanwhile();
  const answer = await asked.replied();
  expect(answer.ephemeralTo).toBe('U0ALICE');
  expect(known(whole)).toEqual(before);
  expect(workspace.violations).toEqual([]);
  return workspace.renderText(answer, { timezone: 'Asia/Taipei' });
}
