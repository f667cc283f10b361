// When an answer is there, on a clock that the test moves: with a chart of Slack's, with a picture, from a platform that is slow.
import { describe, expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { places } from '../faults/configuration.ts';
import { type WholeBot, withWholeBot } from '../faults/whole-bot.ts';

const asker = { user: 'U0ALICE', channel: places.digests };

/** A bot that has been polling for some minutes, so that there is something to draw. */
function withPast(work: (whole: WholeBot) => Promise<void>, charts = '[image, slack, text]'): Promise<void> {
  return withWholeBot({ charts }, async (whole) => {
    await whole.advance(5 * minute);
    await work(whole);
  });
}

/** The first message to the question, and how many ms of the clock after it. */
async function timed(whole: WholeBot, text: string): Promise<{ readonly message: Message; readonly after: number }> {
  const { clock, workspace } = whole;
  const asked = clock.now();
  const outcome = await workspace.command({ ...asker, text });
  for (let step = 0; step < 200; step += 1) {
    await whole.advance(25);
    const [message] = outcome.replies;
    if (message !== undefined) return { message, after: clock.now() - asked };
  }
  throw new Error('there is no answer within 5 s');
}

const kindsOf = (message: Message): string[] => message.blocks.map(({ type }) => type);

describe('an answer', () => {
  it('without an upload is there within 0.3 s, with its chart', async () => {
    await withPast(async (whole) => {
      const { message, after } = await timed(whole, 'memory prod 1h');
      expect(after).toBeLessThanOrEqual(300);
      expect(kindsOf(message)).toContain('data_visualization');
      expect(message.ephemeralTo).toBe(asker.user);
      expect(whole.workspace.violations).toEqual([]);
    });
  });

  it('with a picture whose upload takes a second is there within 2.5 s', async () => {
    await withPast(async (whole) => {
      whole.workspace.fault({ method: 'upload', kind: 'delay', ms: 1_000, times: 1 });
      const { message, after } = await timed(whole, 'memory prod 1h public');
      expect(after).toBeLessThanOrEqual(2_500);
      expect(kindsOf(message)).toContain('image');
      await whole.advance(10_000);
      expect(whole.workspace.messages(asker.channel).filter(({ origin }) => origin === 'response_url')).toHaveLength(1);
      expect(whole.workspace.violations).toEqual([]);
    });
  });

  it('is not later where the upload hangs, and has its chart in the next way', async () => {
    await withPast(async (whole) => {
      whole.workspace.fault({ method: 'upload', kind: 'hang', times: 1 });
      const { message, after } = await timed(whole, 'memory prod 1h public');
      expect(after).toBeLessThanOrEqual(2_500);
      expect(kindsOf(message)).toContain('data_visualization');
      await whole.advance(60_000);
      const edited = whole.workspace.messages(asker.channel).filter(({ editedAt }) => editedAt !== undefined);
      expect(edited).toEqual([]);
    });
  });

  it('comes from the store after 2 s where the platform does not answer, and says so in line 1', async () => {
    await withPast(async (whole) => {
      whole.platforms.controls.setFault('imkit', 'hang');
      const { message, after } = await timed(whole, 'memory prod 1h');
      expect(after).toBeGreaterThanOrEqual(2_000);
      expect(after).toBeLessThanOrEqual(2_300);
      const [first] = whole.workspace.renderText(message).split('\n');
      expect(first).toMatch(/Production chat did not answer within 2 s$/);
      expect(message.text).toContain('40 %');
      expect(kindsOf(message)).toContain('data_visualization');
    });
  });
});
