// What every platform must do, whatever its wire format: called by the test of each with a server that works.
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { PlatformError } from '../../src/errors.ts';
import type { MessageRecord } from '../../src/metrics/message-history.ts';
import type { Platform, PlatformDefinition } from '../../src/platforms/platform.ts';

export interface Subject {
  readonly platform: Platform;
  readonly definition: PlatformDefinition;
  readonly clock: Clock;
  readonly secrets: readonly string[];
  /** From now on every connection is cut. */
  breakDown(): void;
  stop(): Promise<void>;
}

/** `open` starts a server with plausible numbers and opens the platform against it. */
export function describePlatform(name: string, open: () => Promise<Subject>): void {
  describe(`${name}, as every platform,`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.stop());

    it('reports the moment it was asked, a window that ends by then, and only metrics that it announced', async () => {
      const before = subject.clock.now();
      const snapshot = await subject.platform.snapshot();
      expect(snapshot.polledAt).toBeGreaterThanOrEqual(before);
      expect(snapshot.window?.to).toBeLessThanOrEqual(snapshot.polledAt);
      expect(snapshot.window?.from).toBeLessThan(snapshot.window?.to ?? Number.NaN);
      expect(Object.keys(snapshot.values)).not.toHaveLength(0);
      for (const [metric, value] of Object.entries(snapshot.values)) {
        expect(subject.definition.capabilities.metrics).toContain(metric);
        expect(Number.isFinite(value) && value >= 0).toBe(true);
      }
    });

    it('rejects with a transient PlatformError without secrets when the server is gone', async () => {
      subject.breakDown();
      const error = await subject.platform.snapshot().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PlatformError);
      expect(error).toMatchObject({ kind: 'network', isTransient: true });
      for (const secret of subject.secrets) expect(inspect(error, { depth: 10 })).not.toContain(secret);
    });

    it('stops at once when it is told to', async () => {
      const stop = new AbortController();
      stop.abort();
      await expect(subject.platform.snapshot(stop.signal)).rejects.toMatchObject({ kind: 'aborted' });
    });

    it('gives each day once, in order, inside what was asked for, with announced metrics only', async (context) => {
      const { daily } = subject.platform;
      if (daily === undefined) return context.skip();
      const { days } = await daily('2026-11-16', '2026-11-22');
      const dates = days.map((day) => day.date);
      expect(dates).toEqual([...new Set(dates)].sort());
      expect(dates.at(0)).toBe('2026-11-16');
      expect(dates.at(-1)).toBe('2026-11-22');
      for (const day of days) {
        for (const metric of Object.keys(day.values)) expect(subject.definition.capabilities.metrics).toContain(metric);
      }
    });

    it('gives every message once, in order of time', async (context) => {
      const { history } = subject.platform;
      if (history === undefined) return context.skip();
      const to = subject.clock.now();
      const messages: MessageRecord[] = [];
      for await (const page of history({ of: 'all' }, to - 3_600_000, to)) messages.push(...page.messages);
      expect(messages.length).toBeGreaterThan(0);
      expect(new Set(messages.map((message) => message.id)).size).toBe(messages.length);
      expect(messages.every((message, index) => message.at >= (messages[index - 1]?.at ?? 0))).toBe(true);
    });
  });
}
