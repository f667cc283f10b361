// What everything that answers people works with, made once.
import type { webApi } from '@slack/bolt';
import type { LRUCache } from 'lru-cache';
import type { Instant } from '../clock.ts';
import { hasMoments } from '../metrics/capabilities.ts';
import type { Report } from '../reports/report.ts';
import type { Access } from './access.ts';
import type { DrawnMessage } from './blocks/block.ts';
import type { AppDataLoader } from './command/app-data.ts';
import type { Query, Subcommand, Vocabulary } from './command/subcommand.ts';
import { knownApp } from './command/tokens.ts';
import type { SlackDeps } from './deps.ts';
import type { Identity } from './identity.ts';
import type { ResponseDeps } from './response-target.ts';
import type { ChartDeps, ChartSlots } from './send-report.ts';

/** An answer that can still be shared as it was. */
export interface RememberedAnswer {
  readonly report: Report;
  readonly question: Query;
  /** What stands in the places of its charts, once they are drawn. Never rejects. */
  readonly places: Promise<ChartSlots>;
  /** Who shared it first. */
  readonly sharedBy: string | undefined;
}

type Words = Omit<Vocabulary, 'now'>;

export interface SlackContext {
  readonly deps: SlackDeps;
  readonly client: webApi.WebClient;
  readonly access: Access;
  readonly appData: AppDataLoader;
  readonly chartDeps: ChartDeps;
  readonly answers: LRUCache<string, RememberedAnswer>;
  /** Undefined until Slack has said who the bot is. */
  readonly identity: () => Identity | undefined;
  readonly responseDeps: ResponseDeps;
  /** The views that work, in the order of help. */
  readonly views: readonly Subcommand[];
  readonly words: Words;
  /** What is said at once, by the id of its view. */
  readonly prompts: ReadonlyMap<string, DrawnMessage>;
  readonly startedAt: Instant;
}

/** Every word of the configuration and of the views. Made once: with a thousand apps it takes longer than acknowledging does. */
export function wordsOf(deps: SlackDeps, views: readonly Subcommand[]): Words {
  return {
    views,
    apps: deps.apps.map((app) => knownApp({ id: app.id, name: app.name, byDay: !hasMoments(app) })),
    digests: deps.digests.schedules.map(({ id }) => id),
    alerts: deps.alerts === undefined ? [] : deps.rules.map((rule) => rule.id),
    zone: deps.timezone,
  };
}

/** Every word that is understood now. */
export function vocabularyOf({ deps, words }: Pick<SlackContext, 'deps' | 'words'>): Vocabulary {
  return { ...words, now: deps.clock.now() };
}
