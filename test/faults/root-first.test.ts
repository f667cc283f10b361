// A root is right within a second of the line that its thread gets, also where several alerts of one channel change at once; its picture shows the end.
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { memoryRule, places } from './configuration.ts';
import { rootOf } from './delivery-assertions.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

interface Seen {
  readonly at: number;
  readonly message: Message;
}

/** What the channel shows from now on: replies as they come, and each edit of a root. */
function watch({ workspace, clock }: WholeBot) {
  const replies: Seen[] = [];
  const edits: Seen[] = [];
  workspace.on((event) => {
    if (event.type === 'message' && event.message.threadTs !== undefined)
      replies.push({ at: clock.now(), message: event.message });
    if (event.type === 'changed') edits.push({ at: clock.now(), message: event.message });
  });
  return { replies, edits };
}

/** The line of a thread, and what line 1 of its root says as soon as it is right. */
const pairs: readonly (readonly [line: RegExp, root: RegExp])[] = [
  [/Critical now/, /Critical:/],
  [/Acknowledged by/, /acknowledged by/],
  [/Resolved after/, /Resolved after/],
];

it('the root of each of four alerts says what its thread says within a second', async () => {
  const alerts = [0, 1, 2, 3].map((index) => memoryRule.replace('memory-low', `low-${index}`)).join('');
  await withWholeBot({ alerts }, async (whole) => {
    const { replies, edits } = watch(whole);
    await fall(whole, 0.1);
    await allTold(whole);
    whole.memory(0.05);
    await whole.advance(30 * second);
    for (const index of [0, 1, 2, 3]) {
      const root = rootOf(whole.workspace, `low-${index}`);
      await whole.workspace.click({ user: 'U0BOB', channel: places.alerts, ts: root?.ts ?? '', action: 'acknowledge' });
    }
    await whole.advance(10 * second);
    await comeBack(whole);
    await allTold(whole);
    const waits = pairs.flatMap(([line, state]) =>
      replies
        .filter(({ message }) => line.test(message.text))
        .map(({ at, message }) => {
          const right = edits.find(
            (edit) => edit.message.ts === message.threadTs && state.test(edit.message.text.split('\n')[0] ?? ''),
          );
          return { line: String(line), wait: (right?.at ?? Number.POSITIVE_INFINITY) - at };
        }),
    );
    expect(waits).toHaveLength(12);
    expect(waits.filter(({ wait }) => wait > second)).toEqual([]);
    // Of an end and of what a person did the root is right first.
    expect(waits.filter(({ line, wait }) => !line.includes('Critical') && wait > 0)).toEqual([]);
  });
});

it('the picture is drawn again when it is critical and when it is over, and its words come first', async () => {
  await withWholeBot({ charts: '[image, text]', alerts: `${memoryRule}    chart: 30m\n` }, async (whole) => {
    const { workspace } = whole;
    const { edits } = watch(whole);
    const pictureOf = (message: Message | undefined): string | undefined =>
      message?.blocks.flatMap(({ block_id: _, ...block }) =>
        block.type === 'image' ? [JSON.stringify(block)] : [],
      )[0];
    await whole.advance(10 * minute);
    await fall(whole, 0.1);
    const shown: string[] = [];
    const nextPicture = async (): Promise<string> => {
      await whole.reach(
        () => {
          const picture = pictureOf(rootOf(workspace, 'memory-low'));
          return picture !== undefined && !shown.includes(picture);
        },
        2 * minute,
        'a new picture',
      );
      const picture = pictureOf(rootOf(workspace, 'memory-low')) ?? '';
      shown.push(picture);
      return picture;
    };
    await nextPicture();
    whole.memory(0.05);
    await nextPicture();
    await comeBack(whole);
    const isOver = ({ message }: Seen): boolean => message.text.includes('Resolved after');
    await whole.reach(() => edits.some(isOver), 10 * second, 'the end');
    const words = edits.find(isOver);
    const last = await nextPicture();
    expect(last).toContain('now 40 %');
    const drawn = edits.find((edit) => pictureOf(edit.message) === last);
    expect((drawn?.at ?? 0) - (words?.at ?? 0)).toBeGreaterThanOrEqual(0);
  });
});
