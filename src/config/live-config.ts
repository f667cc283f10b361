// Holds the configuration as it is now, for everything that asks for it at each use.
import type { ImApp } from '../app.ts';
import type { LiveConfig, LiveValues } from '../service-types.ts';
import type { AppConfig, Config } from './config.ts';

/** The part of a configuration that may change while the bot runs. */
export function liveValuesOf(config: Config): LiveValues<AppConfig> {
  const { apps, rules, digests, maintenance, access, retention, timezone, slack } = config;
  return { apps, rules, digests, maintenance, access, retention, timezone, fallbackChannel: slack.fallbackChannel };
}

/** The configuration with the means to change it. */
export interface ConfigHolder<App extends ImApp = ImApp> extends LiveConfig<App> {
  /**
   * Takes other values. `save` stores what follows from them and calls `take` within its transaction, after which they hold;
   * when it rejects, the old ones hold again and nobody is told. Changes happen one after the other.
   */
  change(next: LiveValues<App>, save: (take: () => void) => Promise<void>): Promise<void>;
}

/** The values are plain properties, which `change` sets: reading one costs nothing. */
export function createLiveConfig<App extends ImApp>(first: LiveValues<App>): ConfigHolder<App> {
  const listeners = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();
  const set = (values: LiveValues<App>): void => {
    Object.assign(live, values, { version: live.version + 1 });
  };
  const change: ConfigHolder<App>['change'] = async (next, save) => {
    const { version } = live;
    const before = { ...live };
    try {
      await save(() => set(next));
    } catch (error) {
      if (live.version !== version) set(before);
      throw error;
    }
    for (const listener of [...listeners]) listener();
  };
  const live: ConfigHolder<App> = {
    ...first,
    version: 1,
    change: (next, save) => {
      const changed = last.then(() => change(next, save));
      last = changed.catch(() => {});
      return changed;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return live;
}
