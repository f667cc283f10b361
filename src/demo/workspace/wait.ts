// Waits for a condition in the workspace, bounded by real time so that a test ends.
import type { State } from './state.ts';

const timeout = 10_000;
/** For conditions that become true without an event of the workspace, ms. */
const pollInterval = 20;

/** Resolves with the first value that is neither undefined nor false; tried at once, after each event, and every 20 ms. */
export function waitFor<T>(state: State, probe: () => T | undefined | false, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const first = probe();
    if (first !== undefined && first !== false) {
      resolve(first);
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      clearInterval(poll);
      state.listeners.delete(check);
    };
    const check = (): void => {
      try {
        const value = probe();
        if (value === undefined || value === false) return;
        end();
        resolve(value);
      } catch (error) {
        end();
        reject(error);
      }
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`waited ${timeout} ms for ${what}; last calls: ${lastCalls(state)}`));
    }, timeout);
    const poll = setInterval(check, pollInterval);
    state.listeners.add(check);
  });
}

function lastCalls(state: State): string {
  const calls = state.log.slice(-8).map((call) => `${call.method} ${call.ok ? 'ok' : (call.error ?? 'cut')}`);
  return calls.length === 0 ? 'none' : calls.join(', ');
}
