// The network that the environment asks for, against a real proxy and a real TLS server on this machine.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { BotError } from '../../src/errors.ts';
import { openNetwork } from '../../src/network.ts';
import { root, until, withWard } from '../faults/process.ts';
import { startBot, undoAll, words } from '../slack/slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

interface Proxy {
  readonly url: string;
  /** What it was asked for: `GET http://…` of plain HTTP, `CONNECT host:port` of a tunnel. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
}

/** A proxy that finds every host on this machine. */
async function startProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const note = (incoming: IncomingMessage): void => {
    asked.push(`${incoming.method} ${incoming.url}`);
    authorizations.push(incoming.headers['proxy-authorization']);
  };
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    note(incoming);
    const url = new URL(incoming.url ?? '');
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method: incoming.method };
    const onward = request({ ...options, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    note(incoming);
    const onward = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked, authorizations };
}

async function listening(server: ReturnType<typeof createServer>, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port; // a listening TCP server has such an address
}

const certificate = (name: string): string => join(import.meta.dirname, 'certificate', name);
const says = (text: string) => (_request: IncomingMessage, response: ServerResponse) => void response.end(text);

function startTls(): Promise<number> {
  const key = readFileSync(certificate('key.pem'));
  return listening(createTlsServer({ key, cert: readFileSync(certificate('certificate.pem')) }, says('over TLS')));
}

describe('proxies', () => {
  it('are taken for plain HTTP, with user and password, which no word of it holds', async () => {
    const proxy = await startProxy();
    const port = await listening(createServer(says('plain')));
    const network = openNetwork({ http_proxy: proxy.url.replace('//', '//me:p%40ss@') });
    expect(await (await network.fetch(`http://imkit.test:${port}/admin/stats?a=b`)).text()).toBe('plain');
    expect(proxy.asked).toEqual([`GET http://imkit.test:${port}/admin/stats?a=b`]);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
    expect(network.words).toContain(`HTTP through ${proxy.url}`);
    expect(network.words).not.toMatch(/p%40ss|p@ss/);
    expect(network.secrets).toEqual(expect.arrayContaining(['me', 'p%40ss', 'p@ss']));
  });

  it('are tunnels for HTTPS', async () => {
    const proxy = await startProxy();
    const port = await startTls();
    const environment = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificate('certificate.pem') };
    const network = openNetwork(environment);
    expect(await (await network.fetch(`https://tls.test:${port}/`)).text()).toBe('over TLS');
    expect(proxy.asked).toEqual([`CONNECT tls.test:${port}`]);
  });

  it.each(['imkit.test', '.test', '*.test', 'a, imkit.test', '*', 'IMKIT.TEST'])(
    'are left out for NO_PROXY=%s',
    async (except) => {
      const proxy = await startProxy();
      const network = openNetwork({ HTTP_PROXY: proxy.url, NO_PROXY: except });
      // Without the proxy nobody knows this host.
      await expect(network.fetch('http://imkit.test:9/')).rejects.toThrow('fetch failed');
      expect(proxy.asked).toEqual([]);
    },
  );

  it.each([
    ['127.0.0.2', '127.0.0.0/8', true],
    ['127.0.0.2', 'a, 127.0.0.2/32', true],
    ['127.0.0.2', '127.0.0.0/31', false],
    ['127.0.0.2', '10.0.0.0/8, ::/0, 127.0.0.0/33, 127.0.0/8', false],
    ['imkit.test', '0.0.0.0/0', false],
  ])('lead to %s where NO_PROXY is %s: directly is %s', async (host, except, isDirect) => {
    const proxy = await startProxy();
    const port = await listening(createServer(says('plain')), '0.0.0.0');
    const { fetch } = openNetwork({ HTTP_PROXY: proxy.url, NO_PROXY: except });
    expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe('plain');
    expect(proxy.asked).toHaveLength(isDirect ? 0 : 1);
  });

  it('are never asked for this machine itself', async () => {
    const proxy = await startProxy();
    const port = await listening(createServer(says('here')));
    const network = openNetwork({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    expect(await (await network.fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
    expect(await (await network.fetch(`http://localhost:${port}/`)).text()).toBe('here');
    expect(proxy.asked).toEqual([]);
  });

  it('lead the sockets of Slack as well', async () => {
    const proxy = await startProxy();
    const network = openNetwork({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
    const elsewhere: typeof globalThis.fetch = async (input, init) => {
      const answer = await network.fetch(input, init);
      if (!String(input).includes('apps.connections.open')) return answer;
      // Slack names a host that only the proxy knows.
      return Response.json(JSON.parse((await answer.text()).replace('127.0.0.1', 'slack.test')));
    };
    const { fetch, socketDispatcher } = { ...network, fetch: elsewhere };
    const bot = await startBot(undo, { mode: 'socket', renderers: [words], fetch, socketDispatcher });
    await bot.workspace.until(() => bot.workspace.openSockets === 2, 'both connections');
    expect(proxy.asked.filter((one) => one.startsWith('CONNECT slack.test:'))).toHaveLength(2);
    const asked = await bot.workspace.command({ user: bot.person, channel: bot.channel, text: 'help' });
    expect(asked.acknowledged).toBe('in time');
  });

  it.each(['ftp://proxy', 'http://', '://', 'http://a b'])(
    'that are none, like %s, are refused with what to write',
    (address) => {
      const open = (): unknown => openNetwork({ HTTPS_PROXY: address });
      expect(open).toThrow(BotError);
      expect(open).toThrow('HTTPS_PROXY is not the address of a proxy.');
    },
  );

  it('that take no connection are told', async () => {
    const network = openNetwork({ HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: '127.0.0.1:1' });
    expect(await network.unreachable()).toEqual([
      expect.stringContaining('The proxy 127.0.0.1 takes no connection (ECONNREFUSED)'),
    ]);
    const proxy = await startProxy();
    expect(await openNetwork({ HTTP_PROXY: proxy.url }).unreachable()).toEqual([]);
    expect(await openNetwork({}).unreachable()).toEqual([]);
  });

  it('in a .env beside the configuration lead the calls of the real process, which says so in its log', async () => {
    const proxy = await startProxy();
    await withWard({ pollEvery: '1s', entrance: 'socket' }, async (ward) => {
      const imkit = ward.platforms.imkit.url.replace('127.0.0.1', 'imkit.test');
      const slack = ward.workspace.apiUrl.replace('127.0.0.1', 'slack.test');
      writeFileSync(join(dirname(ward.file), '.env'), `HTTP_PROXY=${proxy.url}\n`);
      const settings = [`IMKIT_URL=${imkit}`, `SLACK_API_URL=${slack}`];
      const life = ward.start(['env', ...settings, process.execPath, join(root, 'src/main.ts'), 'start']);
      await life.up;
      await until(
        () => ward.rows('select app from poll where last_good_at is not null').length === 1,
        20_000,
        'a poll',
      );
      expect(proxy.asked.some((one) => one.startsWith('GET http://imkit.test'))).toBe(true);
      expect(proxy.asked.some((one) => one.startsWith('POST http://slack.test'))).toBe(true);
      const line = life.log.find(({ msg }) => msg === 'network');
      expect(line?.['reason']).toContain(`HTTP through ${proxy.url}`);
    });
  }, 60_000);
});

describe('a private authority', () => {
  const script = (port: number): string => `
    import { openNetwork } from ${JSON.stringify(join(root, 'src/network.ts'))};
    const network = openNetwork({ NODE_EXTRA_CA_CERTS: process.argv[1] });
    const answer = await network.fetch('https://localhost:${port}/').then((one) => one.text(), (error) => error.cause.code);
    console.log(JSON.stringify({ answer, words: network.words }));
    process.exit();`;

  async function ask(
    port: number,
    file: string,
    inherited: Record<string, string> = {},
  ): Promise<{ answer: string; words: string }> {
    const words = ['--input-type=module', '-e', script(port), file];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env: { ...process.env, ...inherited } });
    return JSON.parse(stdout);
  }

  it('is trusted, whether Node has read it at its start or a .env names it, and is not without', async () => {
    const port = await startTls();
    const file = certificate('certificate.pem');
    const [named, inherited, none] = await Promise.all([
      ask(port, file),
      ask(port, file, { NODE_EXTRA_CA_CERTS: file }),
      ask(port, '', { NODE_EXTRA_CA_CERTS: '' }),
    ]);
    expect(named).toEqual({ answer: 'over TLS', words: expect.stringContaining(`and 1 of ${file}`) });
    expect(inherited).toEqual(named);
    expect(none.answer).toMatch(/SELF_SIGNED|UNABLE_TO/);
  });

  it.each([
    ['/no/such/file', 'cannot be read'],
    [certificate('key.pem'), 'holds no certificate'],
  ])('in %s is refused with what to do', (file, what) => {
    expect(() => openNetwork({ NODE_EXTRA_CA_CERTS: file })).toThrow(what);
  });
});

it('gives each address of a host the time of a slow handshake', async () => {
  openNetwork({});
  const { port, resume } = await startSlowHandshake();
  const begun = performance.now();
  // The second address leads nowhere, as that of IPv6 does on many machines.
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const socket = connect({ host: 'imkit.test', port, lookup: (_host, _options, found) => found(null, addresses) });
  undo.push(() => socket.destroy());
  setTimeout(resume, 400);
  await once(socket, 'connect');
  expect(socket.remoteAddress).toBe('127.0.0.1');
  expect(performance.now() - begun).toBeGreaterThan(400);
}, 20_000);

/** A port whose queue is full because its process stands still: the handshake of a further connection ends some time after `resume`. */
async function startSlowHandshake(): Promise<{ readonly port: number; readonly resume: () => void }> {
  const program = `require('node:net').createServer(() => {}).listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    process.stdout.write(String(this.address().port));
  });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  const port = Number(String(await once(child.stdout, 'data')));
  child.kill('SIGSTOP');
  const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  undo.push(() => {
    for (const socket of waiting) socket.destroy();
  });
  await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, 'connect')));
  return { port, resume: () => child.kill('SIGCONT') };
}
