// Every platform that imstats can read. A new one is a file and a case here.
import type { ImApp } from '../app.ts';
import type { Logger } from '../logger.ts';
import type { HttpDependencies } from './http.ts';
import { openImkit } from './imkit/index.ts';
import { openJMessage } from './jmessage/index.ts';
import type { Platform, PlatformAccess } from './platform.ts';

export interface PlatformOptions extends HttpDependencies {
  readonly app: ImApp;
  readonly access: PlatformAccess;
  readonly logger: Logger;
}

/** The platform of an app, ready to be asked. One for as long as the app is watched: it remembers refusals and counts. */
export function openPlatform({ access, ...options }: PlatformOptions): Platform {
  switch (access.platform) {
    case 'imkit':
      return openImkit({ ...options, access });
    case 'jmessage':
      return openJMessage({ ...options, access });
  }
}
