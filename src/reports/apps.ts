// The view `apps`: every app with how it stands, in one line each.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { platformName, reportsDays } from '../metrics/capabilities.ts';
import { formatAge, formatQuantity, listWords } from '../metrics/format.ts';
import { addDays, localDate } from '../time-zone.ts';
import { dayFacts } from './day-summary.ts';
import { sentence, silenceWords } from './notes.ts';
import type { Needs, Readings } from './readings.ts';
import type { Report, Standing } from './report.ts';
import { asOf, concernsOf, isFailing, isStale, knownValues, standingOf, worstStanding } from './standing.ts';
import { calmFacts } from './summary.ts';

/** What `appsReport` wants to know of each app beside its newest snapshot, poll state, alerts and limits. */
export function appsNeeds(app: ImApp, now: Instant): Needs {
  if (!reportsDays(app.platform)) return { buckets: [] };
  const today = localDate(now, app.timezone);
  return { buckets: [], days: { from: addDays(today, -3), to: today } };
}

const standingWords: Readonly<Record<Standing, string>> = {
  good: 'fine',
  warning: 'warning',
  critical: 'critical',
  unknown: 'not known',
};

/** One row per app; line 1 counts them and names those that need a look. */
export function appsReport(apps: readonly Readings[], frame: { readonly now: Instant; readonly zone: string }): Report {
  const rows = apps.map((readings) => ({ readings, standing: appStanding(readings) }));
  const standing = worstStanding(rows.map((row) => row.standing));
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: overviewWords(rows.map(({ readings: { app }, standing: one }) => ({ app, standing: one }))),
    asOf: frame.now,
    zone: frame.zone,
    stale: false,
    sections: [
      {
        figures: [],
        table: {
          columns: ['App', 'State', 'Numbers', 'As of'],
          rows: rows.map(({ readings, standing: one }) => [
            nameOf(readings.app),
            standingWords[one],
            numbersOf(readings),
            ageOf(readings),
          ]),
        },
        lines: [],
        charts: [],
      },
    ],
    notes: rows.flatMap(({ readings }) => alertNote(readings)),
  };
}

/** `2 apps, all fine`, `2 apps: Production chat needs a look`. */
export function overviewWords(
  apps: readonly { readonly app: Pick<ImApp, 'name'>; readonly standing: Standing | undefined }[],
): string {
  const troubled = apps.filter(({ standing }) => standing !== 'good').map(({ app }) => app.name);
  const all = formatQuantity(apps.length, 'app');
  if (troubled.length === 0) return `${all}, ${apps.length === 1 ? 'and it is' : 'all'} fine`;
  return `${all}: ${listWords(troubled)} ${troubled.length === 1 ? 'needs' : 'need'} a look`;
}

/** `Production chat (prod, IMKit)`: the id is what commands take. */
function nameOf(app: ImApp): string {
  return `${app.name} (${app.id}, ${platformName(app.platform)})`;
}

function appStanding(readings: Readings): Standing {
  return isFailing(readings) ? 'unknown' : standingOf(readings, knownValues(readings));
}

function numbersOf(readings: Readings): string {
  const { poll, latest } = readings;
  if (isFailing(readings)) return poll?.reason ?? silenceWords(readings);
  const [concern] = latest === undefined ? [] : concernsOf(readings, latest.values);
  if (concern !== undefined) return concern.words;
  const facts = reportsDays(readings.app.platform) ? dayFacts(readings) : calmFacts(latest?.values ?? {});
  return facts.length === 0 ? 'nothing measured yet' : facts.join(', ');
}

function ageOf(readings: Readings): string {
  const at = asOf(readings);
  if (at === undefined) return 'never';
  return `${formatAge(at, readings.now)}${isStale(readings) ? ', stale' : ''}`;
}

function alertNote({ app, alerts }: Readings): string[] {
  if (alerts.length === 0) return [];
  return [
    sentence(
      `${app.name}: ${formatQuantity(alerts.length, 'open alert')}, ${listWords(alerts.map((alert) => alert.rule))}`,
    ),
  ];
}
