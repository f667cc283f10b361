// The subcommands of `/imstats`, in the order of help. A new one is a file here and a line below.
import type { Subcommand } from '../command/subcommand.ts';
import { acknowledge, call, extend, takeover, undo } from './acknowledge.ts';
import { alerts } from './alerts.ts';
import { changes } from './changes.ts';
import { digest } from './digest.ts';
import { exportNumbers } from './export.ts';
import { health } from './health.ts';
import { help, whoami } from './help.ts';
import { history } from './history.ts';
import { maintenance } from './maintenance.ts';
import { connections, groups, memory, messages, rooms, users } from './metric-groups.ts';
import { normal, note, resolve, silence, test, unsilence, why } from './silence.ts';
import { suggest } from './suggest.ts';
import { apps, summary } from './summary.ts';
import { metrics, trend } from './trend.ts';
import { tune } from './tune.ts';

export const subcommands: readonly Subcommand[] = [
  summary,
  users,
  messages,
  groups,
  rooms,
  connections,
  memory,
  trend,
  metrics,
  exportNumbers,
  history,
  alerts,
  why,
  note,
  silence,
  unsilence,
  acknowledge,
  takeover,
  extend,
  call,
  undo,
  resolve,
  normal,
  maintenance,
  test,
  tune,
  suggest,
  changes,
  digest,
  apps,
  health,
  whoami,
  help,
];
