// Asks the server at the given address for its user list and prints what that cost: run by a test in a process of its own.
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { imkit } from '../../src/platforms/imkit/index.ts';
import { testApp } from './server.ts';

const [smallUrl = '', bigUrl = ''] = process.argv.slice(2);
const open = (url: string) =>
  imkit.open({
    app: testApp(imkit),
    access: { url, apiKey: 'key' },
    fetch: globalThis.fetch,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
  });

// Idle means: everything loaded, one ordinary poll done.
await open(smallUrl).snapshot();
const idle = process.memoryUsage().rss;
let peak = idle;
// Time on the processor between two turns of the loop: what a busy machine takes away from us does not count.
let longestHold = 0;
let last = process.threadCpuUsage();
let asking = true;
const turn = (): void => {
  const now = process.threadCpuUsage();
  longestHold = Math.max(longestHold, (now.user + now.system - last.user - last.system) / 1e3);
  last = now;
  if (asking) setImmediate(turn);
};
setImmediate(turn);
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 2);
const started = performance.now();
const { values } = await open(bigUrl).snapshot();
const took = performance.now() - started;
clearInterval(watch);
asking = false;
turn(); // the one that is not over yet
const figures = {
  users: values['users.active'],
  milliseconds: Math.round(took),
  longestHold: Math.round(longestHold),
  extraMegabytes: Math.round((Math.max(peak, process.memoryUsage().rss) - idle) / 1e6),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
