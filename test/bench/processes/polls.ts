// Runs the whole bot over many apps for a while and prints what that cost its process. Configuration file, apps, milliseconds.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createBot } from '../../../src/bot.ts';
import { systemClock } from '../../../src/clock.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { createLogger } from '../../../src/logger.ts';
import { startChartChild } from '../../support/chart-child.ts';
import { packageRoot } from '../../support/package-root.ts';

const [file = '', apps = '1', length = '1000'] = process.argv.slice(2);
const config = loadConfig({ file, folder: process.cwd(), environment: {} });

/** Even numbers instead of chance, so that it is known when each first poll is due: the jobs ask once for each app, in order. */
let asked = 0;
const random = (): number => (asked++ % Number(apps)) / Number(apps);

const bot = await createBot(config, {
  clock: systemClock,
  fetch: globalThis.fetch,
  logger: createLogger({ level: 'info', secrets: config.secrets, write: () => {} }),
  random,
  root: packageRoot,
  newId: () => `bench-${process.pid}`,
  startChartChild,
});
const before = process.cpuUsage();
const started = systemClock.now();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
await bot.start();
const startCpu = process.cpuUsage(before);
await new Promise((resolve) => setTimeout(resolve, started + Number(length) - systemClock.now()));
const cpu = process.cpuUsage(before);
const figures = {
  started,
  milliseconds: systemClock.now() - started,
  startCpu: (startCpu.user + startCpu.system) / 1e3,
  cpu: (cpu.user + cpu.system) / 1e3,
  worstDelay: delay.max / 1e6,
  memory: process.memoryUsage().rss,
};
await bot.stop();
process.stdout.write(JSON.stringify(figures), () => process.exit(0));
