// The sender against the strict stand-in: what it posts, how it finds it again, and what each error means.

import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertView } from '../../src/alerting/notification.ts';
import { type FaultSpec, startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { DeliveryError } from '../../src/errors.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { createSender } from '../../src/slack/sender.ts';
import type { Outgoing, Sender } from '../../src/store/outbox.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let slack: Workspace;
let sender: Sender;

const scopes = ['chat:write', 'channels:history', 'groups:history', 'files:write'];

function connect(fetch: typeof globalThis.fetch = globalThis.fetch, logger: Logger = silentLogger): Sender {
  const options = { fetch, clock, logger, secrets: [], wording: englishWording };
  return createSender({ botToken: slack.tokens.bot, apiUrl: slack.apiUrl, ...options });
}

beforeEach(async () => {
  clock = createFakeClock('2026-11-22T03:00:00+08:00');
  slack = await startWorkspace({ clock, scopes, rateLimit: 'off' });
  sender = connect();
});

afterEach(async () => {
  expect(slack.violations).toEqual([]);
  await slack.stop();
});

const view: AlertView = {
  incident: 'memory-low@1',
  rule: 'memory-low',
  app: { id: 'prod', name: 'Production <!channel>' },
  colour: 'red',
  level: 'critical',
  headline: verbatim('Critical: free memory 7.4 % on Production <!channel>'),
  lines: [verbatim('Under 8 % since 03:04, see https://example.com and @here.')],
  mentions: ['S0ONCALL'],
  actions: ['acknowledge', 'silence', 'why'],
  openedAt: 1,
};

function alert(over: Partial<Outgoing> = {}): Outgoing {
  const message = { kind: 'alert', view } as const;
  return { key: 'memory-low@1:0', channel: 'C0ONCALL', message, pictures: [], form: 'full', notes: [], ...over };
}

function line(over: Partial<Outgoing> = {}): Outgoing {
  const text = verbatim('03:20 Acknowledged by {user:U0BOB}.');
  const message: Outgoing['message'] = { kind: 'line', text, mentions: [] };
  return { ...alert(), message, key: 'memory-low@1:1', ...over };
}

const wanted = (over: { key?: string; threadTs?: string } = {}) => ({
  channel: 'C0ONCALL',
  key: 'memory-low@1:0',
  threadTs: undefined,
  since: clock.now(),
  ...over,
});

/** The `DeliveryError` of a call that must fail. */
async function failure(call: Promise<unknown>): Promise<DeliveryError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeliveryError)) throw new Error(`no DeliveryError but ${inspect(error)}`);
  return error;
}

describe('a message', () => {
  it('is posted with its key in the metadata, mentions the group and nobody else', async () => {
    const ts = await sender.post(alert());
    const [message] = slack.messages('C0ONCALL');
    expect(message).toMatchObject({
      ts,
      metadata: { event_type: 'imstats_delivery', event_payload: { key: 'memory-low@1:0' } },
    });
    const shown = JSON.stringify([message?.text, message?.blocks]);
    expect(shown).toContain('<!subteam^S0ONCALL>');
    expect(shown).not.toContain('<!channel>');
  });

  it('is edited in place and keeps the key that it was posted with', async () => {
    const ts = await sender.post(alert());
    await sender.update(
      alert({ key: 'memory-low@1:5', message: { kind: 'alert', view: { ...view, headline: verbatim('Resolved') } } }),
      ts,
    );
    const messages = slack.messages('C0ONCALL');
    expect(messages.length).toBe(1);
    expect(messages[0]?.text).toContain('Resolved');
    expect(await sender.find(wanted())).toBe(ts);
  });

  it('in the thread is broadcast only when it is asked for', async () => {
    const threadTs = await sender.post(alert());
    await sender.reply(line(), { threadTs, broadcast: false });
    await sender.reply(line({ key: 'memory-low@1:2' }), { threadTs, broadcast: true });
    const replies = slack.thread('C0ONCALL', threadTs).slice(1);
    expect(replies.map(({ broadcast }) => broadcast)).toEqual([false, true]);
    expect(replies[0]?.text).toContain('<@U0BOB>');
  });

  it('in plain form has no blocks, also when it had them before', async () => {
    const ts = await sender.post(alert());
    await sender.update(alert({ form: 'plain' }), ts);
    expect(slack.messages('C0ONCALL')[0]?.blocks).toEqual([]);
  });

  it('carries a note of our own in blocks and text', async () => {
    await sender.post(alert({ notes: [verbatim('This may be a repeat.')] }));
    const [message] = slack.messages('C0ONCALL');
    expect(message?.text).toContain('This may be a repeat.');
    expect(JSON.stringify(message?.blocks)).toContain('This may be a repeat.');
  });

  it('shows an uploaded picture with its words once Slack has looked at the file', async () => {
    const id = await sender.upload({ png: new Uint8Array([137, 80, 78, 71]), title: 'Free memory', alt: 'Low 5 %' });
    const ts = await sender.post(alert());
    const pictures = [{ kind: 'file', id, alt: verbatim('Low 5 %') }] as const;
    expect((await failure(sender.update(alert({ pictures }), ts))).outcome).toBe('rejected-blocks');
    await clock.advance(2_000);
    await sender.update(alert({ pictures }), ts);
    expect(slack.messages('C0ONCALL')[0]?.blocks).toContainEqual(
      expect.objectContaining({ type: 'image', slack_file: { id }, alt_text: 'Low 5 %' }),
    );
  });
});

describe('an uploaded picture that no message shows', () => {
  const picture = { png: new Uint8Array([137, 80, 78, 71]), title: 'Free memory', alt: 'Low 5 %' };
  const deletions = () => slack.log.filter(({ method }) => method === 'files.delete').length;
  let warnings: Record<string, unknown>[];

  beforeEach(() => {
    warnings = [];
    sender = connect(globalThis.fetch, {
      ...silentLogger,
      warn: (message, fields) => {
        if (message.startsWith('A picture')) warnings.push({ message, ...fields });
      },
    });
  });

  /** Lets real calls end, and the pauses between them pass. */
  async function whileTimePasses(discarded: Promise<void>): Promise<void> {
    let isDone = false;
    void discarded.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise(setImmediate);
      await clock.advance(100);
    }
  }

  it('is deleted, and one that is not there is no error', async () => {
    const id = await sender.upload(picture);
    expect(slack.file(id)).toBeDefined();
    await sender.discard(id);
    expect(slack.file(id)).toBeUndefined();
    await sender.discard(id);
    expect(warnings).toEqual([]);
  });

  it.each<[string, FaultSpec['kind']]>([
    ['takes no calls for now', '429'],
    ['fails on its side', '503'],
    ['cuts the connection', 'cut-before'],
  ])('is tried again later where Slack %s', async (_what, kind) => {
    const id = await sender.upload(picture);
    slack.fault({ method: 'files.delete', kind, times: 2 });
    await whileTimePasses(sender.discard(id));
    expect([slack.file(id), deletions()]).toEqual([undefined, 3]);
    expect(warnings).toEqual([]);
  });

  it('stays, and the log says which, where Slack refuses it or answers none of a few calls', async () => {
    const ids = [await sender.upload(picture), await sender.upload(picture)] as const;
    const refused = slack.fault({ method: 'files.delete', kind: { error: 'cant_delete_file' }, times: 9 });
    await whileTimePasses(sender.discard(ids[0]));
    expect(refused.hits).toBe(1);
    refused.release();
    const silent = slack.fault({ method: 'files.delete', kind: '503', times: 99 });
    await whileTimePasses(sender.discard(ids[1]));
    expect(silent.hits).toBe(4);
    expect(warnings).toMatchObject([
      {
        message: expect.stringContaining('stays in Slack'),
        file: ids[0],
        reason: expect.stringContaining('cant_delete_file'),
      },
      { file: ids[1], reason: expect.stringContaining('HTTP 503') },
    ]);
  });

  it('is deleted where Slack took it and the answer was lost, and a refused one needs no deletion', async () => {
    slack.fault({ method: 'files.completeUploadExternal', kind: 'cut-after', times: 1 });
    expect((await failure(sender.upload(picture))).outcome).toBe('unknown');
    await slack.until(() => deletions() === 1, 'the deletion');
    slack.fault({ method: 'files.completeUploadExternal', kind: { error: 'storage_limit_reached' }, times: 1 });
    expect((await failure(sender.upload(picture))).outcome).toBe('refused');
    expect(deletions()).toBe(1);
  });
});

describe('a message that may have arrived', () => {
  it('is found by its key, as a root and in a thread', async () => {
    const ts = await sender.post(alert());
    const reply = await sender.reply(line(), { threadTs: ts, broadcast: false });
    expect(await sender.find(wanted())).toBe(ts);
    expect(await sender.find(wanted({ key: 'memory-low@1:1', threadTs: ts }))).toBe(reply);
    expect(await sender.find(wanted({ key: 'memory-low@1:1' }))).toBeUndefined();
    expect(await sender.find(wanted({ key: 'another' }))).toBeUndefined();
  });

  it('is found behind two pages of other messages', async () => {
    const ts = await sender.post(alert());
    for (let count = 0; count < 410; count += 1)
      slack.say({ user: slack.users[0]?.id ?? '', channel: 'C0ONCALL', text: 'x' });
    expect(await sender.find(wanted())).toBe(ts);
  });

  it('cannot be looked for in a channel that the bot may not read', async () => {
    await sender.post(alert());
    slack.leave('C0ONCALL', slack.bot.userId);
    expect((await failure(sender.find(wanted()))).outcome).toBe('shut');
  });
});

describe('what an error means', () => {
  it.each<[FaultSpec['kind'], string, string]>([
    ['429', 'not-sent', 'ratelimited'],
    ['503', 'unknown', 'http_503'],
    ['cut-before', 'unknown', 'connection_lost'],
    ['cut-after', 'unknown', 'connection_lost'],
    ['cut-body', 'unknown', 'no_answer'],
    ['html', 'unknown', 'bad_answer'],
    [{ error: 'internal_error' }, 'unknown', 'internal_error'],
    [{ error: 'ratelimited' }, 'not-sent', 'ratelimited'],
    [{ error: 'channel_not_found' }, 'shut', 'channel_not_found'],
    [{ error: 'is_archived' }, 'shut', 'is_archived'],
    [{ error: 'not_in_channel' }, 'shut', 'not_in_channel'],
    [{ error: 'token_revoked' }, 'locked-out', 'token_revoked'],
    [{ error: 'restricted_action' }, 'mention-refused', 'restricted_action'],
    [{ error: 'edit_window_closed' }, 'uneditable', 'edit_window_closed'],
    [{ error: 'a_word_of_tomorrow' }, 'refused', 'a_word_of_tomorrow'],
    [{ error: 'message_not_found' }, 'gone', 'message_not_found'],
    [{ error: 'invalid_blocks' }, 'rejected-blocks', 'invalid_blocks'],
  ])('%j is %s (%s)', async (kind, outcome, code) => {
    slack.fault({ method: 'chat.postMessage', kind });
    expect(await failure(sender.post(alert()))).toMatchObject({ outcome, code });
  });

  it('says how long Slack wants to be left alone', async () => {
    slack.fault({ method: 'chat.postMessage', kind: '429', retryAfter: 17 });
    expect((await failure(sender.post(alert()))).retryAfterMs).toBe(17_000);
  });

  it('a look-up without an answer is no answer, and changes nothing', async () => {
    slack.fault({ method: 'conversations.history', kind: '503' });
    expect((await failure(sender.find(wanted()))).outcome).toBe('not-sent');
  });

  it.each([
    [
      'a connection that is refused',
      Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }) }),
      'not-sent',
    ],
    [
      'no such host',
      Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(''), { code: 'ENOTFOUND' }) }),
      'not-sent',
    ],
    [
      'a connection that is reset',
      Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(''), { code: 'ECONNRESET' }) }),
      'unknown',
    ],
    ['no answer in time', new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'unknown'],
  ])('%s', async (_words, thrown, outcome) => {
    const broken = connect(() => Promise.reject(thrown));
    expect((await failure(broken.post(alert()))).outcome).toBe(outcome);
  });

  it('holds neither the token nor the text of the message', async () => {
    for (const kind of ['429', '503', 'cut-body', 'html', { error: 'invalid_auth' }] satisfies FaultSpec['kind'][]) {
      slack.fault({ method: 'chat.postMessage', kind });
      const error = await failure(sender.post(alert()));
      expect(inspect(error, { depth: 10 })).not.toMatch(/xox|free memory|Be right back/);
    }
  });
});
