// Counts the history of the server at the given address and prints what that cost: run by a test in a process of its own.
import { systemClock } from '../../src/clock.ts';
import { createHistoryJob } from '../../src/jobs/history.ts';
import { silentLogger } from '../../src/logger.ts';
import { countKinds, sumOfDays } from '../../src/metrics/history-counts.ts';
import type { HistoryScope } from '../../src/metrics/message-history.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { testApp } from '../platforms/server.ts';

const [url = '', pages = ''] = process.argv.slice(2);
const app = testApp(jmessage);
const clock = systemClock;
const access = { url, appKey: 'key', masterSecret: 'secret' };
const platform = jmessage.open({
  app,
  access,
  fetch: globalThis.fetch,
  clock,
  random: Math.random,
  logger: silentLogger,
});
const store = await openSqlite(':memory:', { clock, logger: silentLogger });
const job = createHistoryJob({
  clock,
  store,
  logger: silentLogger,
  telemetry: createTelemetry(),
  owner: 'size',
  platforms: { get: () => platform },
});
const hour = 3_600_000;

/** What is held, once all that is not has been collected. */
const held = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

async function count(scope: HistoryScope, onPage?: (counted: number) => void) {
  const to = Date.now();
  const whole = { app, scope, from: to - hour, to, actor: 'U1', showsPeople: false, isAgreed: true, isAnew: true };
  const begun = await job.service.begin(whole);
  if (begun.state !== 'counting') throw new Error(`It is ${begun.state}`);
  const watch = setInterval(() => onPage?.(begun.count.progress().counted), 2);
  const result = await begun.count.ended;
  clearInterval(watch);
  return result;
}

await count({ of: 'group', id: 'small' });
const idle = process.memoryUsage().rss;
let peak = idle;
let early: number | undefined;
let late = 0;
let longestHold = 0;
let last = process.threadCpuUsage();
let counting = true;
const turn = (): void => {
  const now = process.threadCpuUsage();
  longestHold = Math.max(longestHold, (now.user + now.system - last.user - last.system) / 1e3);
  last = now;
  if (counting) setImmediate(turn);
};
setImmediate(turn);
const before = process.cpuUsage();
const result = await count({ of: 'all' }, (counted) => {
  peak = Math.max(peak, process.memoryUsage().rss);
  const isEarly = early === undefined && counted > 50_000;
  const isLate = late === 0 && counted > 190_000;
  if (!isEarly && !isLate) return;
  const now = held();
  if (isEarly) early = now;
  else late = now;
  last = process.threadCpuUsage(); // collecting at once is the work of this script
});
const { user, system } = process.cpuUsage(before);
counting = false;
const figures = {
  end: result.end.state,
  messages: countKinds(sumOfDays(result.days)),
  senders: result.people?.senders.different,
  pageMilliseconds: (user + system) / 1e3 / Number(pages),
  longestHold: Math.round(longestHold),
  peakMegabytes: Math.round((peak - idle) / 1e6),
  grownMegabytes: Math.round((late - (early ?? 0)) / 1e6),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
await store.close();
