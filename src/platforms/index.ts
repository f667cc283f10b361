// Every platform that imstats can read. A new one is a folder here and a line in the list.
import type { ImApp } from '../app.ts';
import { ConfigError } from '../errors.ts';
import type { HttpDependencies } from './http.ts';
import { imkit } from './imkit/index.ts';
import { jmessage } from './jmessage/index.ts';
import type { Platform, PlatformAccess, PlatformDefinition, PlatformOptions, Platforms } from './platform.ts';

export const platforms: readonly [PlatformDefinition, ...PlatformDefinition[]] = [imkit, jmessage];

/** Opens the platform of an app. Throws `ConfigError` for an app whose platform is not in the list. */
export function openPlatform(options: PlatformOptions & { readonly access: PlatformAccess }): Platform {
  const { app } = options;
  const definition = platforms.find(({ id }) => id === app.platform);
  if (definition !== undefined) return definition.open(options);
  throw new ConfigError([{ where: app.id, what: `there is no platform "${app.platform}"` }]);
}

/** An app with what its platform is opened with. */
export interface ConnectedApp extends ImApp {
  readonly access: PlatformAccess;
}

interface OpenedPlatform {
  readonly app: ConnectedApp;
  readonly platform: Platform;
}

/**
 * `apps` gives the apps that are watched now. The first ones are opened at once, later ones when they are first asked for.
 * Throws `ConfigError` for an app whose platform is not in the list.
 */
export function createPlatformRegistry(
  apps: () => ReadonlyMap<string, ConnectedApp>,
  options: HttpDependencies & Pick<PlatformOptions, 'logger'>,
): Platforms {
  const opened = new Map<string, OpenedPlatform>();
  const get = (id: string): Platform | undefined => {
    const app = apps().get(id);
    const known = opened.get(id);
    if (app === undefined) {
      opened.delete(id);
      return undefined;
    }
    if (known?.app === app) return known.platform;
    const isSame = known !== undefined && connectionOf(known.app) === connectionOf(app);
    const platform = isSame ? known.platform : openPlatform({ ...options, app, access: app.access });
    opened.set(id, { app, platform });
    return platform;
  };
  for (const id of apps().keys()) get(id);
  return { get };
}

/** What a platform does and says depends on these; an app that changes in anything else keeps what its platform remembers. */
function connectionOf({ platform, name, timezone, access }: ConnectedApp): string {
  return JSON.stringify([platform, name, timezone, access]);
}
