// Calls the pager while Slack refuses the bot's token: then nothing can be posted, and the pager is what still reaches somebody.
import type { AlertView, PagerAction } from '../alerting/notification.ts';
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { JobsDeps } from './job.ts';

export type RefusalPageDeps = Pick<JobsDeps, 'clock' | 'owner' | 'store' | 'live' | 'wake'>;

export interface RefusalPage {
  /** `at`: since when Slack refuses the token. */
  trigger(headline: Phrase, at: Instant): Promise<void>;
  /** Once for each call, and once after a start, because a process before this one may have called. */
  resolve(headline: Phrase): Promise<void>;
}

/** For a bot with a pager. */
export function createRefusalPage(deps: RefusalPageDeps): RefusalPage {
  let calls = 0;
  let mayBeOpen = true;
  const send = async (action: PagerAction, headline: Phrase, at: Instant): Promise<void> => {
    calls += 1;
    if (await deps.store.outbox.add(rowOf({ action, headline, at, number: calls }, deps))) deps.wake();
  };
  return {
    trigger: async (headline, at) => {
      mayBeOpen = true;
      await send('trigger', headline, at);
    },
    resolve: async (headline) => {
      if (!mayBeOpen) return;
      await send('resolve', headline, deps.clock.now());
      mayBeOpen = false;
    },
  };
}

interface Page {
  readonly action: PagerAction;
  readonly headline: Phrase;
  readonly at: Instant;
  readonly number: number;
}

/** The key of the call is the same for every process of this bot, and another than that of a bot beside it at the same service. */
function rowOf({ action, headline, at, number }: Page, { clock, owner, live }: RefusalPageDeps): NewOutboxRow {
  const channel = live.fallbackChannel ?? '';
  const call = ['imstats', 'token', channel, live.apps[0]?.id ?? ''].join(':');
  const stream = `self:refused:${owner}`;
  const now = clock.now();
  const view: AlertView = {
    incident: call,
    rule: 'imstats',
    app: { id: 'imstats', name: 'imstats' },
    colour: action === 'resolve' ? 'green' : 'red',
    level: 'critical',
    headline,
    lines: [],
    mentions: [],
    actions: [],
    openedAt: at,
  };
  return {
    key: `${stream}:page:${number}`,
    stream,
    lane: 'pager',
    seq: number,
    channel,
    operation: 'page',
    broadcast: false,
    message: { kind: 'pager', action, view, key: call },
    causedAt: undefined,
    createdAt: now,
    notBefore: now,
  };
}
