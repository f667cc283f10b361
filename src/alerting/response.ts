// What people have said of an alert, that somebody has it in hand or that it is quiet: what it covers, and what becomes of it with the incident.
import { z } from 'zod';
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { highestLevel, isWorse, Level, lowestLevel, type Rule } from './rule.ts';

/** The last person to acknowledge the incident, kept when the acknowledgement ends. */
const acknowledgedBy = z.string().optional();

const openResponse = z.object({ as: z.literal('open'), acknowledgedBy });

/** `level`: a worse one ends it. Undefined: critical ends it, as in what earlier versions stored. */
const acknowledgement = z.object({
  as: z.literal('acknowledged'),
  by: z.string(),
  at: z.number(),
  until: z.number(),
  level: Level.optional(),
  remindedAt: z.number().optional(),
  acknowledgedBy,
});
export type InHand = z.infer<typeof acknowledgement>;

/** `level`: a level worse than this ends the silence. Undefined: every level, as earlier versions stored it. */
const silence = z.object({
  as: z.literal('silenced'),
  by: z.string(),
  at: z.number(),
  until: z.number(),
  level: Level.optional(),
  /** True where `level` is that of the incident it was said in, and nobody asked for more: with the incident it is over. */
  isOfIncident: z.boolean().optional(),
  /** As the person wrote it. */
  reason: z.string().optional(),
  /** Who had the incident in hand when it was silenced, and has it again when the silence is over. */
  over: acknowledgement.optional(),
  acknowledgedBy,
});
export type Silence = z.infer<typeof silence>;

/** As it is stored; fields of a later version are kept. */
export const anyResponse = z.discriminatedUnion('as', [openResponse.loose(), acknowledgement.loose(), silence.loose()]);

/** What people did with the alert. `by` is a Slack user id. */
export type AlertResponse = z.infer<typeof openResponse> | InHand | Silence;

/** Default length of an acknowledgement. */
export const acknowledgedFor: Readonly<Record<Level, Duration>> = { critical: hour, warning: 8 * hour };

/** How long an answer to the reminder that it ran out is waited for before the alert is open again. */
export const answerWithin: Duration = 30 * minute;

/** True while a silence covers the alert. */
export function isSilenced({ response }: { readonly response: AlertResponse }, at: Instant): boolean {
  return response.as === 'silenced' && response.until > at;
}

/** False for a level worse than the one that it was said for: that ends it. */
export function coversLevel(response: AlertResponse, level: Level): boolean {
  if (response.as === 'open') return false;
  if (response.level === undefined) return response.as === 'silenced' || level === 'warning';
  return !isWorse(level, response.level);
}

/** Which levels of a rule a silence covers: every one, those but the worst, or the worst too for as long as the incident lasts. */
export function coverOf({ level, isOfIncident }: Silence, rule: Rule): 'all' | 'milder' | 'incident' {
  if (level !== undefined && isWorse(highestLevel(rule), level)) return 'milder';
  return isOfIncident === true && level !== lowestLevel(rule) ? 'incident' : 'all';
}

/** The acknowledgement that holds, a silence over it or not; none once its person was asked whether it still does. */
export function inHand(response: AlertResponse): InHand | undefined {
  const said = response.as === 'silenced' ? response.over : response;
  return said?.as === 'acknowledged' && said.remindedAt === undefined ? said : undefined;
}

/** What is left when the silence is over: who had it in hand has it again, where the level is still the one that it was said for. */
export function afterSilence({ over, acknowledgedBy: by }: Silence, level: Level | undefined): AlertResponse {
  if (over !== undefined && level !== undefined && coversLevel(over, level)) return over;
  return { as: 'open', acknowledgedBy: by };
}

/** What is left of it at a level: nothing, where it was said for a milder one. */
export function atLevel(response: AlertResponse, level: Level): AlertResponse {
  if (response.as === 'open' || coversLevel(response, level)) return response;
  return response.as === 'silenced' ? afterSilence(response, level) : { as: 'open' };
}

/** What goes on when the incident is over: of a silence what a silence said in advance would cover. */
export function afterIncident(response: AlertResponse, rule: Rule): AlertResponse {
  if (response.as !== 'silenced') return { as: 'open' };
  const { over: _, isOfIncident, ...silenced } = response;
  return isOfIncident === true ? { ...silenced, level: lowestLevel(rule) } : silenced;
}
