// The contracts between the edges: the configuration as it is now, what Slack calls of the jobs, what a job is, known problems.
import type { ListedMaintenance, MaintenanceWindow } from './alerting/maintenance.ts';
import type { AlertView } from './alerting/notification.ts';
import type { Rule, RuleProblem } from './alerting/rule.ts';
import type { RuleSettings, WrittenRule } from './alerting/rule-override.ts';
import type { ImApp } from './app.ts';
import type { Duration, Instant } from './clock.ts';
import type { Phrase } from './metrics/phrase.ts';
import type { Report } from './reports/report.ts';
import type { Period } from './time-zone.ts';

/** A digest of the configuration. `apps` are app ids; `cron` is five fields in `timezone`. */
export interface DigestSchedule {
  readonly id: string;
  readonly channel: string;
  readonly cron: string;
  readonly timezone: string;
  readonly period: Period;
  readonly apps: readonly string[];
}

/** Who may ask and who may change things: user ids U…, user-group ids S…, channel ids C…. */
export interface AccessRules {
  readonly run: 'everyone' | readonly string[];
  readonly manage: readonly string[];
}

/** The part of the configuration that may change while the bot runs. */
export interface LiveValues<App extends ImApp = ImApp> {
  readonly apps: readonly App[];
  /** The rules of the file and the built-in one of each app. */
  readonly rules: readonly Rule[];
  /** The rules of the file as it has them, also where another one holds because it was changed in Slack. */
  readonly written: readonly WrittenRule[];
  readonly digests: readonly DigestSchedule[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly access: AccessRules;
  readonly retention: { readonly raw: Duration; readonly fiveMinutes: Duration; readonly hours: Duration };
  /** IANA zone of the bot, for what belongs to no app. */
  readonly timezone: string;
  /** Where a message goes that its own channel refuses for good. */
  readonly fallbackChannel: string | undefined;
}

/** In what one configuration differs from another: by names such as `apps.prod`, never by a value, because that may be a secret. */
export interface ChangedNames {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** The configuration as it is now. Its values are read at each use and never copied, because they may change between two uses. */
export interface LiveConfig<App extends ImApp = ImApp> extends LiveValues<App> {
  /** Another number for every change. */
  readonly version: number;
  /** Calls the listener after each change, once everything that follows from the change is stored. Returns the end of it. */
  onChange(listener: () => void): () => void;
}

/** The configuration whose rules can be changed while it holds. */
export interface TunableConfig<App extends ImApp = ImApp> extends LiveConfig<App> {
  /** Takes other rules beside all else that holds; as `ConfigHolder.change`. */
  changeRules(save: (take: (rules: readonly Rule[]) => void) => Promise<void>): Promise<void>;
}

/** The configuration with the means to change all of it. */
export interface ConfigHolder<App extends ImApp = ImApp> extends TunableConfig<App> {
  /**
   * Takes other values. `save` stores what follows from them and calls `take` with them within its transaction, after which they hold;
   * when it rejects, the old ones hold again. Changes happen one after the other: what `save` reads of the configuration nobody else changes.
   */
  change(save: (take: (next: LiveValues<App>) => void) => Promise<void>): Promise<void>;
}

/** What a person can do with an alert. `undo` takes back one of the others. */
export type AlertAction =
  | 'acknowledge'
  | 'extend'
  | 'silence'
  | 'unsilence'
  | 'resolve'
  | 'normal'
  | 'undo'
  | 'note'
  | 'call';

/** An alert as a list shows it. */
export interface AlertLine {
  readonly rule: string;
  readonly app: { readonly id: string; readonly name: string };
  readonly condition: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly level: 'warning' | 'critical' | undefined;
  readonly incident: string | undefined;
  /** Where the message of an open one stands. */
  readonly message?: SlackPlace | undefined;
  readonly isSilenced?: boolean;
  /** True where it was closed by hand while it was still beyond its limit. */
  readonly isHeld?: boolean;
  /** True where nothing can be said although the platform answers: its number is not reported, or the rule fails. */
  readonly isNotJudged?: boolean;
  /** What people can do with it as it stands. */
  readonly actions?: AlertView['actions'];
  /** True while somebody has it in hand. */
  readonly isHandled?: boolean;
  /** One sentence on how it stands: value, limit, since when, who acknowledged, until when it is silenced. */
  readonly words: Phrase;
}

/** The outcome of a person's action: `done` with the sentence to show, or why not. */
export interface ActResult {
  readonly state: 'done' | 'not-open' | 'unknown';
  readonly words: Phrase;
  /** Names what was done, for `undo`; undefined where there is nothing to take back. */
  readonly undo?: string | undefined;
  /** What `undo` is said of, where that is not what was acted on. */
  readonly target?: string | undefined;
  /** What the person may do instead, or beside it: take the alert over, silence critical as well, until the same time; see the open incident of the rule. */
  readonly offer?:
    | { readonly kind: 'takeOver'; readonly until?: Instant | undefined }
    | { readonly kind: 'current'; readonly rule: string }
    | { readonly kind: 'silenceCritical'; readonly until: Instant }
    | undefined;
}

/** Why an alert stands as it does. */
export interface AlertExplanation {
  readonly report: Report;
  /** Its message as it would be now, which says what can be done with it; absent for what is over. */
  readonly view?: AlertView;
  /** Id of the past incident that the report is of. */
  readonly incident?: string;
  /** Where its message stands in Slack. */
  readonly message?: SlackPlace | undefined;
  /** Id of its rule, where its limits can be changed in Slack. */
  readonly tunable?: string | undefined;
}

/** A message in Slack. */
export interface SlackPlace {
  readonly channel: string;
  readonly ts: string;
}

/** What Slack calls of the alerts. Rules and incidents are named by id. */
export interface AlertService {
  /** Open ones first, then pending, then those that cannot be judged, then silenced. */
  list(): Promise<readonly AlertLine[]>;
  /**
   * The numbers, limits and history behind the alert of a rule; of a rule that is gone, what happened last; of a past incident, all of
   * it. Undefined when nothing is known of it.
   */
  why(target: string): Promise<AlertExplanation | undefined>;
  /** Posts a message into the channel of a rule that says it is a test, and pings whom the rule pings. */
  test(request: { readonly rule: string; readonly actor: string }): Promise<ActResult>;
  act(request: {
    /** Id of a rule, of an incident or of a storm, or what `allOf` gives for an app. */
    readonly target: string;
    readonly action: AlertAction;
    /** Slack user id. */
    readonly actor: string;
    /** End of a silence or an acknowledgement; undefined for the default. */
    readonly until?: Instant | undefined;
    /** How much longer `extend` makes what is there; undefined for the usual length. */
    readonly longer?: Duration | undefined;
    /** What is undone; also of a maintenance. */
    readonly undo?: string | undefined;
    /** The reason of a silence, or a note. */
    readonly text?: string | undefined;
    /** Acknowledges also what somebody else has in hand. */
    readonly takesOver?: boolean | undefined;
    /** The worst level that a silence covers; undefined for the one that fires or, of a quiet rule, its mildest. */
    readonly level?: 'warning' | 'critical' | undefined;
  }): Promise<ActResult>;
  /** Takes back what a person did last, of one rule or incident where it is named: with an alert, a note, a maintenance. */
  undoLast(request: { readonly actor: string; readonly target?: string | undefined }): Promise<ActResult>;
}

/** A rule whose limits can be changed in Slack, as it holds. */
export interface TunableRule {
  readonly rule: Rule;
  readonly app: ImApp;
  /** As they would be written in the file. */
  readonly settings: RuleSettings;
}

/** Settings that fit the past of a rule, and why; without them, why there are none. */
export interface SuggestedSettings {
  readonly settings?: RuleSettings;
  readonly why: readonly Phrase[];
}

/** What Slack calls to change the limits of a rule. Rules are named by id. */
export interface TuningService {
  /** Undefined for a rule that is gone, or has no fixed limits. */
  find(rule: string): Promise<TunableRule | undefined>;
  /** The rule with other settings, or what is wrong with them in the words of the file; undefined for a rule that is gone. */
  read(rule: string, settings: RuleSettings): Rule | { readonly problems: readonly RuleProblem[] } | undefined;
  /** What a rule would have done over the stored past, beside the one that holds, and what really happened; a sentence each. */
  tried(rule: Rule): Promise<readonly Phrase[]>;
  /** Of a rule that `find` finds. */
  suggest(rule: string): Promise<SuggestedSettings>;
  /** `version` is the tag (`versionTag`) of the rule that the settings were made of: of another one nothing is changed. */
  save(request: {
    readonly rule: string;
    readonly version: string;
    readonly settings: RuleSettings;
    readonly actor: string;
  }): Promise<ActResult>;
  /** Goes back to what the file says. */
  restore(request: { readonly rule: string; readonly actor: string }): Promise<ActResult>;
}

/** What Slack calls of maintenance that people begin. */
export interface MaintenanceService {
  /** What goes on and the next time of each window, the soonest first. */
  list(): Promise<readonly ListedMaintenance[]>;
  /** One of them in words, without a full stop. */
  wordsOf(listed: ListedMaintenance): Promise<Phrase>;
  /** Of these apps and rules; of everything where none is named. */
  begin(request: {
    readonly apps: readonly string[];
    readonly rules: readonly string[];
    readonly until: Instant;
    readonly actor: string;
    readonly reason?: string | undefined;
  }): Promise<ActResult>;
  end(request: {
    readonly target:
      | { readonly kind: 'period' | 'app' | 'rule'; readonly id: string }
      /** Whatever goes on. */
      | { readonly kind: 'any' };
    readonly actor: string;
  }): Promise<ActResult>;
}

/** The outcome of `digest now`. `already`: it was sent within the last minute. */
export interface DigestNow {
  readonly state: 'queued' | 'already';
  readonly channel: string;
}

/** What Slack calls of the digests. Schedules are named by id; an unknown one gives undefined. */
export interface DigestService {
  readonly schedules: readonly DigestSchedule[];
  now(schedule: string): Promise<DigestNow | undefined>;
  preview(schedule: string): Promise<Report | undefined>;
  nextRuns(): readonly { readonly schedule: DigestSchedule; readonly at: Instant }[];
}

/** A permanent failure that `/imstats health` shows. */
export interface Problem {
  /** What it is about: a channel, a schedule, a job. */
  readonly about: Phrase;
  /** Without secrets. */
  readonly words: Phrase;
  readonly at: Instant;
}

/** The known problems, one for each `about`. */
export interface Problems {
  /** Replaces the problem about the same thing, with a new time. It is listed for a day or, where it `lasts`, until it is cleared. */
  add(about: Phrase, words: Phrase, options?: { readonly lasts: boolean }): void;
  /** Removes the problem. */
  clear(about: Phrase): void;
  /** Newest first, at most 20. */
  list(): readonly Problem[];
}

/** Something that runs in the background from `start` until `stop`. */
export interface Job {
  readonly name: string;
  start(): void;
  /** Begins nothing new and resolves when all runs have ended, or after 8 s. Never rejects. */
  stop(): Promise<void>;
}
