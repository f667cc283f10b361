// Remembers which paid interfaces an app may not use, so that they are not asked at every poll.
import { type Clock, hour } from '../clock.ts';
import { PlatformError } from '../errors.ts';

export interface Entitlement {
  /** What `ask` gives, or `refused` when this interface is not part of the subscription; other errors pass. */
  use<T>(name: string, ask: () => Promise<T>): Promise<T | 'refused'>;
  /** True when the last refusal of this interface said that it is switched off for everybody. */
  isGone(name: string): boolean;
}

/** A refusal holds for an hour: then the subscription may have changed. `onRefused` is called at the first of each interface. */
export function createEntitlement(
  clock: Clock,
  onRefused: (name: string, status: number | undefined) => void,
): Entitlement {
  const refusedUntil = new Map<string, number>();
  const gone = new Set<string>();
  return {
    isGone: (name) => gone.has(name),
    use: async (name, ask) => {
      if (clock.now() < (refusedUntil.get(name) ?? 0)) return 'refused';
      try {
        return await ask();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (!refusedUntil.has(name)) onRefused(name, error.status);
        refusedUntil.set(name, clock.now() + hour);
        if (error.kind === 'gone') gone.add(name);
        else gone.delete(name);
        return 'refused';
      }
    },
  };
}

/** No page says what an app without a subscription gets: any 4xx that is not about the request, the key or the rate. */
function isRefusal(error: unknown): error is PlatformError {
  if (!(error instanceof PlatformError)) return false;
  if (error.kind === 'not-entitled') return true;
  const { status } = error;
  return status !== undefined && status > 401 && status < 500 && status !== 408 && status !== 429;
}
