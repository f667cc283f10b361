// The server of the page talks to its own page only, and says why when its port is not to be had.
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { openPage, type Page } from '../../src/demo/page/page.ts';
import { readPort } from '../../src/demo/page/page-port.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { packageRoot } from '../support/package-root.ts';
import { inertControls } from './inert-controls.ts';
import { allScopes } from './workspace/clients.ts';

const clock = createMovingClock(systemClock);
let workspace: Workspace;
let page: Page;

beforeAll(async () => {
  workspace = await startWorkspace({ clock, scopes: allScopes });
  page = await open(0);
});
afterAll(async () => {
  await page.stop();
  await workspace.stop();
});

const open = (port: number | undefined): Promise<Page> =>
  openPage({
    environment: { workspace, clock },
    controls: inertControls,
    port,
    running: () => undefined,
    root: packageRoot,
  });

const act = (body: unknown, headers: Record<string, string> = { origin: page.url }): Promise<Response> =>
  fetch(`${page.url}/act`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** `fetch` does not let a caller choose the host. */
function statusFor(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(page.url);
    request({ port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('the server of the page', () => {
  it('gives a page that may load nothing from elsewhere', async () => {
    const response = await fetch(page.url);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const addresses = [...(await response.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(addresses.length).toBeGreaterThan(20);
    for (const address of addresses.filter((one) => one.startsWith('/'))) {
      expect((await fetch(page.url + address)).status, address).toBe(200);
    }
    expect(addresses.filter((one) => !/^[/#]/.test(one))).toEqual([]);
  });

  it('answers to its own names only, so that no other name can be made to point here', async () => {
    const { port } = new URL(page.url);
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor('evil.example')).toBe(403);
    expect(await statusFor(`127.0.0.1.evil.example:${port}`)).toBe(403);
  });

  it.each(['/../package.json', '/%2e%2e/demo.ts', '/nothing', '/file/FNOTHERE', '/feed?as=UNOBODY'])(
    'has nothing at %s',
    async (path) => {
      expect((await fetch(page.url + path)).status).toBe(404);
    },
  );

  it('takes nothing that another site made a browser send', async () => {
    const said = { act: 'write', user: 'U0ALICE', channel: 'C0IMOPS', text: 'hello' };
    expect((await act(said, {})).status).toBe(403);
    expect((await act(said, { origin: 'https://evil.example' })).status).toBe(403);
    expect(workspace.everything()).toEqual([]);
    expect((await act(said)).status).toBe(200);
    expect(workspace.messages('C0IMOPS').map(({ text }) => text)).toEqual(['hello']);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['an act that there is none', { act: 'dance' }],
    ['a channel that the person is not in', { act: 'write', user: 'U0GUEST', channel: 'C0ONCALL', text: 'hello' }],
    [
      'a button that is not there',
      { act: 'click', user: 'U0ALICE', action: 'x', place: { channel: 'C0IMOPS', ts: '1' } },
    ],
  ])('says what is wrong with %s', async (_name, body) => {
    const response = await act(body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ ok: false, error: expect.stringMatching(/\w{4}/) });
  });

  it('refuses what is far too long', async () => {
    const status = await act('x'.repeat(100_000)).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  it('shows a person only their own private messages, from the first moment on', async () => {
    const all = async (user: string): Promise<string> => {
      const response = await fetch(`${page.url}/feed?as=${user}`);
      const reader = response.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      const more = new TextDecoder().decode(value).includes('"type":"all"') ? undefined : await reader?.read();
      await reader?.cancel();
      return new TextDecoder().decode(more?.value ?? value);
    };
    await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: '', command: '/nothing' });
    expect(await all('U0ALICE')).toContain('/nothing is not a valid command');
    expect(await all('U0ADMIN')).not.toContain('/nothing');
  });
});

describe('the port of the page', () => {
  it('is refused with the way out when it is in use', async () => {
    const { port } = new URL(page.url);
    await expect(open(Number(port))).rejects.toMatchObject({
      message: `Port ${port} is in use, perhaps by another demo.`,
      hint: expect.stringContaining('--port'),
    });
  });

  it('is another one for a second demo that asks for none', async () => {
    const first = await open(undefined);
    const second = await open(undefined);
    expect(second.url).not.toBe(first.url);
    expect((await fetch(second.url)).status).toBe(200);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('is free again when the page has stopped, with pages still open', async () => {
    const first = await open(0);
    const feed = await fetch(`${first.url}/feed?as=U0ALICE`);
    await first.stop();
    await expect(feed.text().catch(() => 'cut')).resolves.toBeDefined();
    const { port } = new URL(first.url);
    await new Promise<void>((resolve, reject) => {
      const server = createServer().once('error', reject);
      server.listen(Number(port), '127.0.0.1', () => server.close(() => resolve()));
    });
  });

  it.each(['', 'abc', '-1', '70000', '3030.5', '0x10'])('is not "%s"', (given) => {
    expect(() => readPort(given)).toThrow('is not a port');
  });

  it('is whatever comes when nobody says', () => {
    expect(readPort(undefined)).toBeUndefined();
    expect(readPort('4000')).toBe(4000);
  });
});
