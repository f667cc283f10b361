// What everything that answers people works with, made once: who may ask, what they asked before, where pictures come from.
import type { webApi } from '@slack/bolt';
import type { LRUCache } from 'lru-cache';
import type { Instant } from '../clock.ts';
import { reportsDays } from '../metrics/capabilities.ts';
import type { Report } from '../reports/report.ts';
import type { Access } from './access.ts';
import type { Drawn } from './blocks/block.ts';
import type { Voice } from './conversation.ts';
import type { SlackDeps } from './deps.ts';
import type { Gatherer } from './gather.ts';
import type { Identity } from './identity.ts';
import { knownApp } from './meaning.ts';
import type { Places, Studio } from './pictures.ts';
import type { Question, Vocabulary } from './question.ts';
import type { View } from './view.ts';

/** An answer that can still be shared as it was. */
export interface RememberedAnswer {
  readonly report: Report;
  readonly question: Question;
  /** What stands in the places of its charts, once they are drawn. Never rejects. */
  readonly places: Promise<Places>;
  /** Who shared it first. */
  readonly sharedBy: string | undefined;
}

type Words = Omit<Vocabulary, 'now'>;

export interface Desk {
  readonly deps: SlackDeps;
  readonly client: webApi.WebClient;
  readonly access: Access;
  readonly gatherer: Gatherer;
  readonly studio: Studio;
  readonly answers: LRUCache<string, RememberedAnswer>;
  /** Undefined until Slack has said who the bot is. */
  readonly identity: () => Identity | undefined;
  readonly voice: Voice;
  /** The views that work, in the order of help. */
  readonly views: readonly View[];
  readonly words: Words;
  /** What is said at once, by the id of its view. */
  readonly prompts: ReadonlyMap<string, Drawn>;
  readonly startedAt: Instant;
}

/** Every word of the configuration and of the views. Made once: with a thousand apps it takes longer than acknowledging does. */
export function wordsOf(deps: SlackDeps, views: readonly View[]): Words {
  return {
    views,
    apps: deps.apps.map(({ id, name, platform }) => knownApp({ id, name, byDay: reportsDays(platform) })),
    digests: deps.digests.schedules.map(({ id }) => id),
    alerts: deps.alerts === undefined ? [] : deps.rules.map((rule) => rule.id),
    zone: deps.timezone,
  };
}

/** Every word that is understood now. */
export function vocabularyOf({ deps, words }: Pick<Desk, 'deps' | 'words'>): Vocabulary {
  return { ...words, now: deps.clock.now() };
}
