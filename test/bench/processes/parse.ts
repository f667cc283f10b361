// The peer of the long list: the same answer fetched and given to JSON.parse. Prints what that cost.
import { watchHolds } from '../loop-delay.ts';

const [smallUrl = '', bigUrl = ''] = process.argv.slice(2);
const ask = async (url: string): Promise<number> => {
  const response = await fetch(`${url}/admin/stats`);
  const answer = JSON.parse(await response.text()) as { result: { userList: string[] } }; // our own server's answer
  return answer.result.userList.length;
};

await ask(smallUrl);
const idle = process.memoryUsage().rss;
let peak = idle;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 2);
const longest = watchHolds();
const started = performance.now();
const users = await ask(bigUrl);
const milliseconds = performance.now() - started;
const longestHold = longest();
clearInterval(watch);
const extraMegabytes = (Math.max(peak, process.memoryUsage().rss) - idle) / 1e6;
process.stdout.write(JSON.stringify({ users, milliseconds, longestHold, extraMegabytes }));
