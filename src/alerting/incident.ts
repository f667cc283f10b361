// An incident from opening to close and the lines of its history, as they are stored.
import type { Instant } from '../clock.ts';
import type { Level } from './rule.ts';

/** From opening to close. `extreme` is in the unit of the metric. */
export interface Incident {
  readonly id: string;
  readonly rule: string;
  readonly app: string;
  readonly level: Level;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly reason?: string;
  readonly extreme?: number;
  readonly acknowledgedBy?: string;
}

/** One line of an incident's history, with who did it where somebody did. `words` may hold `{user:U…}`. */
export interface IncidentEvent {
  readonly incident: string;
  readonly seq: number;
  readonly at: Instant;
  readonly kind: string;
  readonly words: string;
  readonly actor?: string;
}
