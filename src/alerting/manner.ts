// How each effect is told: in the thread, in the channel, in the root, to whom, and to the pager.
import type { Effect, EffectKind } from './event.ts';
import { highestLevel } from './limits.ts';
import type { Telling } from './telling.ts';

type Stood = Pick<Telling, 'level' | 'rule'>;

/** How each effect is told. `line` goes into the thread; `edit` changes the root at once. The rest waits for the next edit. */
const manner: {
  readonly [kind in EffectKind]?: {
    readonly line?: true;
    readonly broadcast?: true;
    readonly edit?: true;
    readonly ping?: true;
  };
} = {
  escalated: { line: true, broadcast: true, edit: true, ping: true },
  downgraded: { line: true, edit: true },
  recovering: { line: true },
  returned: { line: true },
  resolved: { line: true, broadcast: true, edit: true },
  closed: { line: true, edit: true },
  repeated: { line: true, edit: true, ping: true },
  summoned: { line: true, edit: true, ping: true },
  acknowledged: { line: true, edit: true },
  reminded: { line: true, edit: true },
  lapsed: { line: true, edit: true },
  silenced: { line: true, edit: true },
  unsilenced: { line: true, edit: true },
  silenceEnded: { line: true, edit: true },
  stale: { line: true, edit: true },
  fresh: { line: true, edit: true },
  flapping: { line: true, edit: true },
  calm: { line: true },
  limitsChanged: { line: true, edit: true },
};

/** While an alert flaps, each swing is an edit and not a line, and is not kept in the history either. */
export const swings: ReadonlySet<EffectKind> = new Set(['recovering', 'returned']);

/** True for what goes into the thread as a line of its own. */
export function isLine({ kind }: Effect, isFlapping: boolean): boolean {
  return manner[kind]?.line === true && !(isFlapping && swings.has(kind));
}

/** True for what changes the root at once. */
export function isEdit({ kind }: Effect): boolean {
  return manner[kind]?.edit === true;
}

/** True for what the channel sees too. Repeats reach it for critical only. */
export function isBroadcast({ kind }: Effect, { level }: Stood): boolean {
  return kind === 'repeated' ? level === 'critical' : manner[kind]?.broadcast === true;
}

/** The people that the rule pings, when what fires is its highest level. */
export function pinged({ level, rule }: Stood): readonly string[] {
  return level === highestLevel(rule) ? rule.mention : [];
}

/** The people that a line pings. */
export function mentionsOf({ kind, actor }: Effect, telling: Stood): readonly string[] {
  if (kind === 'reminded') return actor === undefined ? [] : [actor];
  if (kind === 'summoned') return telling.rule.escalate?.mention ?? [];
  return manner[kind]?.ping === true ? pinged(telling) : [];
}

/** What the pager hears: of what pings people, and of its end; undefined for nothing. `paged`: it has been called. */
export function pagerAction(
  effect: Effect,
  { level, rule }: Stood,
  paged: boolean,
): 'trigger' | 'acknowledge' | 'resolve' | undefined {
  if (effect.closed !== undefined) return paged ? 'resolve' : undefined;
  if (effect.quiet !== undefined) return undefined;
  if (effect.kind === 'acknowledged') return paged ? 'acknowledge' : undefined;
  const calls = ['opened', 'announced', 'escalated', 'lapsed'].includes(effect.kind);
  return calls && level === highestLevel(rule) ? 'trigger' : undefined;
}
