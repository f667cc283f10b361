// Making exports: how far one is, what it takes of memory and of the event loop, how many there are, how one fails.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import type { CsvCell } from '../../src/csv.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import type { Message } from '../../src/demo/workspace/workspace-types.ts';
import { StoreError } from '../../src/errors.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { createWebClient } from '../../src/slack/client.ts';
import { createExportService, type ExportOrder, type ExportService } from '../../src/slack/export/export-service.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { manifest } from './slack-harness.ts';

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let clock: FakeClock;
let workspace: Workspace;
let service: ExportService;

beforeEach(async () => {
  clock = createFakeClock(Date.UTC(2026, 10, 22, 8));
  const { setTimeout: later, clearTimeout: cancel } = globalThis;
  const slackClock = {
    now: Date.now,
    after: (delay: number, run: () => void) => {
      const timer = later(run, delay);
      return () => cancel(timer);
    },
  };
  workspace = await startWorkspace({ clock: slackClock, scopes: manifest, rateLimit: 'off' });
  const { fetch } = globalThis;
  const settings = { apiUrl: workspace.apiUrl, fetch, logger: quiet, secrets: [] };
  let ids = 0;
  service = createExportService({
    client: createWebClient(workspace.tokens.bot, settings),
    ...{ fetch, clock, logger: quiet, wording: englishWording },
    newId: () => {
      ids += 1;
      return `x${ids}`;
    },
  });
});
afterEach(() => workspace.stop());

const alice = 'U0ALICE';

function order(over: Partial<ExportOrder> = {}): ExportOrder {
  return {
    title: verbatim('Export of something'),
    note: verbatim('Each is one.'),
    fileName: 'some.csv',
    head: ['a', 'b'],
    load: async function* () {
      yield { rows: [['1', 2]], done: 1 };
    },
    user: alice,
    place: { channel: alice },
    ...over,
  };
}

/** Also where the machine is slow: a long export may take longer than one wait. */
async function saying(text: string, user = alice): Promise<Message> {
  const find = () => workspace.messages(workspace.direct(user)).find((message) => message.text.includes(text));
  for (let tries = 1; ; tries += 1) {
    try {
      return await workspace.until(find, `"${text}"`);
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

describe('an export', () => {
  it('says every three seconds how far it is', async () => {
    const seen: string[] = [];
    workspace.on((event) => {
      if (event.type === 'changed') seen.push(event.message.text.split('\n')[1] ?? '');
    });
    await service.begin(
      order({
        load: async function* () {
          for (let part = 1; part <= 10; part += 1) {
            clock.jump(clock.now() + second);
            yield { rows: [['x', part]], done: part / 10 };
          }
        },
      }),
    );
    expect((await saying('10 rows. Each is one.')).files).toHaveLength(1);
    expect(seen).toEqual(['30 % read.', '60 % read.', '90 % read.', 'All is read; the file is on its way to Slack.']);
  });

  it('of many rows takes little memory, and never holds the event loop', async () => {
    const rows = Array.from({ length: 360 }, (_, index): CsvCell[] => [
      ...['2026-11-22T15:59:01.500+08:00', '2026-11-22 15:59:01', 'sample', 'prod'],
      ...Array.from({ length: 36 }, (_cell, at) => index * at + at / 7),
    ]);
    const parts = 60;
    let [longest, most, isOver] = [0, 0, false];
    globalThis.gc?.();
    const before = process.memoryUsage().external;
    const look = (since: NodeJS.CpuUsage): void => {
      const { user, system } = process.threadCpuUsage(since);
      longest = Math.max(longest, (user + system) / 1_000);
      // What receives the file in place of Slack is in this process too.
      const isSent = workspace.log.some(({ method }) => method.startsWith('files.'));
      if (!isSent) most = Math.max(most, process.memoryUsage().external - before);
      if (!isOver) setImmediate(look, process.threadCpuUsage());
    };
    setImmediate(look, process.threadCpuUsage());
    await service.begin(
      order({
        load: async function* () {
          for (let part = 1; part <= parts; part += 1) yield { rows, done: part / parts };
        },
      }),
    );
    const message = await saying(`${(parts * rows.length).toLocaleString('en')} rows`);
    isOver = true;
    expect(workspace.file(message.files[0] ?? '')?.bytes.byteLength).toBeGreaterThan(10 * 2 ** 20);
    // Of this thread: how much the machine does beside it does not count.
    expect(longest).toBeLessThan(50);
    expect(most).toBeLessThan(40 * 2 ** 20);
  }, 60_000);

  it('that is too much for one file says what to ask instead', async () => {
    // What cannot be compressed is over the limit soonest.
    const noise = (): string => randomBytes(60_000).toString('base64');
    await service.begin(
      order({
        load: async function* () {
          for (;;) yield { rows: Array.from({ length: 10 }, () => [noise()]), done: 0 };
        },
      }),
    );
    expect((await saying('too much for one file')).text).toContain('Ask for one app, one metric or a shorter range.');
  }, 60_000);

  it('whose numbers cannot be read says so, with an id that the log has too', async () => {
    await service.begin(
      order({
        // biome-ignore lint/correctness/useYield: it fails before
        load: async function* () {
          throw new StoreError('The disk is gone.');
        },
      }),
    );
    expect((await saying('could not be read')).text).not.toContain('disk');
    await workspace.until(() => service.requesterOf('x1') === undefined, 'its end');
    await service.begin(order());
    await saying('1 row.');
  });

  it('is one of ten at the most, of which one is made at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const load = async function* () {
      await promise;
      yield { rows: [['1', 2]], done: 1 };
    };
    for (let index = 0; index < 10; index += 1)
      await service.begin(order({ load, user: `U${index}`, place: { channel: 'C0OPS' } }));
    await expect(service.begin(order({ load }))).rejects.toThrow('10 exports are being made already.');
    expect(workspace.messages('C0OPS').at(-1)?.text).toContain('Waits for 9 exports before it.');
    resolve();
    await workspace.until(
      () => workspace.messages('C0OPS').filter(({ files }) => files.length > 0).length === 10,
      'all',
    );
    await service.begin(order());
    await saying('1 row.');
  });

  it('waits as Slack asks before it is begun', async () => {
    workspace.fault({ method: 'chat.postMessage', kind: '429', retryAfter: 1 });
    const begun = service.begin(order());
    await workspace.until(() => workspace.log.some(({ method }) => method === 'chat.postMessage'), 'a call');
    for (let tries = 0; tries < 200 && workspace.messages(workspace.direct(alice)).length === 0; tries += 1) {
      await clock.advance(minute / 60);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await begun;
    await saying('1 row.');
  });
});
