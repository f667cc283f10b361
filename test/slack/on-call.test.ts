// Who is on call stands in the message of an alert: by name where Slack tells, else by number, and nothing of it pings.
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertView } from '../../src/alerting/notification.ts';
import { systemClock } from '../../src/clock.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { createSender } from '../../src/slack/sender.ts';
import { englishWording } from '../../src/wording.ts';
import { manifest, undoAll } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const view: AlertView = {
  ...{ incident: 'memory-low@1', rule: 'memory-low', app: { id: 'prod', name: 'Production chat' } },
  ...{ colour: 'red', level: 'critical', headline: verbatim('Critical: free memory 5 %'), lines: [verbatim('Low.')] },
  ...{ mentions: [], actions: [], openedAt: 0, onCall: ['S0NIGHT'] },
};

async function shown(scopes: readonly string[] | string, prepare: (workspace: Workspace) => void = () => {}) {
  const workspace = await startWorkspace({ clock: systemClock, scopes });
  undo.push(() => workspace.stop());
  const users = workspace.users.filter(({ role }) => role !== 'bot').map(({ id }) => id);
  workspace.addUserGroup({ id: 'S0NIGHT', handle: 'night', name: 'Night', users: users.slice(0, 2) });
  prepare(workspace);
  const channel = workspace.channels.find(({ kind }) => kind === 'public')?.id ?? '';
  workspace.join(channel, workspace.bot.userId);
  const sender = createSender({
    ...{ botToken: workspace.tokens.bot, apiUrl: workspace.apiUrl, fetch: globalThis.fetch, secrets: [] },
    ...{ clock: systemClock, logger: silentLogger, wording: englishWording },
  });
  const outgoing = {
    key: 'k',
    channel,
    message: { kind: 'alert', view },
    pictures: [],
    notes: [],
    form: 'full',
  } as const;
  const ts = await sender.post(outgoing);
  const [posted] = workspace.messages(channel);
  const text = JSON.stringify([posted?.text, posted?.blocks]);
  expect(text).not.toMatch(/<@|<!subteam|<!here/);
  return { text: text.replaceAll('\u200B', ''), workspace, sender, outgoing, ts };
}

const named = ['chat:write', 'usergroups:read', 'users:read'];

describe('the people on call', () => {
  it('are named with the scope for it', async () => {
    const { text, workspace } = await shown(named);
    const [first, second] = workspace.users.filter(({ role }) => role !== 'bot').map(({ realName }) => realName);
    expect(text).toContain(`in @night: ${first} and ${second}`);
  });

  it('are counted without it', async () => {
    expect((await shown(manifest)).text).toContain('2 people of @night');
  });

  it('are left out, and the alert goes out, where Slack does not say who they are or not in time', async () => {
    const refused = await shown(named, (workspace) =>
      workspace.fault({ method: 'usergroups.users.list', kind: '503', times: 99 }),
    );
    expect(refused.text).toContain('Critical: free memory 5 %');
    expect(refused.text).not.toContain('@night');
    const late = await shown(named, (workspace) =>
      workspace.fault({ method: 'usergroups.users.list', kind: 'delay', ms: 3_000, times: 1 }),
    );
    expect(late.text).not.toContain('@night');
  });

  it('are asked for once in a while, not for each edit', async () => {
    const { workspace, sender, outgoing, ts } = await shown(named);
    for (let edit = 0; edit < 3; edit += 1) await sender.update(outgoing, ts);
    expect(workspace.log.filter(({ method }) => method === 'usergroups.users.list')).toHaveLength(1);
    expect(workspace.log.filter(({ method }) => method === 'users.info')).toHaveLength(2);
  });
});
