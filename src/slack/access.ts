// Who may ask and who may manage: lists of people, user groups and channels; and who belongs to the workspace at all.
import { UserError } from '../errors.ts';
import { listWords } from '../metrics/format.ts';
import type { LiveConfig } from '../service-types.ts';
import type { Requester } from './command/subcommand.ts';
import type { Identity } from './identity.ts';
import type { Freshness, KnownPerson, People } from './people.ts';

/** Undefined: allowed. Otherwise the reason and what to do. */
export type Refusal = UserError | undefined;

export interface Access {
  /** True when the person may run everything, known without a call to Slack. */
  isOpenTo(requester: Requester): boolean;
  mayRun(requester: Requester): Promise<Refusal>;
  /** The same before something is changed: who is in a user group is asked for again. */
  mayChange(requester: Requester): Promise<Refusal>;
  /** As before a change. */
  mayManage(requester: Requester): Promise<Refusal>;
  /** The same as it is remembered: for what is offered, not for what is done. */
  isManager(requester: Requester): Promise<boolean>;
  /** The handle of a user group, without the `@`; undefined where Slack does not say. */
  handleOf(group: string): Promise<string | undefined>;
}

interface AccessDeps {
  readonly live: Pick<LiveConfig, 'access'>;
  readonly people: People;
  readonly identity: () => Identity | undefined;
}

export function createAccess(deps: AccessDeps): Access {
  const { live, people } = deps;
  const run = async (requester: Requester, freshness: Freshness): Promise<Refusal> => {
    const { run: allowed, manage } = live.access;
    const listed = [...(allowed === 'everyone' ? [] : allowed), ...manage];
    const relation = await relationAsked(requester, freshness, deps);
    if (relation === 'foreign')
      return listed.includes(requester.user) ? undefined : foreigner(requester, deps.identity());
    if (allowed === 'everyone' && relation === 'member') return undefined;
    if (await isListed(listed, requester, { freshness, people })) return undefined;
    return relation === 'guest' && allowed === 'everyone' ? guest(requester) : unlisted(requester);
  };
  return {
    isOpenTo: (requester) => {
      if (live.access.run !== 'everyone') return false;
      const identity = deps.identity();
      if (!mayName(identity)) return relationOf(requester, identity, undefined) === 'member';
      const person = people.recall(requester.user);
      return person !== undefined && relationOf(requester, identity, person) === 'member';
    },
    mayRun: (requester) => run(requester, 'remembered'),
    mayChange: (requester) => run(requester, 'now'),
    handleOf: people.handle,
    mayManage: async (requester) => {
      const listed = managersOf(live);
      if (listed.length === 0) return nobodyManages(requester);
      if (await isListed(listed, requester, { freshness: 'now', people })) return undefined;
      return notManager(listed, people);
    },
    isManager: (requester) => isListed(managersOf(live), requester, { freshness: 'remembered', people }),
  };
}

/** Whoever is in a channel may not change things for all the others. */
function managersOf({ access }: AccessDeps['live']): readonly string[] {
  return access.manage.filter((id) => !isChannel(id));
}

const isChannel = (id: string): boolean => /^[CGD]/.test(id);

/** What somebody is to the workspace that the bot is in. */
export type Relation = 'member' | 'guest' | 'foreign';

/**
 * Decided by the team of the person, never by that of the place: in a channel that two companies share, the place is the host's for
 * both. An organisation on Enterprise Grid is one company with several workspaces.
 */
export function relationOf(
  { team, enterprise, isAmongOwn = false }: Requester,
  identity: Pick<Identity, 'teamId' | 'enterpriseId'> | undefined,
  person: Omit<KnownPerson, 'name'> | undefined,
): Relation {
  const own = person?.isGuest === true ? 'guest' : 'member';
  const of = team ?? person?.team;
  if (identity === undefined || of === undefined || of === identity.teamId) return own;
  const { enterpriseId } = identity;
  const isColleague = enterpriseId !== undefined && [of, enterprise, person?.enterprise].includes(enterpriseId);
  return isColleague || isAmongOwn ? own : 'foreign';
}

/** True where Slack tells who is a guest and of which organisation somebody is. */
function mayName(identity: Identity | undefined): boolean {
  return identity?.scopes.includes('users:read') === true;
}

async function relationAsked(
  requester: Requester,
  freshness: Freshness,
  { people, identity }: Pick<AccessDeps, 'identity' | 'people'>,
): Promise<Relation> {
  const known = identity();
  if (!mayName(known)) return relationOf(requester, known, undefined);
  const person = (await people.person(requester.user, freshness)) ?? people.recall(requester.user);
  return relationOf(requester, known, person);
}

async function isListed(
  list: readonly string[],
  { user, channel }: Requester,
  { freshness, people }: { readonly freshness: Freshness; readonly people: People },
): Promise<boolean> {
  if (list.includes(user) || (channel !== undefined && list.includes(channel))) return true;
  const groups = list.filter((id) => id.startsWith('S'));
  const found = await Promise.all(groups.map((group) => people.members(group, freshness)));
  return found.some((members) => members?.has(user) === true);
}

function foreigner({ user }: Requester, identity: Identity | undefined): UserError {
  const message = 'imstats answers members of its own workspace only. Ask one of them to share what you need.';
  if (identity?.enterpriseId === undefined || mayName(identity)) return new UserError(message);
  // Of a colleague in another workspace of the organisation, Slack tells it only with that scope.
  return new UserError(message, {
    hint: `If you are of the same organisation, whoever runs imstats can give it the scope users:read, or list your id, ${user}.`,
  });
}

function guest({ user }: Requester): UserError {
  return new UserError('imstats answers full members of the workspace, and you are a guest of it.', {
    hint: `Ask whoever runs it to add your id, ${user}, to access.run.`,
  });
}

function unlisted({ user }: Requester): UserError {
  return new UserError('You are not on the list of people who may ask imstats (access.run).', {
    hint: `Ask whoever runs it to add your id, ${user}.`,
  });
}

function nobodyManages({ user }: Requester): UserError {
  return new UserError('Nobody may do this yet. Whoever runs imstats can add these two lines to the configuration:', {
    hint: `access:\n  manage: [${user}]`,
  });
}

/** The most people and groups that a refusal names. */
const mostNamed = 5;

/** Names in plain text, which ping nobody; never an id, which says nothing to who reads it: `Alice, 2 people and @oncall`. */
async function notManager(listed: readonly string[], people: People): Promise<UserError> {
  const groups = listed.filter((id) => id.startsWith('S'));
  const persons = listed.filter((id) => !id.startsWith('S'));
  const names = await Promise.all(
    persons.slice(0, mostNamed).map(async (id) => (await people.person(id, 'remembered'))?.name),
  );
  const handles = await Promise.all(groups.slice(0, mostNamed).map((id) => people.handle(id)));
  const known = names.filter((name) => name !== undefined);
  const named = handles.flatMap((handle) => (handle === undefined ? [] : [`@${handle}`]));
  const [unnamed, others] = [persons.length - known.length, groups.length - named.length];
  const allowed = [
    ...known,
    ...(unnamed === 0 ? [] : [unnamed === 1 ? 'one person' : `${unnamed} people`]),
    ...named,
    ...(others === 0 ? [] : [others === 1 ? 'one user group' : `${others} user groups`]),
  ];
  const isNamed = known.length + named.length > 0;
  const ask = isNamed ? 'Ask one of them.' : 'Whoever runs imstats knows who (access.manage).';
  return new UserError(`Only ${listWords(allowed)} may do this. ${ask}`);
}
