// Every error code that Slack documents for what delivery calls, answered by the local workspace: what is done, and what people are told.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertView } from '../../src/alerting/notification.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { type PostAttempt, postMessage } from '../../src/delivery/post-message.ts';
import { type FaultHandle, startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { DeliveryError, type DeliveryOutcome } from '../../src/errors.ts';
import { createProblems } from '../../src/jobs/problems.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { checkSlack } from '../../src/slack/check.ts';
import { errorRowOf } from '../../src/slack/error-code-phrases.ts';
import { createSender } from '../../src/slack/sender.ts';
import type { OutboxRow, Root, SlackMessage } from '../../src/store/outbox.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';

/** What Slack's pages list for chat.postMessage, chat.update, conversations.history and .replies, the external upload and files.delete. */
const documented = `
  access_denied accesslimited account_inactive alt_txt_too_large app_access_restricted as_user_not_supported
  attachment_payload_limit_exceeded bad_timestamp block_mismatch cannot_reply_to_message cant_broadcast_message cant_delete_file
  cant_update_message channel_not_found deprecated_endpoint duplicate_channel_not_found duplicate_message_not_found
  edit_window_closed ekm_access_denied enterprise_is_restricted external_channel_migrating fatal_error file_deleted file_not_found
  file_update_failed file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled internal_error
  invalid_arg_name invalid_arguments invalid_array_arg invalid_attachments invalid_auth invalid_blocks invalid_blocks_format
  invalid_channel invalid_charset invalid_cursor invalid_form_data invalid_json invalid_limit invalid_metadata_format
  invalid_metadata_schema invalid_post_type invalid_ts_latest invalid_ts_oldest is_archived is_inactive json_not_object
  malware_detected markdown_text_conflict message_limit_exceeded message_not_found messages_tab_disabled
  metadata_must_be_sent_from_app metadata_too_large method_deprecated method_not_supported_for_channel_type missing_argument
  missing_file_data missing_post_type missing_scope msg_blocks_too_long msg_too_long no_dual_broadcast_content_update no_permission
  no_text not_allowed_token_type not_authed not_in_channel org_login_required posting_to_channel_denied rate_limited ratelimited
  request_timeout restricted_action restricted_action_non_threadable_channel restricted_action_read_only_channel
  restricted_action_thread_locked restricted_action_thread_only_channel send_on_behalf_not_allowed service_unavailable
  slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked
  snippet_too_large storage_limit_reached streaming_state_conflict team_access_not_granted team_added_to_org team_not_found
  thread_not_found token_expired token_revoked too_many_attachments too_many_contact_cards two_factor_setup_required
  unknown_snippet_type update_failed`
  .trim()
  .split(/\s+/);

const place = 'C0ONCALL';
const fallback = 'C0OPS';
const clock = createFakeClock('2026-11-22T03:00:00+08:00');
let slack: Workspace;
let faults: FaultHandle[] = [];
let keys = 0;

beforeAll(async () => {
  const scopes = ['chat:write', 'channels:history', 'groups:history', 'files:write'];
  slack = await startWorkspace({ clock, scopes, rateLimit: 'off' });
});

afterAll(async () => {
  expect(slack.violations).toEqual([]);
  await slack.stop();
});

beforeEach(() => {
  for (const fault of faults) fault.release();
  faults = [];
});

type Args = Readonly<Record<string, unknown>>;

/** The workspace answers the code from now on, where `when` says so; everywhere else all is well. */
function answer(method: string, error: string, when: (args: Args) => boolean = (args) => args['channel'] === place) {
  const fault = slack.fault({ method, kind: { error }, when, times: 1_000_000 });
  faults.push(fault);
  return fault;
}

const view: AlertView = {
  incident: 'memory-low@1',
  rule: 'memory-low',
  app: { id: 'prod', name: 'Production chat' },
  colour: 'red',
  level: 'critical',
  headline: verbatim('Critical: free memory 7.4 % on Production chat'),
  lines: [verbatim('Under 8 % since 03:04.')],
  mentions: ['here', 'S0ONCALL'],
  actions: ['acknowledge', 'silence', 'why'],
  openedAt: 1,
};
const alert: SlackMessage = { kind: 'alert', view };
const edited: SlackMessage = { kind: 'alert', view: { ...view, mentions: [] } };
const line: SlackMessage = { kind: 'line', text: verbatim('Resolved: free memory back to 40 %.'), mentions: [] };

function rowFor(operation: OutboxRow['operation'], message: SlackMessage): OutboxRow {
  keys += 1;
  return {
    ...{ id: keys, key: `memory-low@1:${keys}`, stream: 'memory-low@1', lane: 'slack', seq: keys, channel: place },
    ...{ operation, broadcast: false, message, causedAt: undefined, createdAt: clock.now(), state: 'pending' },
    ...{ notBefore: 0, attempts: 0, firstTriedAt: clock.now(), ts: undefined, error: undefined },
  };
}

interface Tried {
  readonly outcome: Outcome | undefined;
  readonly error: DeliveryError | undefined;
  /** Texts in the channels since before, mentions in the form that pings. */
  readonly inPlace: readonly string[];
  readonly inThreads: readonly string[];
  readonly inFallback: readonly string[];
  /** What `health` would say. */
  readonly problems: string;
}

async function attempt(operation: OutboxRow['operation'], message: SlackMessage, root?: Root): Promise<Tried> {
  const before = new Set(slack.everything().map(({ ts }) => ts));
  const problems = createProblems(clock);
  const settings = { fetch: globalThis.fetch, clock, logger: silentLogger, secrets: [], wording: englishWording };
  const sender = createSender({ botToken: slack.tokens.bot, apiUrl: slack.apiUrl, ...settings });
  const deps = { ...settings, random: () => 0.5, sender, problems, live: { fallbackChannel: fallback } };
  const wanted: PostAttempt = { row: rowFor(operation, message), message, root, elsewhere: [] };
  const result = await postMessage(wanted, deps).catch((error: unknown) => error);
  if (result instanceof Error && !(result instanceof DeliveryError)) throw result;
  const fresh = slack.everything().filter(({ ts }) => !before.has(ts));
  const texts = (channel: string, isReply: boolean): string[] =>
    fresh.filter((one) => one.channel === channel && (one.threadTs !== undefined) === isReply).map(({ text }) => text);
  const { text } = englishWording;
  return {
    outcome: result instanceof DeliveryError ? undefined : (result as Outcome), // the only two that are left
    error: result instanceof DeliveryError ? result : undefined,
    inPlace: texts(place, false),
    inThreads: texts(place, true),
    inFallback: texts(fallback, false),
    problems: problems
      .list()
      .map(({ about, words }) => `${text(about)}: ${text(words)}`)
      .join('\n'),
  };
}

/** A root that stands in the channel. */
async function posted(): Promise<Root> {
  const { outcome } = await attempt('post', alert);
  if (outcome?.state !== 'sent' || outcome.root === undefined) throw new Error('the root was not posted');
  return outcome.root;
}

const nothingSaid = { inPlace: [], inThreads: [], inFallback: [] };
const outcomeOf = (code: string): DeliveryOutcome => errorRowOf(code).outcome;
const waits: readonly DeliveryOutcome[] = ['not-sent', 'unknown', 'locked-out', 'gone', 'uneditable'];
const codes = [...documented, 'a_code_of_the_future'];

describe('the table', () => {
  it('has a row for every code that Slack documents, and each says in a sentence what it means', () => {
    const unknown = errorRowOf('a_code_of_the_future');
    for (const code of documented) {
      expect([code, errorRowOf(code).means === unknown.means]).toEqual([code, false]);
      expect(errorRowOf(code).means).toMatch(/^[A-Z].*\.$/);
      expect(errorRowOf(code).advice ?? 'Nothing.').toMatch(/^[A-Z].*\.$/);
    }
    expect(unknown.outcome).toBe('refused');
    expect(errorRowOf('toString')).toEqual(unknown);
  });

  it('advises on all that no retry ends', () => {
    const own = readFileSync(join(packageRoot, 'src/slack/error-code-phrases.ts'), 'utf8');
    const listed = [...own.matchAll(/^ {2}([a-z_]+): \[/gm)].map(([, code = '']) => code);
    expect(listed.length).toBeGreaterThanOrEqual(documented.length);
    const silent = listed.filter((code) => {
      const { outcome, advice } = errorRowOf(code);
      return ['shut', 'locked-out', 'mention-refused'].includes(outcome) && advice === undefined;
    });
    expect(silent).toEqual([]);
  });
});

describe('a new message', () => {
  it.each(codes)('%s: nobody is left untold, and nothing is told twice', async (code) => {
    const outcome = outcomeOf(code);
    const isFull = (args: Args): boolean => args['channel'] === place && Array.isArray(args['blocks']);
    const fault = answer('chat.postMessage', code, outcome === 'rejected-blocks' ? isFull : undefined);
    const tried = await attempt('post', alert);
    if (waits.includes(outcome)) {
      expect(tried).toMatchObject({ ...nothingSaid, error: { outcome, code } });
      expect(fault.hits).toBe(1);
      return;
    }
    expect(tried.outcome).toMatchObject({ state: 'sent' });
    const told = outcome === 'rejected-blocks' ? tried.inPlace : tried.inFallback;
    expect([...tried.inPlace, ...tried.inFallback, ...tried.inThreads]).toEqual(told);
    expect(told).toEqual([expect.stringContaining('Critical: free memory 7.4 %')]);
    expect(told[0]).toContain('<!subteam^S0ONCALL>');
    if (outcome === 'rejected-blocks') return;
    expect(told[0]).toContain(`because ${place} did not take it (${code})`);
    expect(tried.problems).toContain(`{channel:${place}}: Slack says ${code}. ${errorRowOf(code).means}`);
    expect(tried.problems).toContain(errorRowOf(code).advice ?? '');
  });
});

describe('an edit', () => {
  it.each(codes)('%s: never a second root while the first one is there', async (code) => {
    const outcome = outcomeOf(code);
    const root = await posted();
    const isFull = (args: Args): boolean => args['channel'] === place && [args['blocks']].flat().length > 0;
    const fault = answer('chat.update', code, outcome === 'rejected-blocks' ? isFull : undefined);
    const tried = await attempt('edit', edited, root);
    if (outcome === 'gone' || outcome === 'shut') {
      // The channel itself takes messages here.
      expect(tried).toMatchObject({
        inThreads: [],
        inFallback: [],
        outcome: { state: 'sent', root: { channel: place } },
      });
      expect(tried.inPlace).toEqual([expect.stringContaining('<!here>')]);
      return;
    }
    expect([...tried.inPlace, ...tried.inFallback]).toEqual([]);
    if (outcome === 'rejected-blocks' || outcome === 'not-sent' || outcome === 'unknown' || outcome === 'locked-out') {
      expect(tried.inThreads).toEqual([]);
      expect(tried.error?.outcome).toBe(outcome === 'rejected-blocks' ? undefined : outcome);
      return;
    }
    expect(tried.inThreads).toEqual([expect.stringContaining(`cannot be edited any more (${code})`)]);
    expect(tried.inThreads[0]).toContain('Now: Critical: free memory 7.4 % on Production chat.');
    expect(tried.problems).toContain(`edits in {channel:${place}}: Slack says ${code}.`);
    expect(fault.hits).toBe(1);
    const frozen = tried.outcome?.state === 'sent' ? tried.outcome.root : undefined;
    expect(frozen).toMatchObject({ ts: root.ts, frozen: code });
    const again = await attempt('edit', edited, frozen);
    expect(again).toMatchObject({ ...nothingSaid, outcome: { state: 'dropped' } });
    expect(fault.hits).toBe(1);
    const end = await attempt('reply', line, frozen);
    expect(end.inThreads).toEqual([expect.stringContaining('Resolved')]);
  });
});

describe('a line of a thread', () => {
  it.each(codes)('%s: is told once, in its thread, its channel or the fallback channel', async (code) => {
    const outcome = outcomeOf(code);
    const root = await posted();
    const inThread = (args: Args): boolean => args['channel'] === place && args['thread_ts'] !== undefined;
    const isFull = (args: Args): boolean => inThread(args) && Array.isArray(args['blocks']);
    answer('chat.postMessage', code, outcome === 'rejected-blocks' ? isFull : inThread);
    const tried = await attempt('reply', line, root);
    const told = [...tried.inPlace, ...tried.inThreads, ...tried.inFallback];
    if (['not-sent', 'unknown', 'locked-out', 'uneditable'].includes(outcome)) {
      expect(tried).toMatchObject({ ...nothingSaid, error: { outcome } });
      return;
    }
    expect(told).toEqual([expect.stringContaining('Resolved: free memory back to 40 %.')]);
    if (outcome === 'rejected-blocks') expect(tried.inThreads).toEqual(told);
    else if (outcome === 'gone') expect(tried.inPlace).toEqual(told);
    else if (outcome === 'thread-refused') {
      expect(tried.inPlace).toEqual(told);
      expect(told[0]).toContain(`Not in its thread, which takes no reply (${code}).`);
    } else expect(tried.inFallback).toEqual(told);
  });
});

describe('a mention that Slack refuses', () => {
  const pings = (mark: string) => (args: Args) => args['channel'] === place && String(args['text']).includes(mark);

  it('of @here alone: the others are pinged at once, and the message says what was left out', async () => {
    answer('chat.postMessage', 'restricted_action', pings('<!here>'));
    const tried = await attempt('post', alert);
    expect(tried.inFallback).toEqual([]);
    expect(tried.inPlace).toEqual([expect.stringContaining('<!subteam^S0ONCALL>')]);
    expect(tried.inPlace[0]).toContain(
      'Slack refused the mention of everybody here (restricted_action), so it was left out.',
    );
    expect(tried.problems).toContain(`mention in {channel:${place}}: Slack says restricted_action.`);
  });

  it('of anybody: it is posted without any, says so, and goes on saying so when it is edited', async () => {
    answer('chat.postMessage', 'restricted_action', (args) => pings('<!here>')(args) || pings('<!subteam')(args));
    const tried = await attempt('post', alert);
    expect(tried.inPlace).toEqual([expect.stringContaining('Nobody was pinged: Slack refused the mention')]);
    expect(tried.inPlace[0]).not.toContain('<!');
    const root = tried.outcome?.state === 'sent' ? tried.outcome.root : undefined;
    await attempt('edit', edited, root);
    const now = slack.messages(place).find(({ ts }) => ts === root?.ts);
    expect(now?.text).toContain('Nobody was pinged');
  });

  it('also in the fallback channel: it is told there without the mention', async () => {
    answer('chat.postMessage', 'restricted_action', (args) => args['channel'] === place);
    answer('chat.postMessage', 'restricted_action', (args) => String(args['text']).includes('<!here>'));
    const tried = await attempt('post', alert);
    expect(tried.inFallback).toEqual([expect.stringContaining('<!subteam^S0ONCALL>')]);
    expect(tried.inFallback[0]).toContain(`because ${place} did not take it`);
  });
});

it('the note of a message in the fallback channel outlives every edit', async () => {
  const fault = answer('chat.postMessage', 'is_archived');
  const tried = await attempt('post', alert);
  fault.release();
  const root = tried.outcome?.state === 'sent' ? tried.outcome.root : undefined;
  const over: SlackMessage = {
    kind: 'alert',
    view: { ...view, mentions: [], headline: verbatim('Resolved'), closedAt: 2 },
  };
  for (const message of [edited, over]) await attempt('edit', message, root);
  const now = slack.messages(fallback).find(({ ts }) => ts === root?.ts);
  expect(now?.text).toContain('Resolved');
  expect(now?.text).toContain(`because ${place} did not take it (is_archived)`);
});

it('a message that was deleted after its end is posted anew without its mention', async () => {
  const root = await posted();
  answer('chat.update', 'message_not_found');
  const over: SlackMessage = {
    kind: 'alert',
    view: { ...view, mentions: [], headline: verbatim('Resolved'), closedAt: 2 },
  };
  const tried = await attempt('edit', over, root);
  expect(tried.inPlace).toEqual([expect.stringContaining('Resolved')]);
  expect(tried.inPlace[0]).not.toContain('<!');
});

describe('npm run check', () => {
  it('warns of a mention that may turn out to be forbidden', async () => {
    const options = { botToken: slack.tokens.bot, appToken: undefined, apiUrl: slack.apiUrl, fetch: globalThis.fetch };
    const findings = await checkSlack({ ...options, clock, channels: [place, fallback], notifyingHere: [place] });
    const words = (channel: string) => findings.find(({ what }) => what === `Slack channel ${channel}`);
    expect(words(place)).toMatchObject({ ok: true, words: expect.stringContaining('notify @here') });
    expect(words(fallback)).toMatchObject({ ok: true, words: 'can be read' });
  });

  it.each(codes)('%s: says what it means and what to do', async (code) => {
    answer('conversations.history', code);
    const options = { botToken: slack.tokens.bot, appToken: undefined, apiUrl: slack.apiUrl, fetch: globalThis.fetch };
    const findings = await checkSlack({ ...options, clock, channels: [place] });
    const { means, advice = '' } = errorRowOf(code);
    const own = findings.find(({ what }) => what === `Slack channel ${place}`);
    expect(own).toMatchObject({ ok: false, words: expect.stringContaining(`Slack says ${code}. ${means}`) });
    expect(own?.words).toContain(advice);
  });
});
