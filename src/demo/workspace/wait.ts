// Waiting for something to become true in the workspace, bounded by real time so that a test ends.
import type { State } from './state.ts';

const patience = 10_000;
/** For things that change without an event of the workspace. */
const glance = 20;

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
      state.listeners.delete(look);
    };
    const look = (): void => {
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
      reject(new Error(`waited ${patience} ms for ${what}; last calls: ${lastCalls(state)}`));
    }, patience);
    const poll = setInterval(look, glance);
    state.listeners.add(look);
  });
}

function lastCalls(state: State): string {
  const calls = state.log.slice(-8).map((call) => `${call.method} ${call.ok ? 'ok' : (call.error ?? 'cut')}`);
  return calls.length === 0 ? 'none' : calls.join(', ');
}
