// Draws the Home tab: how each app stands, what is open, when the next digests come. No charts: Slack does not show them there.

import type { Instant } from '../../clock.ts';
import type { Standing } from '../../reports/report.ts';
import { type Block, context, section } from './block.ts';
import { truncate } from './limits.ts';
import { circleOf } from './standing.ts';
import { dateText, plain } from './text.ts';

/** What the Home tab shows. */
export interface HomeFacts {
  readonly apps: readonly {
    readonly standing: Standing | undefined;
    readonly headline: string;
    readonly asOf: Instant | undefined;
    readonly zone: string;
  }[];
  /** A sentence each. */
  readonly alerts: readonly string[];
  readonly digests: readonly { readonly id: string; readonly at: Instant; readonly zone: string }[];
  readonly now: Instant;
  readonly zone: string;
}

const maxApps = 30;
const maxLines = 15;

/** The blocks of the view; Slack allows 100. */
export function drawHome(facts: HomeFacts): readonly Block[] {
  const apps = facts.apps.slice(0, maxApps).map(({ standing, headline, asOf, zone }) => {
    const age = asOf === undefined ? 'not measured yet' : `as of ${dateText(asOf, zone)}`;
    return section(`${circleOf(standing)}*${truncate(plain(headline), 300)}*\n${age}`);
  });
  const more =
    facts.apps.length > maxApps ? [context(`… ${facts.apps.length - maxApps} more apps: \`/imstats apps\``)] : [];
  return [
    { type: 'header', text: { type: 'plain_text', text: 'Your apps', emoji: false } },
    ...(apps.length === 0 ? [section('No app is configured.')] : apps),
    ...more,
    { type: 'header', text: { type: 'plain_text', text: 'Alerts', emoji: false } },
    section(
      listed(
        facts.alerts.map((line) => truncate(plain(line), 300)),
        'No open alerts.',
      ),
    ),
    { type: 'header', text: { type: 'plain_text', text: 'Next digests', emoji: false } },
    section(
      listed(
        facts.digests.map(({ id, at, zone }) => `${plain(id)}: ${dateText(at, zone)}`),
        'No digest is scheduled.',
      ),
    ),
    context(
      `Type \`/imstats\` in any channel, \`/imstats help\` for everything. Updated ${dateText(facts.now, facts.zone)}.`,
    ),
  ];
}

function listed(lines: readonly string[], none: string): string {
  if (lines.length === 0) return none;
  const rest = lines.length > maxLines ? [`… ${lines.length - maxLines} more`] : [];
  return truncate([...lines.slice(0, maxLines).map((line) => `• ${line}`), ...rest].join('\n'), 2_900);
}
