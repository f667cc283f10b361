// The views of `/imstats`, in the order of help. A new one is a file here and a line below.
import type { ViewWords } from '../question.ts';
import type { View } from '../view.ts';
import { acknowledge } from './acknowledge.ts';
import { alerts } from './alerts.ts';
import { apps } from './apps.ts';
import { connections } from './connections.ts';
import { digest } from './digest.ts';
import { groups } from './groups.ts';
import { health } from './health.ts';
import { help } from './help.ts';
import { memory } from './memory.ts';
import { messages } from './messages.ts';
import { rooms } from './rooms.ts';
import { silence } from './silence.ts';
import { summary } from './summary.ts';
import { trend } from './trend.ts';
import { unsilence } from './unsilence.ts';
import { users } from './users.ts';
import { why } from './why.ts';

export const views: readonly View[] = [
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

/** A view as a line of the README: what to type and what it gives. */
export function usageOf(view: ViewWords): string {
  return ['/imstats', view.id, view.usage].filter((word) => word !== '').join(' ');
}
