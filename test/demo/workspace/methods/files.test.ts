// Uploads, and the second that Slack needs to look at them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { allScopes, createClient, errorOf } from '../clients.ts';

let clock: FakeClock;
let slack: Workspace;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes });
});
afterEach(() => slack.stop());
const next = () => clock.advance(1000);

const png = Buffer.from('89504e470d0a1a0a00000000', 'hex');

async function upload(bytes: Uint8Array = png, name = 'chart.png'): Promise<string> {
  const client = createClient(slack);
  const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.length,
  });
  await fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
  return id;
}

describe('files', () => {
  const show = (id: string) =>
    errorOf(
      createClient(slack).chat.postMessage({
        channel: 'C0OPS',
        text: 'x',
        blocks: [{ type: 'image', alt_text: 'a', slack_file: { id } }],
      }),
    );
  const complete = (id: string) =>
    createClient(slack).files.completeUploadExternal({ files: [{ id, title: 'Chart' }] });

  it('a fresh upload cannot be shown for its first second', async () => {
    const id = await upload();
    expect(await show(id)).toBe('invalid_blocks');
    await complete(id);
    expect(await show(id)).toBe('invalid_blocks');
    await clock.advance(999);
    expect(await show(id)).toBe('invalid_blocks');
    await clock.advance(1);

    expect(await show(id)).toBe('ok');
    expect(slack.file(id)).toMatchObject({ title: 'Chart', mimetype: 'image/png', user: slack.bot.userId });
    expect(Buffer.from(slack.file(id)?.bytes ?? [])).toEqual(png);
    const served = await fetch(`${slack.url}/files/${id}/chart.png`);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(png);
  });

  it('an upload of the wrong length, one never sent and one ended twice are refused', async () => {
    const client = createClient(slack);
    const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({
      filename: 'a.png',
      length: 3,
    });
    expect((await fetch(url, { method: 'POST', body: new Uint8Array(png) })).status).toBe(400);
    expect(await errorOf(complete(id))).toBe('file_not_found');
    expect(slack.violations).toHaveLength(1);
    const good = await upload();
    await complete(good);
    expect(await errorOf(complete(good))).toBe('file_not_found');
  });

  it('a picture that is none cannot be shown', async () => {
    const id = await upload(Buffer.from('<html>'), 'chart.png');
    await complete(id);
    await next();
    expect(await show(id)).toBe('invalid_blocks');
  });

  it.each([
    ['a person in place of a conversation', { channel_id: 'U0ALICE' }, 'channel_not_found'],
    ['a channel without the bot', { channel_id: 'C0RANDOM' }, 'not_in_channel'],
    ['a thread that is not there', { channel_id: 'C0OPS', thread_ts: '1.000000' }, 'thread_not_found'],
  ])('a file cannot be shared in %s, and may be ended afterwards', async (_name, to, error) => {
    const files = [{ id: await upload() }] as [{ id: string }];
    expect(await errorOf(createClient(slack).files.completeUploadExternal({ files, ...to } as never))).toBe(error);
    expect(await errorOf(createClient(slack).files.completeUploadExternal({ files }))).toBe('ok');
    expect(slack.everything()).toEqual([]);
  });

  it("Slack's own upload shares a file in a channel and in its thread", async () => {
    const client = createClient(slack);
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    await client.filesUploadV2({
      channel_id: 'C0OPS',
      thread_ts: ts,
      file: Buffer.from('a,b\n'),
      filename: 'x.csv',
      initial_comment: 'here',
    });

    const [, shared] = slack.thread('C0OPS', ts);
    expect(shared).toMatchObject({ text: 'here' });
    expect(slack.file(shared?.files[0] ?? '')).toMatchObject({
      name: 'x.csv',
      mimetype: 'text/csv',
      channels: ['C0OPS'],
    });
  });
});
