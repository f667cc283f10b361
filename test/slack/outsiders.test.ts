// Who is of the own company: each form of payload, from a member, a colleague of the organisation, a stranger and a guest.
import { webApi } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { startWorkspace } from '../../src/demo/workspace/workspace.ts';
import { silentLogger } from '../../src/logger.ts';
import { createAccess, relationOf } from '../../src/slack/access.ts';
import type { Requester } from '../../src/slack/command/subcommand.ts';
import { handleBlockActions } from '../../src/slack/handlers/block-actions.ts';
import { handleCommand } from '../../src/slack/handlers/command.ts';
import type { HandlerContext } from '../../src/slack/handlers/handler.ts';
import { handleMention } from '../../src/slack/handlers/mention.ts';
import { handleViewSubmission } from '../../src/slack/handlers/view-submission.ts';
import type { KnownPerson } from '../../src/slack/people.ts';
import { createPeople } from '../../src/slack/people.ts';
import { undoAll } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

/** The workspace of the bot, the host of every channel below. */
const home = { teamId: 'T0HOME', enterpriseId: 'E0HOME' };
const host = { id: 'T0HOME', domain: 'home', enterprise_id: 'E0HOME' };

type Who = { readonly team: string; readonly enterprise: string | undefined };
const people = {
  member: { team: 'T0HOME', enterprise: 'E0HOME' },
  sister: { team: 'T0SISTER', enterprise: 'E0HOME' },
  stranger: { team: 'T0FAR', enterprise: undefined },
  'stranger of another organisation': { team: 'T0FAR', enterprise: 'E0FAR' },
} as const satisfies Record<string, Who>;

/** Keeps who asks, as a handler reads it from a payload. */
function read(handle: (context: HandlerContext) => { readonly work?: (() => Promise<void>) | undefined }): Requester {
  let seen: Requester | undefined;
  const keep = (request: { readonly requester: Requester }) => {
    seen = request.requester;
    return { work: async () => {} };
  };
  const parts = {
    slackContext: {
      responseDeps: {},
      startedAt: 0,
      identity: () => undefined,
      access: { mayRun: async () => undefined, mayChange: async () => undefined },
      deps: { logger: silentLogger, alerts: undefined },
    },
    commands: { receive: keep, answer: async (request: { readonly requester: Requester }) => void keep(request) },
    isNew: () => true,
    modals: [{ id: 'any', submit: (submission: { readonly requester: Requester }) => keep(submission) }],
  };
  // Only what reads a requester is there.
  void handle(parts as unknown as HandlerContext).work?.();
  if (seen === undefined) throw new Error('nobody asked');
  return seen;
}

const click = (user: object, team: object | null) => ({
  type: 'block_actions',
  trigger_id: '1',
  user,
  team,
  channel: { id: 'C0SHARED' },
  container: { is_ephemeral: false, message_ts: '1.1' },
  response_url: 'https://hooks.slack.com/actions/T/1/x',
  // The same words as a command: what handles it is asked who asks.
  actions: [{ action_id: 'refresh', value: JSON.stringify({ command: 'alerts' }) }],
});

/** Every form of payload that carries a person. `place`: the team that Slack writes for the place, the host's or the person's own. */
const forms: Readonly<Record<string, (who: Who, place: object | null) => Requester>> = {
  'slash command': ({ team, enterprise }) =>
    read((context) =>
      handleCommand(
        {
          text: 'alerts',
          user_id: 'U0ANY',
          channel_id: 'C0SHARED',
          team_id: team,
          enterprise_id: enterprise,
          response_url: 'https://hooks.slack.com/commands/T/1/x',
          trigger_id: '1',
        },
        context,
      ),
    ),
  'button in a message': ({ team }, place) =>
    read((context) => handleBlockActions(click({ id: 'U0ANY', team_id: team }, place), context)),
  'submitted view': ({ team }, place) =>
    read((context) =>
      handleViewSubmission(
        {
          trigger_id: '1',
          user: { id: 'U0ANY', team_id: team },
          team: place,
          view: { id: 'V1', callback_id: 'any', state: { values: {} } },
        },
        context,
      ),
    ),
  'mention in a channel shared with another company': ({ team }) => mentioned(team, true),
  'mention in an own channel': ({ team }) => mentioned(team, false),
};

const mentioned = (team: string, isShared: boolean): Requester =>
  read((context) =>
    handleMention(
      {
        event_id: '1',
        team_id: 'T0HOME',
        enterprise_id: 'E0HOME',
        is_ext_shared_channel: isShared,
        event: { user: 'U0ANY', text: 'alerts', channel: 'C0SHARED', ts: '1.1', team: 'T0HOME', user_team: team },
      },
      context,
    ),
  );

const known = (enterprise: string | undefined, isGuest = false): KnownPerson => ({
  name: 'Somebody',
  isGuest,
  enterprise,
  team: undefined,
});

describe('who is of the own company', () => {
  const isInteractive = (form: string): boolean => form === 'button in a message' || form === 'submitted view';
  const isOwnPlace = (form: string): boolean => form === 'mention in an own channel';

  for (const [form, requesterOf] of Object.entries(forms)) {
    describe(`by a ${form}`, () => {
      it('is a member', () => {
        expect(relationOf(requesterOf(people.member, host), home, undefined)).toBe('member');
      });

      it.each(['stranger', 'stranger of another organisation'] as const)('is no %s, whoever the host is', (who) => {
        // Nobody of another company writes in a channel that none shares.
        if (isOwnPlace(form)) return;
        const own = { id: people[who].team, domain: 'far', enterprise_id: people[who].enterprise };
        for (const place of [host, own, null]) {
          const requester = requesterOf(people[who], place);
          expect(relationOf(requester, home, undefined)).toBe('foreign');
          expect(relationOf(requester, home, known(people[who].enterprise))).toBe('foreign');
        }
      });

      it('is a colleague of the organisation, as Slack tells it', () => {
        const own = { id: 'T0SISTER', domain: 'sister', enterprise_id: 'E0HOME' };
        // Of a workspace that is not the person's, a payload tells the organisation of the host alone.
        const isTold = !isInteractive(form) && form !== 'mention in a channel shared with another company';
        expect(relationOf(requesterOf(people.sister, host), home, undefined)).toBe(isTold ? 'member' : 'foreign');
        if (isInteractive(form)) expect(relationOf(requesterOf(people.sister, own), home, undefined)).toBe('member');
        expect(relationOf(requesterOf(people.sister, host), home, known('E0HOME'))).toBe('member');
        // Slack also writes the organisation in place of the workspace.
        const whole = requesterOf({ team: 'E0HOME', enterprise: undefined }, host);
        expect(relationOf(whole, home, undefined)).toBe('member');
      });

      it('is a guest of the own workspace, told apart where Slack says so', () => {
        expect(relationOf(requesterOf(people.member, host), home, known('E0HOME', true))).toBe('guest');
        expect(relationOf(requesterOf(people.sister, host), home, known('E0HOME', true))).toBe('guest');
      });
    });
  }
});

describe('a guest', () => {
  const place = async (scopes: readonly string[], run: 'everyone' | readonly string[]) => {
    const workspace = await startWorkspace({ clock: systemClock, scopes });
    undo.push(() => workspace.stop());
    const [person] = workspace.users;
    if (person === undefined) throw new Error('nobody is here');
    workspace.addUser({ ...person, id: 'U0GUEST', name: 'guest', role: 'guest' });
    workspace.addUser({ ...person, id: 'U0FULL', name: 'full', role: 'member' });
    workspace.addUserGroup({ id: 'S0NIGHT', handle: 'night', name: 'Night', users: ['U0GUEST'] });
    const client = new webApi.WebClient(workspace.tokens.bot, {
      slackApiUrl: workspace.apiUrl,
      retryConfig: { retries: 0 },
    });
    const identity = { ...home, userId: 'U0BOT', botId: 'B0', team: '', scopes };
    const live = { access: { run, manage: [] } };
    const access = createAccess({
      live,
      people: createPeople({ client, clock: systemClock, logger: silentLogger }),
      identity: () => identity,
    });
    return { access, calls: () => workspace.log.filter(({ method }) => method === 'users.info').length };
  };
  const asking = (user: string): Requester => ({ user, channel: 'C0', team: 'T0HOME', enterprise: undefined });
  const named = ['usergroups:read', 'users:read'];

  it('is not everyone, and is told what to do', async () => {
    const { access, calls } = await place(named, 'everyone');
    expect(access.isOpenTo(asking('U0GUEST'))).toBe(false);
    expect(await access.mayRun(asking('U0GUEST'))).toMatchObject({
      message: 'imstats answers full members of the workspace, and you are a guest of it.',
      hint: 'Ask whoever runs it to add your id, U0GUEST, to access.run.',
    });
    expect(await access.mayRun(asking('U0FULL'))).toBeUndefined();
    // Then it is known without a call.
    expect(access.isOpenTo(asking('U0FULL'))).toBe(true);
    expect(access.isOpenTo(asking('U0GUEST'))).toBe(false);
    expect(calls()).toBe(2);
  });

  it('may ask where the own id, the group or the channel is listed', async () => {
    for (const id of ['U0GUEST', 'S0NIGHT', 'C0']) {
      const { access } = await place(named, [id]);
      expect(await access.mayRun(asking('U0GUEST'))).toBeUndefined();
    }
  });

  it('is a member where Slack may not say who is one', async () => {
    const { access, calls } = await place(['usergroups:read'], 'everyone');
    expect(access.isOpenTo(asking('U0GUEST'))).toBe(true);
    expect(await access.mayRun(asking('U0GUEST'))).toBeUndefined();
    expect(calls()).toBe(0);
  });
});
