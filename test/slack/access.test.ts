// Who may ask and who may manage: people, user groups, channels, strangers from another workspace.
import { webApi } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { silentLogger } from '../../src/logger.ts';
import type { AccessRules } from '../../src/service-types.ts';
import { type Access, createAccess } from '../../src/slack/access.ts';
import type { Requester } from '../../src/slack/command/subcommand.ts';
import { createPeople } from '../../src/slack/people.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { startBot, undoAll, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const oncall = { id: 'S0NIGHT', handle: 'night', name: 'Night', users: ['U0IN'] };

interface Place {
  readonly access: Access;
  readonly workspace: Workspace;
  readonly clock: FakeClock;
}

async function place(rules: AccessRules): Promise<Place> {
  const workspace = await startWorkspace({ clock: systemClock, scopes: ['usergroups:read'] });
  undo.push(() => workspace.stop());
  workspace.addUserGroup(oncall);
  const client = new webApi.WebClient(workspace.tokens.bot, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
  });
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const identity = { userId: 'U0BOT', botId: 'B0', teamId: 'T0HOME', team: '', enterpriseId: 'E0HOME', scopes: [] };
  return {
    access: createAccess({
      live: { access: rules },
      people: createPeople({ client, clock, logger: silentLogger }),
      identity: () => identity,
    }),
    workspace,
    clock,
  };
}

const requester = (user: string, more: Partial<Requester> = {}): Requester => ({
  user,
  channel: 'C0HERE',
  team: 'T0HOME',
  enterprise: undefined,
  ...more,
});

describe('asking', () => {
  it.each<[string, AccessRules['run'], Requester, boolean]>([
    ['everyone may', 'everyone', requester('U0ANY'), true],
    ['a listed person may', ['U0IN'], requester('U0IN'), true],
    ['anybody in a listed channel may', ['C0HERE'], requester('U0ANY'), true],
    ['a member of a listed group may', ['S0NIGHT'], requester('U0IN'), true],
    ['nobody else may', ['U0IN', 'S0NIGHT'], requester('U0OUT'), false],
    ['a manager always may', ['U0IN'], requester('U0BOSS'), true],
    ['a stranger of another workspace may not', 'everyone', requester('U0ANY', { team: 'T0ELSE' }), false],
    ['not even in a listed channel', ['C0HERE'], requester('U0ANY', { team: 'T0ELSE' }), false],
    ['unless the stranger is listed', ['U0FAR'], requester('U0FAR', { team: 'T0ELSE' }), true],
    [
      'a colleague of the same organisation may',
      'everyone',
      requester('U0ANY', { team: 'T0ELSE', enterprise: 'E0HOME' }),
      true,
    ],
    ['a member of a group of managers may', ['U0IN'], requester('U0IN'), true],
  ])('%s', async (_name, run, who, allowed) => {
    const { access } = await place({ run, manage: ['U0BOSS'] });
    expect((await access.mayRun(who)) === undefined).toBe(allowed);
  });
});

describe('managing', () => {
  it('is for the listed, by person or group, not by channel', async () => {
    const { access } = await place({ run: 'everyone', manage: ['U0BOSS', 'S0NIGHT', 'C0HERE'] });
    expect(await access.mayManage(requester('U0BOSS'))).toBeUndefined();
    expect(await access.mayManage(requester('U0IN'))).toBeUndefined();
    expect(await access.mayManage(requester('U0OUT'))).toMatchObject({
      message: 'Only one person and @night may do this. Ask one of them.',
    });
  });

  it.each(['C0HERE', 'G0HERE', 'D0HERE'])('is not for everybody in %s', async (channel) => {
    const { access } = await place({ run: 'everyone', manage: ['U0BOSS', channel] });
    expect((await access.mayManage(requester('U0ANY', { channel })))?.message).toBe(
      'Only one person may do this. Whoever runs imstats knows who (access.manage).',
    );
    expect((await access.mayManage(requester('U0FAR', { channel, team: 'T0ELSE' })))?.message).toContain(
      'Only one person',
    );
  });

  it('is for nobody where nobody is listed, and says so', async () => {
    const { access } = await place({ run: 'everyone', manage: [] });
    expect(await access.mayManage(requester('U0BOSS'))).toMatchObject({
      message: 'Nobody may do this yet. Whoever runs imstats can add these two lines to the configuration:',
      hint: 'access:\n  manage: [U0BOSS]',
    });
  });
});

describe('members of a group', () => {
  const calls = ({ workspace }: Place) =>
    workspace.log.filter((call) => call.method === 'usergroups.users.list').length;

  it('are looked up once in five minutes for what only reads', async () => {
    const here = await place({ run: ['S0NIGHT'], manage: [] });
    await here.access.mayRun(requester('U0IN'));
    await here.access.mayRun(requester('U0IN'));
    expect(calls(here)).toBe(1);
    here.workspace.addUserGroup({ ...oncall, users: [] });
    await here.clock.advance(301_000);
    expect(await here.access.mayRun(requester('U0IN'))).toBeDefined();
    expect(calls(here)).toBe(2);
  });

  it.each(['mayChange', 'mayManage'] as const)(
    'are asked for again before something is changed (%s)',
    async (right) => {
      const here = await place({ run: ['S0NIGHT'], manage: ['S0NIGHT'] });
      expect(await here.access[right](requester('U0IN'))).toBeUndefined();
      here.workspace.addUserGroup({ ...oncall, users: [] });
      await here.clock.advance(6_000);
      expect(await here.access.mayRun(requester('U0IN'))).toBeUndefined();
      expect(await here.access[right](requester('U0IN'))).toBeDefined();
      // What was found out holds for reading as well.
      expect(await here.access.mayRun(requester('U0IN'))).toBeDefined();
    },
  );

  it('grant no change when Slack does not say who they are now', async () => {
    const here = await place({ run: ['S0NIGHT'], manage: ['S0NIGHT'] });
    await here.access.mayRun(requester('U0IN'));
    here.workspace.fault({ method: 'usergroups.users.list', kind: '503', times: 99 });
    await here.clock.advance(6_000);
    expect(await here.access.mayRun(requester('U0IN'))).toBeUndefined();
    expect(await here.access.mayChange(requester('U0IN'))).toBeDefined();
  });

  it('stay known when Slack does not say, and are nobody when it never did', async () => {
    const here = await place({ run: ['S0NIGHT'], manage: [] });
    await here.access.mayRun(requester('U0IN'));
    here.workspace.fault({ method: 'usergroups.users.list', kind: '503', times: 99 });
    await here.clock.advance(301_000);
    expect(await here.access.mayRun(requester('U0IN'))).toBeUndefined();
    expect(calls(here)).toBe(2);

    const never = await place({ run: ['S0NIGHT'], manage: [] });
    never.workspace.fault({ method: 'usergroups.users.list', kind: '503', times: 99 });
    expect((await never.access.mayRun(requester('U0IN')))?.message).toContain('access.run');
  });
});

describe('a refusal', () => {
  it('is told privately, for commands, clicks and the Home tab', async () => {
    const bot = await startBot(undo, { values: { access: { run: ['U0NOBODY'], manage: [] } }, renderers: [words] });
    const { workspace, person, channel } = bot;
    const told = await (await workspace.command({ user: person, channel, text: 'users public' })).replied();
    expect(workspace.renderText(told)).toContain('You are not on the list of people who may ask imstats');
    expect(workspace.messages(channel)).toEqual([]);
    await workspace.openHome({ user: person });
    const home = await workspace.until(() => workspace.home(person), 'a Home tab');
    expect(workspace.renderView(home)).toContain('You are not on the list');
    expect(workspace.renderView(home)).not.toContain('Production chat');
  });
});
