// What a subcommand of /imstats is, and the query that it answers.
import type { ImApp } from '../../app.ts';
import type { Clock, Duration, Instant } from '../../clock.ts';
import type { PlatformError, UserError } from '../../errors.ts';
import type { HistoryRequest, HistoryService } from '../../history-service.ts';
import type { MetricGroup, MetricId } from '../../metrics/catalog.ts';
import type { HistorySubject } from '../../metrics/message-history.ts';
import type { Phrase, Wording } from '../../metrics/phrase.ts';
import type { Report } from '../../reports/report.ts';
import type {
  AlertService,
  DigestService,
  LiveConfig,
  MaintenanceService,
  Problem,
  TuningService,
} from '../../service-types.ts';
import type { Store } from '../../store/store.ts';
import type { Block, DrawnMessage } from '../blocks/block.ts';
import type { ModalView } from '../blocks/modal-view.ts';
import type { ExportService } from '../export/export-service.ts';
import type { Identity } from '../identity.ts';
import type { ResponseTarget, Visibility } from '../response-target.ts';
import type { AppDataLoader } from './app-data.ts';

/** Who asks, and where. `team` and `enterprise` are the person's own workspace and organisation, where Slack tells them. */
export interface Requester {
  readonly user: string;
  /** Undefined in Home and in a modal. */
  readonly channel: string | undefined;
  /** The `ts` of the root, where it was asked in a thread. */
  readonly thread?: string | undefined;
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
  /** True in a channel that is shared with no other company, where everybody is of the own one. */
  readonly isAmongOwn?: boolean;
}

/** What a button adds to the words of a `history`. */
export type HistoryWish = Pick<HistoryRequest, 'isAgreed' | 'isAnew'>;

/** A command as it came in: its words, who asks, and where its answer goes. */
export interface CommandRequest {
  /** The text after `/imstats` or after the mention. */
  readonly text: string;
  readonly requester: Requester;
  /** Opens a modal once, within 3 s; undefined for a mention, which has none. */
  readonly triggerId?: string | undefined;
  /** Where the answer goes: for everyone only when the query says so or was asked in public. */
  readonly open: (visibility: Exclude<Visibility, 'replace'>) => ResponseTarget;
  /** Where a mistake is explained: privately, never in place of an answer. */
  readonly openProblem: () => ResponseTarget;
  /** True where every answer is seen by all, as to a mention. */
  readonly isPublicPlace: boolean;
  /** Set where a button asks: whether a long count of a history was agreed to, and whether it counts what was counted earlier. */
  readonly history?: HistoryWish;
  /** True in a conversation of people, where words that are not for the bot are met with silence. */
  readonly isAmongPeople?: boolean;
}

/** The platforms that did not answer a query. */
export interface Failed {
  /** One for each app that failed. */
  readonly failures: readonly { readonly app: ImApp; readonly failure: PlatformError }[];
  /** True when no app of the query answered. */
  readonly isWhole: boolean;
  /** The report without reasons and hints: those are for the person who asked. */
  readonly forEveryone: Report;
}

/** What a subcommand answers: a report with its charts and buttons (`refresh`: none to share), or a message that is drawn already. */
export type Reply =
  | {
      readonly kind: 'report';
      readonly report: Report;
      readonly buttons: 'all' | 'refresh' | 'none';
      /** `named`: the texts come from alerting, and people in them are shown. */
      readonly people?: 'named';
      /** Stands below the report, above the buttons of every answer. */
      readonly tail?: readonly Block[];
      /** Absent when every platform answered. */
      readonly failed?: Failed;
      /** What is remembered of it, and what others see when it is shared, where that is less. */
      readonly forEveryone?: Report;
    }
  /** `isForAsker`: also where the answer was asked for in public, because what is public comes by another way. */
  | { readonly kind: 'message'; readonly drawn: DrawnMessage; readonly isForAsker?: true }
  /** An answer that takes long; what stands in its place meanwhile, as it is now; and what stays there when it rejects, which only who asked is told. */
  | {
      readonly kind: 'later';
      readonly meanwhile: () => DrawnMessage;
      readonly givenUp: () => DrawnMessage;
      readonly answer: Promise<Reply>;
    }
  /** A modal; `otherwise` where there is no trigger to open it with, and `late` where that is over. */
  | {
      readonly kind: 'modal';
      readonly view: ModalView;
      readonly otherwise: DrawnMessage;
      readonly late: DrawnMessage;
    };

/** What subcommands are given of the bot. */
export interface SubcommandDeps {
  readonly live: LiveConfig;
  readonly store: Store;
  readonly digests: DigestService;
  /** Absent where nothing alerts: the subcommands on alerts are then not offered. */
  readonly alerts?: AlertService;
  /** Absent where nothing alerts. */
  readonly maintenance?: MaintenanceService;
  /** Absent where nothing counts messages: `history` is then not offered. */
  readonly histories?: HistoryService;
  /** Absent where nothing alerts. */
  readonly tuning?: TuningService;
  /** Newest first. */
  readonly problems: () => readonly Problem[];
  /** What was taken of another configuration, in words of `now`; undefined since the start. */
  readonly configuration?: (now: Instant) => Phrase | undefined;
  readonly clock: Clock;
  readonly wording: Wording;
}

/** What a subcommand works with. */
export interface SubcommandContext {
  readonly deps: SubcommandDeps;
  readonly appData: AppDataLoader;
  readonly requester: Requester;
  /** True where everybody in the channel sees the answer. */
  readonly isForAll: boolean;
  readonly history?: HistoryWish | undefined;
  /** Undefined where the person may manage; otherwise why not. */
  readonly mayManage: () => Promise<UserError | undefined>;
  /** The handle of a user group, without the `@`; undefined where Slack does not say. */
  readonly handleOf: (group: string) => Promise<string | undefined>;
  /** Whether the bot is a member of a channel. */
  readonly isInside: (channel: string) => Promise<'yes' | 'no' | 'unknown'>;
  /** The bot itself, once Slack has answered who it is. */
  readonly identity: Identity | undefined;
  /** How Slack reaches the bot. */
  readonly mode: 'HTTP' | 'Socket Mode';
  readonly exports: ExportService;
  /** When this bot began. */
  readonly startedAt: Instant;
}

/** One subcommand: one file in `subcommands/` and one line in its list. */
export type Subcommand = Offered & (Working | Static);

interface Offered extends SubcommandWords {
  /** Absent: always. A subcommand that cannot work here is offered nowhere. */
  readonly isOffered?: (deps: SubcommandDeps) => boolean;
  /** True for a query that only managers may ask. */
  readonly isForManagers?: (query: Query) => boolean;
}

interface Working {
  readonly static?: never;
  /** Raises `UserError` for what cannot be answered; a platform's failure is part of the report. */
  readonly answer: (query: Query, context: SubcommandContext) => Promise<Reply>;
}

/** The same message for everybody for as long as the bot runs: it is drawn once and goes out with the acknowledgement. */
interface Static {
  readonly static: (deps: SubcommandDeps, subcommands: readonly Subcommand[]) => DrawnMessage;
}

/** A word that a subcommand can take beside its name. */
export type Argument =
  | 'app'
  | 'range'
  | 'against'
  | 'metric'
  | 'part'
  | 'digest'
  | 'mode'
  | 'alert'
  | 'duration'
  | 'until'
  | 'text'
  | 'subject';

/** The headings of help, in their order. */
export const helpGroups = ['numbers', 'alerts', 'bot'] as const;

export type HelpGroup = (typeof helpGroups)[number];

/** A subcommand as the parser, `help` and the README know it. */
export interface SubcommandWords {
  /** The word people type; empty for the summary, which needs none. */
  readonly id: string;
  /** What follows the word, for example `METRIC [app] [range]`. */
  readonly usage: string;
  /** Under which heading of help it stands. */
  readonly group: HelpGroup;
  /** What it gives, in a sentence. */
  readonly gives: string;
  /** What people type for it, in small letters; some are of several words. */
  readonly words?: readonly string[];
  /** True where it changes something, so that a word that is not understood is asked about and not left out. */
  readonly acts?: true;
  /** Whole commands without `/imstats`, to paste. */
  readonly examples: readonly string[];
  readonly takes: readonly Argument[];
  readonly needs: readonly Argument[];
}

/** A parsed command. */
export interface Query {
  /** Id of a subcommand; empty for the summary. */
  readonly subcommand: string;
  /** Id of an app; undefined for the only one or all. */
  readonly app: string | undefined;
  /** As it is typed, for example `7d`; what it means depends on the zone of the app. */
  readonly range: string | undefined;
  /** The period to compare with: `previous` for the one before, else a range as it is typed. */
  readonly against: string | undefined;
  readonly metric: MetricId | undefined;
  readonly part?: MetricGroup | undefined;
  /** Id of a digest schedule. */
  readonly digest: string | undefined;
  /** `end` is of a maintenance. */
  readonly mode: 'now' | 'preview' | 'end' | undefined;
  /** Id of a rule. */
  readonly alert: string | undefined;
  readonly duration: Duration | undefined;
  /** A time of the clock at which something ends, `04:00`. */
  readonly until?: string | undefined;
  /** What a person wrote in own words: a note, or the reason of a silence. */
  readonly text?: string | undefined;
  /** The user, group or room whose messages are meant. */
  readonly subject?: HistorySubject | undefined;
  /** For everyone in the channel, not only for the person. */
  readonly isPublic: boolean;
}

/** The words of an app. `byDay`: its numbers are of whole days, so that it has no hours to be asked for. */
export interface KnownApp {
  readonly id: string;
  readonly name: string;
  /** The name as it is read in a command. */
  readonly words: readonly string[];
  readonly byDay: boolean;
}

/** Every word that the bot knows. */
export interface Vocabulary {
  readonly subcommands: readonly SubcommandWords[];
  readonly apps: readonly KnownApp[];
  readonly digests: readonly string[];
  readonly alerts: readonly string[];
  /** For the nearest valid range to one that is not. */
  readonly now: Instant;
  readonly zone: string;
}
