// What Home shows, as facts: how each app stands, its alerts, what is quiet, what comes next; and in which order.
import type { Instant } from '../../clock.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import type { Standing } from '../../reports/report.ts';
import { byStatus, worstStatus } from '../../reports/status.ts';
import type { AlertLine } from '../../service-types.ts';

export interface HomeApp {
  readonly id: string;
  readonly name: string;
  readonly standing: Standing | undefined;
  /** Line 1 of its summary; of a platform that fails the reason. */
  readonly headline: Phrase;
  readonly asOf: Instant | undefined;
  readonly zone: string;
  /** Its newest numbers are not of now. */
  readonly isStale: boolean;
}

/** An alert that is open, cannot be judged or is kept quiet. */
export interface HomeAlert extends AlertLine {
  /** Of its message. */
  readonly address?: string | undefined;
}

export interface HomeFacts {
  readonly apps: readonly HomeApp[];
  /** The worst first. */
  readonly alerts: readonly HomeAlert[];
  /** What is in maintenance, and what comes next; a sentence each. */
  readonly maintenance: readonly Phrase[];
  /** What of it was begun by people, who can end it. */
  readonly periods: readonly { readonly id: string; readonly name: string }[];
  readonly digests: readonly { readonly id: string; readonly at: Instant; readonly zone: string }[];
  readonly now: Instant;
  readonly zone: string;
}

/** What the reader may do, so that nothing else is offered. */
export interface HomeRights {
  readonly isManager: boolean;
}

/** An app with the alerts that are open on it. */
export interface AppWithAlerts {
  readonly app: HomeApp;
  /** The worst of its numbers and of its alerts. */
  readonly standing: Standing | undefined;
  readonly alerts: readonly HomeAlert[];
}

/** What stands in Home, within Slack's limit of 100 blocks, and how much more there is. */
export interface HomePlan {
  readonly apps: readonly AppWithAlerts[];
  readonly moreApps: { readonly count: number; readonly troubled: number };
  readonly moreAlerts: number;
  readonly notJudged: readonly HomeAlert[];
  readonly moreNotJudged: number;
  /** Silenced or closed for now, and not open. */
  readonly muted: readonly HomeAlert[];
  readonly moreMuted: number;
}

/** One block for each app and two for each open alert leave room for the rest. */
const [mostApps, mostAlerts, mostNotJudged, mostMuted] = [30, 15, 10, 5];

/** The troubled apps first, each with its alerts; what has no room is counted. */
export function planHome({ apps, alerts }: Pick<HomeFacts, 'apps' | 'alerts'>): HomePlan {
  const open = alerts.filter(({ incident }) => incident !== undefined);
  const notJudged = alerts.filter(({ incident, isNotJudged }) => incident === undefined && isNotJudged === true);
  const muted = alerts.filter((one) => one.incident === undefined && one.isNotJudged !== true && isQuiet(one));
  const ordered = apps
    .map((app): AppWithAlerts => {
      const own = open.filter((one) => one.app.id === app.id);
      return { app, alerts: own, standing: worstStatus([app.standing, ...own.map(({ level }) => level)]) };
    })
    .sort((a, b) => byStatus(a.standing, b.standing));
  const shown = withRoom(ordered.slice(0, mostApps));
  const rest = ordered.slice(mostApps);
  const told = shown.reduce((count, one) => count + one.alerts.length, 0);
  return {
    apps: shown,
    moreApps: { count: rest.length, troubled: rest.filter(isTroubled).length },
    moreAlerts: open.length - told,
    notJudged: notJudged.slice(0, mostNotJudged),
    moreNotJudged: Math.max(0, notJudged.length - mostNotJudged),
    muted: muted.slice(0, mostMuted),
    moreMuted: Math.max(0, muted.length - mostMuted),
  };
}

const isQuiet = ({ isSilenced = false, isHeld = false }: HomeAlert): boolean => isSilenced || isHeld;

const isTroubled = ({ standing }: AppWithAlerts): boolean => byStatus(standing, 'good') < 0;

/** The alerts of the first apps, as many as there is room for. */
function withRoom(apps: readonly AppWithAlerts[]): readonly AppWithAlerts[] {
  let left = mostAlerts;
  return apps.map((one) => {
    const alerts = one.alerts.slice(0, left);
    left -= alerts.length;
    return { ...one, alerts };
  });
}
