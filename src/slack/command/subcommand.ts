// What a subcommand of /imstats is, and the query that it answers.
import type { ImApp } from '../../app.ts';
import { type Duration, hour, type Instant, minute, second } from '../../clock.ts';
import type { PlatformError } from '../../errors.ts';
import type { MetricId } from '../../metrics/catalog.ts';
import type { Report } from '../../reports/report.ts';
import type { DrawnMessage } from '../blocks/block.ts';
import type { SlackDeps } from '../deps.ts';
import type { Identity } from '../identity.ts';
import type { ResponseTarget } from '../response-target.ts';
import type { AppDataLoader } from './app-data.ts';

/** Who asks, and where. `team` is the asker's own workspace where Slack says it. */
export interface Asker {
  readonly user: string;
  readonly channel: string;
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
}

/** A command as it came in: its words, who asks, and where its answer goes. */
export interface CommandRequest {
  /** What stands after `/imstats` or after the mention. */
  readonly text: string;
  readonly asker: Asker;
  /** Where the answer goes: for everyone only when the question says so or was asked in public. */
  readonly open: (manner: 'private' | 'public') => ResponseTarget;
  /** Where a mistake is told: privately, never in place of an answer. */
  readonly openProblem: () => ResponseTarget;
  /** True where every answer is seen by all, as to a mention. */
  readonly isPublicPlace: boolean;
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
  | { readonly kind: 'message'; readonly drawn: DrawnMessage };

/** What a view works with. */
export interface SubcommandContext {
  readonly deps: SlackDeps;
  readonly appData: AppDataLoader;
  readonly asker: Asker;
  readonly vocabulary: Vocabulary;
  /** The bot itself, once Slack has said who it is. */
  readonly identity: Identity | undefined;
  /** When this bot began. */
  readonly startedAt: Instant;
}

/** One view: one file in `views/` and one line in its list. */
export type Subcommand = Offered & (Working | Immediate);

interface Offered extends SubcommandWords {
  /** Left out: always. A view that does not work yet is offered nowhere. */
  readonly isOffered?: (deps: SlackDeps) => boolean;
  /** True for a question that only managers may ask. */
  readonly isForManagers?: (question: Query) => boolean;
}

interface Working {
  readonly atOnce?: never;
  /** Raises `UserError` for what cannot be answered; a platform's failure is part of the report. */
  readonly answer: (question: Query, context: SubcommandContext) => Promise<Reply>;
}

/** A view that says the same to everybody for as long as the bot runs: it is drawn once and travels with the acknowledgement. */
interface Immediate {
  readonly atOnce: (deps: SlackDeps, views: readonly Subcommand[]) => DrawnMessage;
}

/** A report with the buttons of an answer. */
export function reportReply(report: Report): Reply {
  return { kind: 'report', report, buttons: 'all' };
}

/** A word that a view can take beside its name. */
export type Argument = 'app' | 'range' | 'metric' | 'digest' | 'mode' | 'alert' | 'duration';

/** A view as the parser, `help` and the README know it. */
export interface SubcommandWords {
  /** The word people type; empty for the summary, which needs none. */
  readonly id: string;
  /** What follows the word, for example `METRIC [app] [range]`. */
  readonly usage: string;
  /** What it gives, in a sentence. */
  readonly gives: string;
  /** Whole commands without `/imstats`, to paste. */
  readonly examples: readonly string[];
  readonly takes: readonly Argument[];
  readonly needs: readonly Argument[];
}

/** A question that has been understood. */
export interface Query {
  /** Id of a view; empty for the summary. */
  readonly view: string;
  /** Id of an app; undefined for the only one or all. */
  readonly app: string | undefined;
  /** As it is typed, for example `7d`; what it means depends on the zone of the app. */
  readonly range: string | undefined;
  readonly metric: MetricId | undefined;
  /** Id of a digest schedule. */
  readonly digest: string | undefined;
  readonly mode: 'now' | 'preview' | undefined;
  /** Id of a rule. */
  readonly alert: string | undefined;
  readonly duration: Duration | undefined;
  /** For everyone in the channel, not only for the person. */
  readonly isPublic: boolean;
}

/** An app as far as its words go. `byDay`: its numbers are of whole days, so that it has no hours to be asked for. */
export interface KnownApp {
  readonly id: string;
  readonly name: string;
  /** The name as it is read in a command. */
  readonly words: readonly string[];
  readonly byDay: boolean;
}

/** Every word that the bot knows. */
export interface Vocabulary {
  readonly views: readonly SubcommandWords[];
  readonly apps: readonly KnownApp[];
  readonly digests: readonly string[];
  readonly alerts: readonly string[];
  /** For the range that is nearest to one that cannot be. */
  readonly now: Instant;
  readonly zone: string;
}

/** The command that asks the question, to paste or to put into a button. */
export function commandOf(question: Query): string {
  const words = [
    question.view,
    question.mode,
    question.digest,
    question.metric,
    question.alert,
    question.app,
    question.range,
  ];
  const duration = question.duration === undefined ? undefined : formatLength(question.duration);
  return [...words, duration, question.isPublic ? 'public' : undefined]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
}

/** A duration as it can be typed: `2h`, `90m`, `45s`. */
function formatLength(length: Duration): string {
  if (length % hour === 0) return `${length / hour}h`;
  return length % minute === 0 ? `${length / minute}m` : `${Math.ceil(length / second)}s`;
}
