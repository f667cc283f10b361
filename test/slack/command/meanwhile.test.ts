import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/errors.ts';
import { silentLogger } from '../../../src/logger.ts';
import type { DrawnMessage } from '../../../src/slack/blocks/block.ts';
import { sayMeanwhile } from '../../../src/slack/command/meanwhile.ts';
import type { Reply } from '../../../src/slack/command/subcommand.ts';
import type { ResponseTarget } from '../../../src/slack/response-target.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const drawn = (text: string): DrawnMessage => ({ blocks: [], text });
const gone = new DeliveryError('gone', 'message_not_found', 'The message was deleted.');
const away = new DeliveryError('not-sent', 'ratelimited', 'Slack takes no more just now.');

/** A long answer whose line changes each second, and a place that notes what is sent. */
function saying(options: { readonly edit?: (text: string) => void } = {}) {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const begun = clock.now();
  const sent: string[] = [];
  const note = (how: string) => async (message: DrawnMessage) => {
    sent.push(`${how} ${message.text}`);
    if (how === 'edit') options.edit?.(message.text);
  };
  const target: ResponseTarget = {
    place: 'thread',
    say: note('say'),
    left: () => 5,
    ...(options.edit === undefined ? {} : { edit: note('edit') }),
  };
  const answer = Promise.withResolvers<Reply>();
  const meanwhile = (): DrawnMessage => drawn(`${(clock.now() - begun) / 1_000} s`);
  const open = sayMeanwhile({ meanwhile, answer: answer.promise }, target, {
    clock,
    logger: silentLogger,
  });
  return {
    clock,
    sent,
    open,
    end: () => answer.resolve({ kind: 'message', drawn: drawn('answer') }),
    fail: answer.reject,
  };
}

describe('the line of a long answer', () => {
  it('is edited every 3 s, and the answer stands in its place', async () => {
    const { clock, sent, open, end } = saying({ edit: () => {} });
    await clock.advance(7_000);
    end();
    const target = (await open)?.('public');
    await target?.say(drawn('answer'));
    expect(sent).toEqual(['say 0 s', 'edit 3 s', 'edit 6 s', 'edit answer']);
    await clock.advance(60_000);
    expect(sent).toHaveLength(4);
  });

  it('stays as it is where nothing can be edited, and the answer is a message of its own', async () => {
    const { clock, sent, open, end } = saying();
    await clock.advance(30_000);
    end();
    expect(await open).toBeUndefined();
    expect(sent).toEqual(['say 0 s']);
  });

  it('that was deleted is followed by the answer', async () => {
    const { clock, sent, open, end } = saying({
      edit: () => {
        throw gone;
      },
    });
    await clock.advance(3_500);
    end();
    await (await open)?.('public').say(drawn('answer'));
    expect(sent).toEqual(['say 0 s', 'edit 3 s', 'edit answer', 'say answer']);
  });

  it('that Slack does not take for a moment is edited again, and a failure of the answer is told', async () => {
    let tries = 0;
    const { clock, sent, open, end } = saying({
      edit: () => {
        tries += 1;
        if (tries !== 2) throw away;
      },
    });
    await clock.advance(6_500);
    end();
    await expect((await open)?.('public').say(drawn('answer'))).rejects.toBe(away);
    expect(sent).toEqual(['say 0 s', 'edit 3 s', 'edit 6 s', 'edit answer']);
  });

  it('ends with an answer that fails', async () => {
    const { clock, sent, open, fail } = saying({ edit: () => {} });
    await clock.advance(3_500);
    fail(new Error('It broke.'));
    await (await open)?.('public').say(drawn('given up'));
    expect(sent).toEqual(['say 0 s', 'edit 3 s', 'edit given up']);
  });
});
