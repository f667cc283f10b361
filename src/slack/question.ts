// What a person asks for, once the words are understood, and what a view can be asked with.
import { type Duration, hour, type Instant, minute, second } from '../clock.ts';
import type { MetricId } from '../metrics/catalog.ts';

/** A word that a view can take beside its name. */
export type Argument = 'app' | 'range' | 'metric' | 'digest' | 'mode' | 'alert' | 'duration';

/** A view as the parser, `help` and the README know it. */
export interface ViewWords {
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
export interface Question {
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
  readonly views: readonly ViewWords[];
  readonly apps: readonly KnownApp[];
  readonly digests: readonly string[];
  readonly alerts: readonly string[];
  /** For the range that is nearest to one that cannot be. */
  readonly now: Instant;
  readonly zone: string;
}

/** The command that asks the question, to paste or to put into a button. */
export function commandOf(question: Question): string {
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
