// The running bot takes another configuration, and says in what it differs from the one before: by names, never by a value, because that may be a secret.
import type { Clock, Instant } from '../clock.ts';
import type { HidingLogger } from '../logger.ts';
import type { ChangedNames, ConfigHolder, LiveValues } from '../service-types.ts';
import type { AppConfig, Config, SlackConfig } from './config.ts';
import { liveValuesOf, settingsForNextStart } from './live-config.ts';

/** What became of another configuration. */
export interface AppliedConfig {
  /** Changed settings that take effect at the next start only, by their names in the file. */
  readonly atNextStart: readonly string[];
  /** Tokens that Slack did not accept, by their names in the file: the old ones go on, and they can be tried again. */
  readonly tokensRefused?: readonly string[];
}

/** When a configuration was taken, and how it differs from the one before. */
export interface TakenConfig extends ChangedNames, AppliedConfig {
  readonly at: Instant;
}

/** Tokens that Slack did not accept: their names in the file, and why. */
interface RefusedTokens {
  readonly names: readonly string[];
  readonly why: string;
}

interface TakeDeps {
  /** As it was at the start. */
  readonly config: Config;
  readonly current: { config: Config; taken?: TakenConfig };
  readonly live: ConfigHolder<AppConfig>;
  readonly clock: Clock;
  readonly logger: HidingLogger;
  readonly takeTokens: (tokens: SlackConfig) => Promise<RefusedTokens | undefined>;
  readonly notice: {
    taken(refusal: string | undefined): Promise<void>;
    tokensTried(refusal: string | undefined): Promise<void>;
  };
  readonly adopt: <Values extends LiveValues>(
    next: Values,
    take: (values: Values) => void,
    names: ChangedNames,
  ) => Promise<void>;
}

/** Resolves once what follows from it is stored. Rejects with `StoreError`, and then the old configuration goes on. */
export async function takeConfig(next: Config, deps: TakeDeps): Promise<AppliedConfig> {
  const { config, current, live, logger } = deps;
  const before = current.config;
  logger.hide(next.secrets);
  const values = liveValuesOf(next);
  const { added, changed, removed } = differenceOf(before, next);
  await live.change((take) => deps.adopt(values, take, { added, changed, removed }));
  current.config = next;
  const atNextStart = settingsForNextStart(config, next);
  const refusal = await deps.takeTokens(next.slack);
  const taken = changed.filter((name) => !refusal?.names.includes(name));
  current.taken = { added, changed: taken, removed, atNextStart, at: deps.clock.now() };
  tell(current.taken, { before, next, logger });
  if (refusal !== undefined)
    logger.error('Tokens of Slack were not taken; the old ones go on.', {
      tokens: refusal.names.join(' '),
      reason: refusal.why,
    });
  await deps.notice.taken(refusal?.why);
  return { atNextStart, ...(refusal === undefined ? {} : { tokensRefused: refusal.names }) };
}

/** Slack may not have answered, or not have known the new token yet. Resolves with whether all tokens of the configuration hold now. */
export async function takeTokensAgain({ current, takeTokens, logger, notice }: TakeDeps): Promise<boolean> {
  const refusal = await takeTokens(current.config.slack);
  if (refusal === undefined) logger.info('The changed tokens of Slack were taken.');
  await notice.tokensTried(refusal?.why);
  return refusal === undefined;
}

function tell(
  { added, changed, removed, atNextStart }: TakenConfig,
  { before, next, logger }: { readonly before: Config; readonly next: Config; readonly logger: HidingLogger },
): void {
  const { apps, rules, digests, warnings } = next;
  logger.info('configuration changed', {
    ...{ apps: apps.length, alerts: rules.length, digests: digests.length },
    ...{ added: added.join(' '), changed: changed.join(' '), removed: removed.join(' ') },
  });
  for (const warning of warnings) logger.warn(warning);
  const hint = renameHint(
    before.apps.map(({ id }) => id),
    apps,
  );
  if (hint !== undefined) logger.warn(hint);
  if (atNextStart.length > 0) logger.warn(`Changes of ${atNextStart.join(', ')} take effect at the next start.`);
}

/** In the order of the file. */
function differenceOf(before: Config, after: Config): ChangedNames {
  const [old, now] = [partsOf(before), partsOf(after)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    changed: [...now].filter(([name, value]) => old.has(name) && old.get(name) !== value).map(([name]) => name),
    removed: [...old.keys()].filter((name) => !now.has(name)),
  };
}

/** Every part with its value as text, by its name. The built-in rules follow from the apps. */
function partsOf(config: Config): ReadonlyMap<string, string> {
  const { slack, apps, rules, digests, maintenance, ...rest } = config;
  const { written: _written, secrets: _secrets, warnings: _warnings, ...others } = rest;
  const byId = (section: string, items: readonly { readonly id: string }[]) =>
    items.map((item): [string, unknown] => [`${section}.${item.id}`, item]);
  const parts: readonly [string, unknown][] = [
    ...Object.entries(slack).map(([name, value]): [string, unknown] => [`slack.${name}`, value]),
    ...Object.entries(others),
    ...byId('apps', apps),
    ...byId('digests', digests),
    ...byId(
      'alerts',
      rules.filter(({ kind }) => kind !== 'unreachable'),
    ),
    ...byId('maintenance', maintenance),
  ];
  return new Map(parts.map(([name, value]) => [name, JSON.stringify(value) ?? '']));
}

/** A sentence where an app is gone and another is new, which may be the same under another id. `known` are the ids of before. */
export function renameHint(
  known: readonly string[],
  apps: readonly { readonly id: string; readonly was?: readonly string[] | undefined }[],
): string | undefined {
  const named = new Set(apps.flatMap(({ id, was = [] }) => [id, ...was]));
  const gone = known.filter((id) => !named.has(id));
  const fresh = apps.filter(({ id, was = [] }) => !known.includes(id) && was.length === 0).map(({ id }) => id);
  if (gone.length === 0 || fresh.length === 0) return undefined;
  const old = gone.length === 1 ? gone.join() : 'ITS-OLD-ID';
  return `App ${gone.join(', ')} is gone and app ${fresh.join(', ')} is new. If one was renamed, write was: [${old}] at the new one: its history goes on then.`;
}
