// Takes the configuration anew when it is asked to, and when its files have changed.
import type { Clock, Duration, Instant } from '../clock.ts';
import { createHeartbeat, minute, second } from '../clock.ts';
import { createMutex } from '../concurrency.ts';
import { ConfigError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Config } from './config.ts';

/** The running bot, as far as it is told of its configuration. */
export interface Reloadable {
  apply(next: Config): Promise<{ readonly tokensRefused?: readonly string[] }>;
  /** Resolves with whether the tokens hold now that were not taken. */
  retryTokens(): Promise<boolean>;
  /** Once for each distinct mistake. */
  refuse(error: ConfigError): Promise<void>;
}

interface ReloadDeps {
  readonly bot: Reloadable;
  /** Reads the files anew. Throws `ConfigError`. */
  readonly load: () => Config;
  /** Another text whenever what `load` reads is another. Never throws. */
  readonly fingerprint: () => string;
  /** The fingerprint of what the bot was started with. */
  readonly taken: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Reloader {
  /** Looks at the files from now on. */
  start(): void;
  /** Takes them anew at once. Never rejects. */
  reload(): Promise<void>;
  stop(): void;
}

/**
 * The files themselves are read every 2 s, and taken once they have stood still from one look to the next. Notices of a file system
 * would come sooner and not always: none for a shared folder or a mounted file, none after a file, folder or link was replaced. Three
 * files of some kilobytes take some 50 µs.
 */
const lookEvery: Duration = 2 * second;

/** What failed for another reason than the files is tried again, and so are tokens that Slack did not take. */
const tryAgainAfter: Duration = minute;

export function createReloader({ bot, load, fingerprint, clock, logger, ...start }: ReloadDeps): Reloader {
  const inTurn = createMutex();
  let { taken } = start;
  let seen = taken;
  let again: Instant | undefined;
  let tokensAgain: Instant | undefined;
  let refused: string | undefined;
  const take = async (why: string): Promise<void> => {
    taken = fingerprint();
    again = undefined;
    logger.info(`${why}: the configuration is taken anew`);
    try {
      const { tokensRefused } = await bot.apply(load());
      tokensAgain = tokensRefused === undefined ? undefined : clock.now() + tryAgainAfter;
      refused = undefined;
    } catch (error) {
      const what = 'The configuration was not taken anew; the old one goes on.';
      if (!(error instanceof ConfigError)) {
        logger.error(what, errorFields(error));
        again = clock.now() + tryAgainAfter;
      } else if (error.message !== refused) {
        refused = error.message;
        logger.error(what, { mistakes: error.problems.length, reason: error.message });
        await bot.refuse(error).catch((failure: unknown) => {
          logger.error('Nobody could be told of the wrong configuration.', errorFields(failure));
        });
      }
    }
  };
  const isDue = (at: Instant | undefined): boolean => at !== undefined && clock.now() >= at;
  const tryTokens = async (): Promise<void> => {
    if (!isDue(tokensAgain)) return;
    try {
      tokensAgain = (await bot.retryTokens()) ? undefined : clock.now() + tryAgainAfter;
    } catch (error) {
      logger.error('Nobody could be told of the tokens of Slack.', errorFields(error));
      tokensAgain = clock.now() + tryAgainAfter;
    }
  };
  const look = (): void => {
    const now = fingerprint();
    const isStill = now === seen;
    seen = now;
    if ((isStill && now !== taken) || isDue(again))
      void inTurn(() => (fingerprint() === taken && again === undefined ? Promise.resolve() : take('changed file')));
    if (isDue(tokensAgain)) void inTurn(tryTokens);
  };
  const watch = createHeartbeat(clock, lookEvery, look);
  return {
    start: () => watch.start(),
    reload: () => inTurn(() => take('SIGHUP')),
    stop: () => watch.stop(),
  };
}
