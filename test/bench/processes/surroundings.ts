// What the bot talks to, in a process of its own: the Slack stand-in, a platform, and a sink for answers that reads nothing.
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { systemClock } from '../../../src/clock.ts';
import { startWorkspace } from '../../../src/demo/workspace/workspace.ts';
import { startPlatform } from '../platform.ts';

const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8');
const [workspace, platform] = await Promise.all([
  startWorkspace({ clock: systemClock, scopes: manifest, rateLimit: 'off' }),
  startPlatform(),
]);

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';

/** Answers each request once its body is whole. */
function serve(socket: Socket): void {
  let waiting = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (part) => {
    waiting += part.toString('latin1');
    for (;;) {
      const head = waiting.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(waiting.slice(0, head))?.[1] ?? 0);
      if (waiting.length < head + 4 + length) return;
      waiting = waiting.slice(head + 4 + length);
      socket.write(answer);
    }
  });
}

const sink = createServer(serve);
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
const { port } = sink.address() as AddressInfo; // listening on a port, so it is no pipe
const told = {
  sink: `http://127.0.0.1:${port}/answers`,
  apiUrl: workspace.apiUrl,
  bot: workspace.tokens.bot,
  signingSecret: workspace.tokens.signingSecret,
  platform: platform.urlOf('prod'),
};
process.stdout.write(`${JSON.stringify(told)}\n`);
