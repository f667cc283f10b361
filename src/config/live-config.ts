// Holds the configuration as it is now, for everything that asks for it at each use.

import type { ImApp } from '../app.ts';
import { createMutex } from '../concurrency.ts';
import type { ConfigHolder, LiveValues } from '../service-types.ts';
import type { AppConfig, Config } from './config.ts';

/** The part of a configuration that may change while the bot runs. */
export function liveValuesOf(config: Config): LiveValues<AppConfig> {
  const { apps, rules, written, digests, maintenance, access, retention, timezone, slack } = config;
  return {
    apps,
    rules,
    written,
    digests,
    maintenance,
    access,
    retention,
    timezone,
    fallbackChannel: slack.fallbackChannel,
  };
}

/** What is read once, at the start, under its name in the file. */
const readAtStart: Readonly<Record<string, (config: Config) => unknown>> = {
  // Another token holds at once; another way of being reached does not.
  'slack.appToken': ({ slack }) => slack.appToken !== undefined,
  'slack.signingSecret': ({ slack }) => slack.appToken === undefined || slack.signingSecret !== undefined,
  'slack.port': ({ slack }) => slack.port,
  'slack.host': ({ slack }) => slack.host,
  'slack.apiUrl': ({ slack }) => slack.apiUrl,
  'slack.privateCharts': ({ slack }) => slack.privateCharts,
  store: ({ store }) => store,
  charts: ({ charts }) => charts,
  quickchart: ({ quickchart }) => quickchart,
  http: ({ http }) => http,
  heartbeat: ({ heartbeat }) => heartbeat,
  pagerduty: ({ pagerduty }) => pagerduty !== undefined,
};

/** The settings in which a configuration differs from that of the start and that hold from the next start only, in order of the file. */
export function settingsForNextStart(started: Config, next: Config): readonly string[] {
  const written = (value: unknown): string => JSON.stringify(value) ?? '';
  return Object.entries(readAtStart).flatMap(([name, read]) =>
    written(read(started)) === written(read(next)) ? [] : [name],
  );
}

/** The values are plain properties, which `change` sets: reading one costs nothing. */
export function createLiveConfig<App extends ImApp>(first: LiveValues<App>): ConfigHolder<App> {
  const listeners = new Set<() => void>();
  const inTurn = createMutex();
  const set = (values: LiveValues<App>): void => {
    Object.assign(live, values, { version: live.version + 1 });
  };
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const change: ConfigHolder<App>['change'] = async (save) => {
    const { version } = live;
    const before = { ...live };
    try {
      await save(set);
    } catch (error) {
      if (live.version === version) throw error;
      set(before);
      tell(); // somebody may have used the new values in between
      throw error;
    }
    tell();
  };
  const live: ConfigHolder<App> = {
    ...first,
    version: 1,
    change: (save) => inTurn(() => change(save)),
    changeRules: (save) => inTurn(() => change((take) => save((rules) => take({ ...live, rules })))),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return live;
}
