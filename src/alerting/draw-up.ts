// Puts the view of an incident together: words, colour, buttons, links and the chart that belongs to it.
import { hour, type Instant } from '../clock.ts';
import { linesOf, storyOf, timesLine } from './body.ts';
import { headlineOf } from './headline.ts';
import { isOpen, isSilenced } from './state.ts';
import { memberOf, type StormMember } from './storm.ts';
import { phrasesOf, type Telling } from './telling.ts';
import type { AlertChart, AlertView } from './view.ts';

/** The message of the incident as it stands now. `mentions` are pinged by a new message, never by an edit. */
export function viewOf(telling: Telling, mentions: readonly string[] = []): AlertView {
  const { state, rule, app, level } = telling;
  const chart = chartOf(telling);
  return {
    incident: state.incident ?? rule.id,
    rule: rule.id,
    app: { id: app.id, name: app.name },
    colour: colourOf(telling),
    level,
    headline: headlineOf(telling),
    lines: [...linesOf(telling), timesLine(telling)],
    mentions: [...mentions],
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    ...(app.console === undefined ? {} : { console: app.console }),
    ...(chart === undefined ? {} : { chart }),
    actions: actionsOf(telling),
    openedAt: state.openedAt ?? telling.now,
    ...(isOpen(state) ? {} : { closedAt: state.closedAt ?? telling.now, story: storyOf(telling) }),
  };
}

/** An open or closed incident as the summary of a storm shows it. */
export function stormMember(telling: Omit<Telling, 'level' | 'history'>): StormMember {
  const { level, worst = 'warning' } = telling.state;
  return memberOf(viewOf({ ...telling, level: level ?? worst, history: [] }));
}

/** What the message says without the time that has passed: an edit is worth while only when this changes. */
export function contentOf(telling: Telling): string {
  const frozen = { ...telling, now: telling.state.openedAt ?? telling.now };
  return [headlineOf(frozen), ...linesOf(frozen)].join('\n');
}

function colourOf({ state, level }: Telling): AlertView['colour'] {
  if (!isOpen(state)) return state.closed === 'recovered' ? 'green' : 'grey';
  if (state.stale !== undefined) return 'grey';
  if (state.condition === 'recovering') return 'orange';
  return level === 'critical' ? 'red' : 'orange';
}

function actionsOf({ state, now }: Telling): AlertView['actions'] {
  if (!isOpen(state)) return ['why'];
  if (isSilenced(state, now)) return ['unsilence', 'why'];
  const isHandled = state.handling.as === 'acknowledged' && state.handling.remindedAt === undefined;
  return isHandled ? ['silence', 'why'] : ['acknowledge', 'silence', 'why'];
}

const usualSpan = 3 * hour;
const longestSpan = 24 * hour;

function chartOf(telling: Telling): AlertChart | undefined {
  const { rule, app, state, now } = telling;
  if (rule.metric === undefined) return undefined;
  const to: Instant = isOpen(state) ? now : (state.closedAt ?? now);
  const from = Math.max(to - longestSpan, Math.min(to - usualSpan, (state.begunAt ?? to) - hour));
  return { app: app.id, metric: rule.metric, from, to, limits: phrasesOf(telling).lines.map((line) => ({ ...line })) };
}
