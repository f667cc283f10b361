// A note: something that people are told of an incident, as plain data.
import type { Instant } from '../clock.ts';
import type { EffectKind } from './event.ts';
import type { AlertView } from './view.ts';

export type NoteMessage =
  | { readonly kind: 'alert'; readonly view: AlertView }
  /** `about` is the effect that the line tells of. `text` may hold `{user:U…}`. */
  | { readonly kind: 'line'; readonly text: string; readonly mentions: string[]; readonly about: EffectKind }
  | { readonly kind: 'pager'; readonly action: 'trigger' | 'acknowledge' | 'resolve'; readonly view: AlertView };

/** Fits a new row of the outbox as it is. Notes of a stream and lane go out in order of `seq`. */
export interface Note {
  /** Unique: `INCIDENT:SEQ`. */
  readonly key: string;
  /** The incident, or the storm that it is part of. */
  readonly stream: string;
  readonly lane: 'slack' | 'pager';
  readonly seq: number;
  readonly channel: string;
  readonly operation: 'post' | 'edit' | 'reply' | 'page';
  readonly broadcast: boolean;
  readonly message: NoteMessage;
  /** Time of the sample that caused an opening, an escalation or a resolve. */
  readonly causedAt: Instant | undefined;
  readonly createdAt: Instant;
  readonly notBefore: Instant;
}
