import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../src/metrics/message-history.ts';
import { createRecentMessages } from '../../src/platforms/jmessage/history-messages.ts';

function message(id: number, at: number): MessageRecord {
  return { id: String(id), at, target: 'single', type: 'text', from: 'a', to: 'b', client: 'android' };
}

const placed = { isPlaced: true };

describe('recent messages', () => {
  it('know what they have had', () => {
    const recent = createRecentMessages();
    expect([
      recent.add(message(1, 5), placed),
      recent.add(message(1, 5), placed),
      recent.add(message(2, 5), placed),
    ]).toEqual([true, false, true]);
  });

  it('have nowhere to go on from before the first message', () => {
    expect(createRecentMessages().resumeAt()).toBeUndefined();
  });

  it('go on from a minute before the last message', () => {
    const recent = createRecentMessages();
    recent.add(message(1, 1_000_000), placed);
    recent.add(message(2, 1_000_700), placed);
    expect(recent.resumeAt()).toBe(1_000_700 - 60_000);
  });

  it('do not go on from a message whose time says nothing of its place', () => {
    const recent = createRecentMessages();
    recent.add(message(1, 1_000_000), placed);
    recent.add(message(2, 9_000_000), { isPlaced: false });
    expect(recent.add(message(2, 9_000_000), { isPlaced: false })).toBe(false);
    expect(recent.resumeAt()).toBe(1_000_000 - 60_000);
  });

  it('step back no further than they remember, so that no repeat is taken for new', () => {
    const recent = createRecentMessages(3);
    for (let index = 0; index < 10; index += 1) recent.add(message(index, 1_000_000 + index * 5_000), placed);
    // The last three are those at 1,035,000, 1,040,000 and 1,045,000.
    expect(recent.resumeAt()).toBe(1_031_000);
  });

  it('never go on later than the last second, even when one second holds more than they remember', () => {
    const recent = createRecentMessages(3);
    for (let index = 0; index < 10; index += 1) recent.add(message(index, 1_000_100 + index), placed);
    expect(recent.resumeAt()).toBe(1_000_000);
  });
});
