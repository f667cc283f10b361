// A process that owns a store, holds a lease in it and writes without end. It is there to be killed.
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { openStore } from '../../src/store/index.ts';

const [, , path = ''] = process.argv;
const store = await openStore({ kind: 'sqlite', path }, { clock: systemClock, logger: silentLogger, owner: 'killed' });
await store.outbox.add({
  key: 'a',
  stream: 's',
  lane: 'slack',
  seq: 1,
  channel: 'C1',
  operation: 'reply',
  broadcast: false,
  message: { kind: 'line', text: verbatim('x'), mentions: [] },
  causedAt: undefined,
  createdAt: 0,
  notBefore: 0,
});
await store.outbox.lease('killed', systemClock.now(), 3_600_000, 1);
await store.digests.claim(
  { schedule: 'd', period: 'p', dueAt: 0, state: 'collecting' },
  'killed',
  systemClock.now(),
  3_600_000,
);
for (let n = 1; ; n += 1) {
  await store.transaction(async (inside) => {
    await inside.savePoll({ app: 'first', lastTriedAt: n, failures: 0 });
    await inside.savePoll({ app: 'second', lastTriedAt: n, failures: 0 });
  });
  // At once and in order: what the reader has seen was on the disk before.
  writeSync(1, `${n}\n`);
}
