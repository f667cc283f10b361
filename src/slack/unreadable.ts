// What Slack sends and nobody can read: counted each time, logged at most once a minute for each way that it came, never with its content.
import { type Clock, type Instant, minute } from '../clock.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry.ts';

/** The way that something came: over HTTP, as a frame of a socket, or as a payload that Bolt has passed on. */
type Entrance = 'http' | 'socket' | 'payload';

/** Takes note of what cannot be read. `why` is a constant or an error; of an error only the kind and the place in the code are logged. */
export type ReportUnreadable = (entrance: Entrance, why: string | Error) => void;

interface Quiet {
  until: Instant;
  /** How many came since the last line. */
  unsaid: number;
}

export function createUnreadable(deps: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, 'unreadable'>;
}): ReportUnreadable {
  const quiet = new Map<Entrance, Quiet>();
  return (entrance, why) => {
    deps.telemetry.unreadable.inc({ entrance });
    const known = quiet.get(entrance) ?? { until: 0, unsaid: 0 };
    quiet.set(entrance, known);
    const now = deps.clock.now();
    if (now < known.until) {
      known.unsaid += 1;
      return;
    }
    deps.logger.warn('What Slack sent could not be read', { entrance, ...wordsOf(why), more: known.unsaid });
    quiet.set(entrance, { until: now + minute, unsaid: 0 });
  };
}

/** The message of an error may repeat what was sent, so it is left out. */
function wordsOf(why: string | Error): Readonly<Record<string, string>> {
  if (typeof why === 'string') return { reason: why };
  const { stack } = errorFields(why);
  return { reason: why.name, ...(typeof stack === 'string' ? { stack } : {}) };
}
