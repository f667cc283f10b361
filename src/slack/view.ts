// What a view of `/imstats` is: its words, who may ask for it, and how it answers.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { PlatformError } from '../errors.ts';
import type { Report } from '../reports/report.ts';
import type { Drawn } from './blocks/block.ts';
import type { SlackDeps } from './deps.ts';
import type { Gatherer } from './gather.ts';
import type { Identity } from './identity.ts';
import type { Question, ViewWords, Vocabulary } from './question.ts';

/** Who asks, and where. `team` is the asker's own workspace where Slack says it. */
export interface Asker {
  readonly user: string;
  readonly channel: string;
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
}

/** The platforms that did not answer a question. */
export interface Failed {
  /** One for each app that failed. */
  readonly failures: readonly { readonly app: ImApp; readonly failure: PlatformError }[];
  /** True when no app of the question answered. */
  readonly isWhole: boolean;
  /** The report without reasons and hints: those are for the person who asked. */
  readonly forEveryone: Report;
}

/** What a view answers: a report with its charts and buttons (`refresh`: none to share), or a message that is drawn already. */
export type Reply =
  | {
      readonly kind: 'report';
      readonly report: Report;
      readonly buttons: 'all' | 'refresh' | 'none';
      /** `named`: the words come from alerting, and people in them are shown. */
      readonly people?: 'named';
      /** Absent when every platform answered. */
      readonly failed?: Failed;
    }
  | { readonly kind: 'message'; readonly drawn: Drawn };

/** What a view works with. */
export interface ViewContext {
  readonly deps: SlackDeps;
  readonly gatherer: Gatherer;
  readonly asker: Asker;
  readonly vocabulary: Vocabulary;
  /** The bot itself, once Slack has said who it is. */
  readonly identity: Identity | undefined;
  /** When this bot began. */
  readonly startedAt: Instant;
}

/** One view: one file in `views/` and one line in its list. */
export type View = Offered & (Working | Immediate);

interface Offered extends ViewWords {
  /** Left out: always. A view that does not work yet is offered nowhere. */
  readonly isOffered?: (deps: SlackDeps) => boolean;
  /** True for a question that only managers may ask. */
  readonly isForManagers?: (question: Question) => boolean;
}

interface Working {
  readonly atOnce?: never;
  /** Raises `UserError` for what cannot be answered; a platform's failure is part of the report. */
  readonly answer: (question: Question, context: ViewContext) => Promise<Reply>;
}

/** A view that says the same to everybody for as long as the bot runs: it is drawn once and travels with the acknowledgement. */
interface Immediate {
  readonly atOnce: (deps: SlackDeps, views: readonly View[]) => Drawn;
}

/** A report with the buttons of an answer. */
export function reportReply(report: Report): Reply {
  return { kind: 'report', report, buttons: 'all' };
}
