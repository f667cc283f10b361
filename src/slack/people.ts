// People and user groups as Slack knows them: members, names, guests; looked up when needed, and remembered for a while.
import type { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Clock, type Duration, hour, type Instant, minute, second, sleep } from '../clock.ts';
import { coalesced } from '../concurrency.ts';
import type { Logger } from '../logger.ts';
import { toDeliveryError } from './errors.ts';

/** What `users.info` says of a person. */
export interface KnownPerson {
  readonly name: string;
  /** In some channels of the workspace only. */
  readonly isGuest: boolean;
  /** The organisation on Enterprise Grid; undefined outside of one. */
  readonly enterprise: string | undefined;
  readonly team: string | undefined;
}

/** `now`: asked for again; otherwise what is remembered will do, and is asked for where nothing is. */
export type Freshness = 'now' | 'remembered';

export interface People {
  /** The members of a user group; undefined where Slack does not say. */
  members(group: string, freshness: Freshness): Promise<ReadonlySet<string> | undefined>;
  /** A person; undefined where Slack does not say, as without the scope `users:read`. */
  person(user: string, freshness: Freshness): Promise<KnownPerson | undefined>;
  /** The person as far as it is remembered, without a call to Slack. */
  recall(user: string): KnownPerson | undefined;
  /** The handle of a user group, without the `@`; undefined where Slack does not say. */
  handle(group: string): Promise<string | undefined>;
}

/** How long an answer of Slack holds where reading is all that it grants. */
const holdsFor: Duration = 5 * minute;

/** Several clicks within this time are one question: Slack answers about 20 a minute. */
const isNowFor: Duration = 5 * second;

/** When Slack refuses to say, it is not asked again for so long. */
const refusedFor: Duration = 10 * minute;

/** Handles change less often than members. */
const handlesHoldFor: Duration = hour;

const Members = z.object({ users: z.array(z.string()) });
const Handles = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) });
const Person = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    team_id: z.string().optional(),
    is_restricted: z.boolean().catch(false),
    is_ultra_restricted: z.boolean().catch(false),
    enterprise_user: z.object({ enterprise_id: z.string() }).optional().catch(undefined),
  }),
});

export interface PeopleDeps {
  readonly client: webApi.WebClient;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn' | 'debug'>;
}

export function createPeople({ client, clock, logger }: PeopleDeps): People {
  const deps = { clock, logger };
  const groups = createLookup<ReadonlySet<string>>('User group', deps, async (usergroup) => {
    return new Set(Members.parse(await client.usergroups.users.list({ usergroup })).users);
  });
  const persons = createLookup<KnownPerson>('Person', deps, async (user) => {
    const { user: told } = Person.parse(await client.users.info({ user }));
    return {
      name: told.real_name ?? told.name ?? user,
      isGuest: told.is_restricted || told.is_ultra_restricted,
      enterprise: told.enterprise_user?.enterprise_id,
      team: told.team_id,
    };
  });
  const handles = createLookup<ReadonlyMap<string, string>>(
    'User groups',
    { ...deps, holds: handlesHoldFor },
    async () => {
      const { usergroups } = Handles.parse(await client.usergroups.list());
      return new Map(usergroups.map(({ id, handle }) => [id, handle]));
    },
  );
  return {
    members: groups.get,
    person: persons.get,
    recall: persons.recall,
    handle: async (group) => (await handles.get('', 'remembered'))?.get(group),
  };
}

/** An answer of Slack, or that it refused one. */
interface Remembered<Value> {
  readonly value: Value | undefined;
  readonly at: Instant;
}

interface Lookup<Value> {
  get(id: string, freshness: Freshness): Promise<Value | undefined>;
  recall(id: string): Value | undefined;
}

/** More than a large workspace has people at its alerts. */
const mostRemembered = 5_000;

/**
 * One question at a time for each id. Where Slack does not answer, what was remembered last holds on for what only reads; a question
 * that must be answered now is then not answered.
 */
function createLookup<Value extends object>(
  what: string,
  { clock, logger, holds = holdsFor }: Omit<PeopleDeps, 'client'> & { readonly holds?: Duration },
  ask: (id: string) => Promise<Value>,
): Lookup<Value> {
  const known = new LRUCache<string, Remembered<Value>>({ max: mostRemembered });
  const once = coalesced<Remembered<Value> | undefined>();
  const askOnce = (id: string): Promise<Remembered<Value> | undefined> =>
    once(id, async () => {
      try {
        const answer = { value: await ask(id), at: clock.now() };
        known.set(id, answer);
        return answer;
      } catch (error) {
        const { code, outcome } = toDeliveryError(error);
        logger.debug(`${what} not readable`, { id, code });
        if (known.get(id)?.value === undefined && outcome === 'refused')
          known.set(id, { value: undefined, at: clock.now() });
        return undefined;
      }
    });
  const isWithin = (one: Remembered<Value>, length: Duration): boolean => Math.abs(clock.now() - one.at) <= length;
  return {
    recall: (id) => {
      const one = known.get(id);
      return one !== undefined && isWithin(one, holds) ? one.value : undefined;
    },
    get: async (id, freshness) => {
      const before = known.get(id);
      const length = freshness === 'now' ? isNowFor : before?.value === undefined ? refusedFor : holds;
      if (before !== undefined && isWithin(before, length)) return before.value;
      const answer = await askOnce(id);
      return freshness === 'now' ? answer?.value : (answer ?? before)?.value;
    },
  };
}

/** Who is in a user group: names where Slack tells them, else how many. */
export interface OnCall {
  /** Without the `@`. */
  readonly handle: string | undefined;
  readonly names: readonly string[];
  readonly count: number;
}

const mostGroups = 3;
const mostNames = 8;

/** The members of the first groups, as far as Slack says who they are within `wait`; meanwhile nothing waits for more. */
export async function onCallIn(
  groups: readonly string[],
  people: People,
  { clock, wait }: { readonly clock: Clock; readonly wait: Duration },
): Promise<readonly OnCall[]> {
  const asked = Promise.all(groups.slice(0, mostGroups).map((group) => onCallOf(group, people)));
  const late = sleep(clock, wait).then((): (OnCall | undefined)[] => []);
  return (await Promise.race([asked, late])).flatMap((one) => one ?? []);
}

async function onCallOf(group: string, people: People): Promise<OnCall | undefined> {
  const [members, handle] = await Promise.all([people.members(group, 'remembered'), people.handle(group)]);
  if (members === undefined || members.size === 0) return undefined;
  const first = [...members].slice(0, mostNames);
  const found = await Promise.all(first.map((user) => people.person(user, 'remembered')));
  const names = found.flatMap((person) => person?.name ?? []);
  // Some names without the others would be read as all of them.
  return { handle, count: members.size, names: names.length === first.length ? names : [] };
}
