// The subcommands of `/imstats`, in the order of help. A new one is a file here and a line below.
import type { Subcommand } from '../command/subcommand.ts';
import { acknowledge, alerts, silence, unsilence, why } from './alerts.ts';
import { apps } from './apps.ts';
import { digest } from './digest.ts';
import { health } from './health.ts';
import { help } from './help.ts';
import { connections, groups, memory, messages, rooms, users } from './metric-groups.ts';
import { summary } from './summary.ts';
import { trend } from './trend.ts';

export const subcommands: readonly Subcommand[] = [
  summary,
  users,
  messages,
  groups,
  rooms,
  connections,
  memory,
  trend,
  alerts,
  why,
  silence,
  unsilence,
  acknowledge,
  digest,
  apps,
  health,
  help,
];
