// Who may ask and who may manage: lists of people, user groups and channels; members of groups are looked up and cached.
import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { type Clock, type Instant, minute } from '../clock.ts';
import { coalesced } from '../concurrency.ts';
import { UserError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { listWords } from '../metrics/format.ts';
import type { LiveConfig } from '../service-types.ts';
import type { Requester } from './command/subcommand.ts';
import { toDeliveryError } from './errors.ts';
import type { Identity } from './identity.ts';

/** Undefined: allowed. Otherwise the reason and what to do. */
export type Refusal = UserError | undefined;

export interface Access {
  /** True when the person may run everything, known without a call to Slack. */
  isOpenTo(requester: Requester): boolean;
  mayRun(requester: Requester): Promise<Refusal>;
  mayManage(requester: Requester): Promise<Refusal>;
}

/** How long the members of a user group are cached; after that they are fetched again in the background. */
const membersFor = 5 * minute;

const Members = z.object({ users: z.array(z.string()) });

interface Group {
  readonly users: ReadonlySet<string>;
  readonly at: Instant;
}

export function createAccess(options: {
  readonly live: Pick<LiveConfig, 'access'>;
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly identity: () => Identity | undefined;
}): Access {
  const { live } = options;
  const isMember = createMembership(options);
  const isListed = async (list: readonly string[], requester: Requester): Promise<boolean> => {
    if ([requester.user, requester.channel].some((id) => id !== undefined && list.includes(id))) return true;
    const groups = list.filter((id) => id.startsWith('S'));
    const found = await Promise.all(groups.map((group) => isMember(group, requester.user)));
    return found.includes(true);
  };
  const isOpenTo = (requester: Requester): boolean =>
    live.access.run === 'everyone' && !isForeign(requester, options.identity());
  return {
    isOpenTo,
    mayRun: async (requester) => {
      if (isOpenTo(requester)) return undefined;
      const { run, manage } = live.access;
      const listed = [...(run === 'everyone' ? [] : run), ...manage];
      if (isForeign(requester, options.identity())) {
        if (listed.includes(requester.user)) return undefined;
        return new UserError(
          'imstats answers members of its own workspace only. Ask one of them to share what you need.',
        );
      }
      if (await isListed(listed, requester)) return undefined;
      return new UserError('You are not on the list of people who may ask imstats (access.run).', {
        hint: `Ask whoever runs it to add your id, ${requester.user}.`,
      });
    },
    mayManage: async (requester) => {
      const { manage } = live.access;
      if (manage.length === 0) {
        return new UserError(
          'Nobody may do this yet. Whoever runs imstats can add these two lines to the configuration:',
          { hint: `access:\n  manage: [${requester.user}]` },
        );
      }
      const people = manage.filter((id) => !id.startsWith('C'));
      if (await isListed(people, requester)) return undefined;
      const names = await Promise.all(people.slice(0, mostNamed).map((id) => nameOf(id, options.client)));
      const more = people.length > mostNamed ? [`${people.length - mostNamed} more`] : [];
      return new UserError(`Only ${listWords([...names, ...more])} may do this. Ask one of them.`);
    },
  };
}

/** The most people and groups that a refusal names. */
const mostNamed = 5;

const Named = z.object({ user: z.object({ real_name: z.string().optional(), name: z.string().optional() }) });
const Handles = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) });

/** The name of a person or the handle of a user group in plain text, which pings nobody; the id where Slack does not tell. */
async function nameOf(id: string, client: webApi.WebClient): Promise<string> {
  try {
    if (id.startsWith('S')) {
      const { usergroups } = Handles.parse(await client.usergroups.list());
      const handle = usergroups.find((group) => group.id === id)?.handle;
      return handle === undefined ? `the group ${id}` : `the group @${handle}`;
    }
    const { user } = Named.parse(await client.users.info({ user: id }));
    return user.real_name ?? user.name ?? id;
  } catch {
    return id;
  }
}

/** True for somebody from another workspace, as in a channel shared by Slack Connect. */
function isForeign(requester: Requester, identity: Identity | undefined): boolean {
  if (identity === undefined || requester.team === undefined || requester.team === identity.teamId) return false;
  return identity.enterpriseId === undefined || requester.enterprise !== identity.enterpriseId;
}

/** Membership of user groups. The cached members are used while new ones are fetched, and when Slack does not answer. */
function createMembership({
  client,
  clock,
  logger,
}: {
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly logger: Logger;
}): (group: string, user: string) => Promise<boolean> {
  const groups = new Map<string, Group>();
  const once = coalesced<Group | undefined>();
  const refresh = (id: string): Promise<Group | undefined> =>
    once(id, async () => {
      try {
        const { users } = Members.parse(await client.usergroups.users.list({ usergroup: id }));
        const group = { users: new Set(users), at: clock.now() };
        groups.set(id, group);
        return group;
      } catch (error) {
        logger.warn('User group not readable', { group: id, code: toDeliveryError(error).code });
        return groups.get(id);
      }
    });
  return async (id, user) => {
    const known = groups.get(id);
    if (known === undefined) return (await refresh(id))?.users.has(user) === true;
    // In the background; it never rejects.
    if (clock.now() - known.at > membersFor) void refresh(id);
    return known.users.has(user);
  };
}
