// Suggests settings of a threshold rule by its stored past, with the reason and the counts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { alertPhrasesOf } from '../alerting/notification.ts';
import type { Rule } from '../alerting/rule.ts';
import type { RuleSettings } from '../alerting/rule-override.ts';
import { type CaredIncident, leastDays, measuredDays, suggestLimit, writtenValue } from '../alerting/suggest-limits.ts';
import type { tunePhrases } from '../alerting/tune-phrases.ts';
import type { Instant } from '../clock.ts';
import { connectionLimitOf, metric, type Unit } from '../metrics/catalog.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { SuggestedSettings, TunableRule } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import type { JobsDeps } from './job.ts';
import { readPastCourse } from './past-course.ts';

const phrase = alertPhrasesOf<typeof tunePhrases>();

/** `why` alone where nothing can be suggested. Rejects with `StoreError`. */
export async function suggestSettings(
  { rule, app, settings }: TunableRule,
  deps: Pick<JobsDeps, 'store' | 'clock' | 'live'>,
): Promise<SuggestedSettings> {
  const id = rule.metric;
  const past = await readPastCourse(rule, app, deps);
  const days = past === undefined ? 0 : measuredDays(past);
  if (id === undefined || past === undefined || days < leastDays)
    return { why: [phrase('suggest.tooShort', { rule: rule.id, days, of: leastDays })] };
  const { unit } = metric(id);
  const whole = connectionLimitOf(id, app);
  if (whole !== undefined && rule.direction === 'above') {
    const written = (share: number): string => writtenValue(whole * share, unit);
    const critical = { above: written(0.9), clearAt: written(0.81), for: settings.critical?.for };
    const own = { ...settings, above: written(0.8), clearAt: written(0.72), critical };
    return { settings: own, why: [phrase('suggest.ofWhole', { metric: id, whole })] };
  }
  const from = (past.steps[0] ?? past.samples[0])?.at ?? past.now;
  const cared = await caredIncidents(rule, { from, to: past.now }, deps.store);
  const found = await suggestLimit(rule, { past, cared, unit }, nextTurn);
  if (found === undefined) return { why: [phrase('suggest.tooShort', { rule: rule.id, days, of: leastDays })] };
  const { direction } = rule;
  const { trigger, clear, ...counts } = found;
  const isKept = isBeyond(rule.levels.critical?.trigger, trigger, direction);
  const own: RuleSettings = {
    ...settings,
    ...{ [direction]: writtenValue(trigger, unit), clearAt: writtenValue(clear, unit) },
    critical: isKept ? criticalWithin(rule, { settings, clear }, unit) : undefined,
  };
  const lost: readonly Phrase[] =
    rule.levels.critical === undefined || isKept ? [] : [phrase('suggest.noCritical', { rule: rule.id })];
  return { settings: own, why: [phrase('suggest.byPast', { metric: id, direction, trigger, ...counts }), ...lost] };
}

/** Where the alert itself is over, critical must be as well. */
function criticalWithin(
  { direction, levels: { critical } }: Rule,
  { settings, clear }: { readonly settings: RuleSettings; readonly clear: number },
  unit: Unit,
): RuleSettings['critical'] {
  if (critical === undefined || settings.critical === undefined) return undefined;
  const isBelow = direction === 'below';
  if (isBelow ? critical.clear <= clear : critical.clear >= clear) return settings.critical;
  const room = isBelow ? Math.min(critical.trigger * 1.1, clear) : Math.max(critical.trigger * 0.9, clear);
  return { ...settings.critical, clearAt: writtenValue(room, unit) };
}

function isBeyond(critical: number | undefined, warning: number, direction: Rule['direction']): boolean {
  if (critical === undefined) return false;
  return direction === 'below' ? critical <= warning : critical >= warning;
}

/** Those that somebody acknowledged or wrote a note to: they were worth a person's time. */
async function caredIncidents(
  rule: Rule,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  { alerts }: Pick<Store, 'alerts'>,
): Promise<readonly CaredIncident[]> {
  const cared: CaredIncident[] = [];
  for (const { id, rule: of, openedAt, extreme, acknowledgedBy } of await alerts.incidents(from, to)) {
    if (of !== rule.id || openedAt < from || extreme === undefined) continue;
    const isCared =
      acknowledgedBy !== undefined ||
      (await alerts.events(id)).some(({ kind }) => kind === 'acknowledged' || kind === 'noted');
    if (isCared) cared.push({ openedAt, extreme });
  }
  return cared;
}
