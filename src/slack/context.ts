// What the Slack side is given, and what its parts share.

import type { webApi } from '@slack/bolt';
import type { LRUCache } from 'lru-cache';
import type { AttachedCharts } from '../charts/attach-charts.ts';
import type { Renderer } from '../charts/index.ts';
import type { Instant } from '../clock.ts';
import { hasMoments } from '../metrics/capabilities.ts';
import type { Report } from '../reports/report.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Access } from './access.ts';
import type { DrawnMessage } from './blocks/block.ts';
import type { AppDataDeps, AppDataLoader } from './command/app-data.ts';
import type { Query, Subcommand, SubcommandDeps, Vocabulary } from './command/subcommand.ts';
import { knownApp } from './command/tokens.ts';
import type { ExportService } from './export/export-service.ts';
import type { HomePublisher } from './home/home-publisher.ts';
import type { Identity } from './identity.ts';
import type { LiveConnection } from './live-connection.ts';
import type { People } from './people.ts';
import type { ReceiverDeps } from './receiver.ts';
import type { ResponseDeps } from './response-target.ts';
import type { ReportDeps } from './send-report.ts';

/** Everything that the Slack side is given; its parts take the smaller interfaces of which this is made. */
export interface SlackDeps extends ReceiverDeps, SubcommandDeps, Omit<AppDataDeps, 'alerts' | 'live'> {
  /** For what a channel sees, in order of preference. */
  readonly renderers: readonly Renderer[];
  /** For what one person sees. */
  readonly privateRenderers: readonly Renderer[];
  /** A short random id, for the line "Something broke, id …". */
  readonly newId: () => string;
  readonly telemetry: Telemetry;
  /** Where tokens may change: has them hold from the next call on, and calls with one that does not hold yet. */
  readonly tokens?: Pick<LiveConnection, 'take'> & { readonly fetch: typeof globalThis.fetch };
}

/** An answer that can still be shared as it was, or whose numbers can be told. */
export interface RememberedAnswer {
  readonly report: Report;
  readonly query: Query;
  /** False for one with a failure in it, which is asked again to be shared. */
  readonly isSharable: boolean;
  /** What is shown for each of its charts, once it is sent. Never rejects. */
  readonly attached: Promise<AttachedCharts>;
  /** Who shared it first. */
  readonly sharedBy: string | undefined;
}

export interface SlackContext {
  readonly deps: SlackDeps;
  readonly client: webApi.WebClient;
  readonly people: People;
  readonly access: Access;
  readonly appData: AppDataLoader;
  readonly home: HomePublisher;
  readonly chartDeps: ReportDeps;
  readonly responseDeps: ResponseDeps;
  readonly answers: LRUCache<string, RememberedAnswer>;
  readonly exports: ExportService;
  /** Undefined until Slack has answered who the bot is. */
  readonly identity: () => Identity | undefined;
  /** The subcommands that are offered, in the order of help. */
  readonly subcommands: readonly Subcommand[];
  /** What is known of the configuration as it is now. */
  readonly words: () => Omit<Vocabulary, 'now'>;
  /** Replies that are the same for everybody, by the id of their subcommand, for the configuration as it is now. */
  readonly staticReplies: () => ReadonlyMap<string, DrawnMessage>;
  readonly startedAt: Instant;
}

/** Every word of the configuration and of the subcommands. With a thousand apps it takes longer than acknowledging may. */
export function wordsOf(deps: SubcommandDeps, subcommands: readonly Subcommand[]): Omit<Vocabulary, 'now'> {
  return {
    subcommands,
    apps: deps.live.apps.map((app) => knownApp({ id: app.id, name: app.name, byDay: !hasMoments(app) })),
    digests: deps.digests.schedules.map(({ id }) => id),
    alerts: deps.alerts === undefined ? [] : deps.live.rules.map((rule) => rule.id),
    zone: deps.live.timezone,
  };
}
