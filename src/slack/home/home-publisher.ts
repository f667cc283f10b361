// Publishes Home when it is opened or pressed, and keeps it fresh for a while after that, within what Slack takes in a minute.
import type { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { type Duration, type Instant, minute, second } from '../../clock.ts';
import { coalesced, createKeyedMutex } from '../../concurrency.ts';
import { errorFields, type Logger } from '../../logger.ts';
import type { Wording } from '../../metrics/phrase.ts';
import type { Access } from '../access.ts';
import { type Block, drawProblem } from '../blocks/block.ts';
import { toDeliveryError } from '../errors.ts';
import { drawContent, drawHome } from './draw-home.ts';
import { gatherHome, type HomeSources } from './gather-home.ts';
import type { HomeFacts } from './home-facts.ts';

/** For so long after it was opened or pressed. */
export const keptFresh: Duration = 10 * minute;

/** In all; Slack takes more, which is left for what people do. */
export const publishesPerMinute = 60;

/** How often what is shown is compared with what is so. */
export const lookEvery: Duration = 15 * second;

/** So many people are remembered at a time. */
const mostReaders = 500;

export interface HomePublisher {
  /**
   * Publishes the Home of a person; `hash` is that of the view the person has. Where Slack would take no more, it is published with the
   * next look. Rejects with `DeliveryError` or `StoreError`.
   */
  show(user: string, hash?: string | undefined): Promise<void>;
  /** The same for a person who has it open, or had it a moment ago; of anybody else nothing. Never rejects. */
  follow(user: string): Promise<void>;
  /** The same content, for a modal. Rejects with `StoreError`. */
  draw(user: string): Promise<readonly Block[]>;
  /** Publishes nothing more. */
  stop(): void;
}

export interface HomeDeps extends HomeSources {
  readonly client: webApi.WebClient;
  readonly access: Pick<Access, 'mayRun' | 'isManager'>;
  readonly wording: Wording;
  readonly logger: Logger;
}

/** A person who has Home open, or had it a moment ago. */
interface Reader {
  readonly until: Instant;
  /** Of what was published; undefined for what waits to be. */
  readonly signature: string | undefined;
  readonly hash: string | undefined;
  readonly publishedAt: Instant;
}

/** Nothing runs before the first `show`. */
export function createHomePublisher(deps: HomeDeps): HomePublisher {
  const { clock } = deps.deps;
  const readers = new LRUCache<string, Reader>({ max: mostReaders });
  const inTurn = createKeyedMutex();
  const budget = createBudget();
  // After an alert many people open it at once.
  const joined = coalesced<HomeFacts>();
  const gathered = (): Promise<HomeFacts> => joined('facts', () => gatherHome(deps));
  let cancel: (() => void) | undefined;
  let isStopped = false;
  const arm = (): void => {
    if (isStopped || cancel !== undefined) return;
    cancel = clock.after(lookEvery, () => {
      look({ readers, budget, inTurn }, deps)
        .catch((error: unknown) => deps.logger.warn('Home not kept fresh', errorFields(error)))
        .finally(() => {
          cancel = undefined;
          if (readers.size > 0) arm();
        });
    });
  };
  const show: HomePublisher['show'] = (user, hash) =>
    inTurn(user, async () => {
      const now = clock.now();
      const known = readers.get(user);
      const until = now + keptFresh;
      if (budget.take(now))
        readers.set(user, { ...(await publishNow(user, hash, gathered, deps)), until, publishedAt: now });
      else readers.set(user, { until, signature: undefined, hash: known?.hash, publishedAt: known?.publishedAt ?? 0 });
      arm();
    });
  return {
    show,
    follow: async (user) => {
      if (!readers.has(user)) return;
      await show(user).catch((error: unknown) => deps.logger.warn('Home not kept fresh', errorFields(error)));
    },
    draw: async (user) => (await pageOf(user, () => gatherHome(deps), deps)).blocks,
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}

interface Budget {
  /** True where one more may be published now, which is then counted. */
  take(now: Instant): boolean;
}

function createBudget(): Budget {
  let taken: readonly Instant[] = [];
  return {
    take: (now) => {
      // A time in the future comes from before the clock was set back.
      taken = taken.filter((at) => at > now - minute && at <= now);
      if (taken.length >= publishesPerMinute) return false;
      taken = [...taken, now];
      return true;
    },
  };
}

/** What a person reads: Home, or why there is none. */
interface HomePage {
  readonly blocks: readonly Block[];
  readonly signature: string;
}

async function pageOf(user: string, factsOf: () => Promise<HomeFacts>, deps: HomeDeps): Promise<HomePage> {
  const requester = { user, channel: undefined, team: undefined, enterprise: undefined };
  const refusal = await deps.access.mayRun(requester);
  if (refusal !== undefined) {
    const { blocks } = drawProblem(refusal.message, refusal.hint);
    return { blocks, signature: JSON.stringify(blocks) };
  }
  const [facts, isManager] = await Promise.all([factsOf(), deps.access.isManager(requester)]);
  return drawn(facts, isManager, deps.wording);
}

/** Once for all who may do the same. */
const drawings = new WeakMap<HomeFacts, Map<boolean, HomePage>>();

function drawn(facts: HomeFacts, isManager: boolean, wording: Wording): HomePage {
  const ofFacts = drawings.get(facts) ?? new Map<boolean, HomePage>();
  drawings.set(facts, ofFacts);
  const known = ofFacts.get(isManager);
  if (known !== undefined) return known;
  const rights = { isManager };
  const signature = JSON.stringify(drawContent(facts, rights, wording));
  const page = { blocks: drawHome(facts, rights, wording), signature };
  ofFacts.set(isManager, page);
  return page;
}

type Published = Pick<Reader, 'signature' | 'hash'>;

/** Of two openings at a time the later one finds another view than it knows: it is drawn anew, of what is so by then. */
async function publishNow(
  user: string,
  hash: string | undefined,
  gathered: () => Promise<HomeFacts>,
  deps: HomeDeps,
): Promise<Published> {
  try {
    return await publish(user, await pageOf(user, gathered, deps), hash, deps);
  } catch (error) {
    if (hash === undefined || !isConflict(error)) throw error;
    return publish(user, await pageOf(user, () => gatherHome(deps), deps), undefined, deps);
  }
}

const isConflict = (error: unknown): boolean => toDeliveryError(error).code === 'hash_conflict';

async function publish(
  user: string,
  { blocks, signature }: HomePage,
  hash: string | undefined,
  { client }: HomeDeps,
): Promise<Published> {
  try {
    const view = { type: 'home' as const, blocks: [...blocks] };
    const answer = await client.views.publish({ user_id: user, view, ...(hash === undefined ? {} : { hash }) });
    return { signature, hash: answer.view?.hash };
  } catch (error) {
    throw toDeliveryError(error);
  }
}

interface Looking {
  readonly readers: LRUCache<string, Reader>;
  readonly budget: Budget;
  readonly inTurn: ReturnType<typeof createKeyedMutex>;
}

/** Publishes what has changed: who waits comes first, then who has the oldest. All of them see the same facts. */
async function look({ readers, budget, inTurn }: Looking, deps: HomeDeps): Promise<void> {
  const now = deps.deps.clock.now();
  for (const [user, { until }] of [...readers.entries()]) if (until <= now) readers.delete(user);
  if (readers.size === 0) return;
  const facts = await gatherHome(deps);
  const rank = ({ signature }: Reader): number => (signature === undefined ? 0 : 1);
  const inOrder = [...readers.entries()].sort(([, a], [, b]) => rank(a) - rank(b) || a.publishedAt - b.publishedAt);
  for (const [user] of inOrder) await inTurn(user, () => refresh(user, facts, { readers, budget }, deps));
}

async function refresh(
  user: string,
  facts: HomeFacts,
  { readers, budget }: Pick<Looking, 'readers' | 'budget'>,
  deps: HomeDeps,
): Promise<void> {
  const reader = readers.peek(user);
  // Who opened it meanwhile has newer facts already.
  if (reader === undefined || reader.publishedAt > facts.now) return;
  const page = await pageOf(user, async () => facts, deps);
  if (page.signature === reader.signature || !budget.take(facts.now)) return;
  try {
    const published = await publish(user, page, reader.hash, deps);
    readers.set(user, { ...reader, ...published, publishedAt: facts.now });
  } catch (error) {
    // What another process has published since is kept fresh there.
    if (isConflict(error)) readers.delete(user);
    else deps.logger.warn('Home not kept fresh', { user, ...errorFields(error) });
  }
}
