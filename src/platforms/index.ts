// Every platform that imstats can read. A new one is a folder here and a line in the list.
import { ConfigError } from '../errors.ts';
import { imkit } from './imkit/index.ts';
import { jmessage } from './jmessage/index.ts';
import type { Platform, PlatformAccess, PlatformDefinition, PlatformOptions } from './platform.ts';

export const platforms: readonly [PlatformDefinition, ...PlatformDefinition[]] = [imkit, jmessage];

/** Opens the platform of an app. Throws `ConfigError` for an app whose platform is not in the list. */
export function openPlatform(options: PlatformOptions & { readonly access: PlatformAccess }): Platform {
  const { app } = options;
  const definition = platforms.find(({ id }) => id === app.platform);
  if (definition !== undefined) return definition.open(options);
  throw new ConfigError([{ where: app.id, what: `there is no platform "${app.platform}"` }]);
}
