// Hands incidents over to PagerDuty's Events API v2: trigger, acknowledge, resolve, each call under a key of its own.
import { z } from 'zod';
import type { messagePhrases } from '../alerting/alert-phrases.ts';
import { type AlertView, alertPhrasesOf, type PagerAction, replaceUsers } from '../alerting/notification.ts';
import { type Clock, second, withTimeout } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import { momentsInWords } from '../metrics/format-time.ts';
import { type Phrase, phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { Pager, PagerCall } from '../store/outbox.ts';
import type { deliveryPhrases } from './delivery-phrases.ts';
import { deliveryError } from './outcome.ts';

const phrase = alertPhrasesOf<typeof messagePhrases>();
const say = phrasesOf<typeof deliveryPhrases>();

/** How PagerDuty is reached. `routingKey`, a secret, is that of the service that is called where none of `keys` is named. */
export interface PagerDutyOptions {
  /** Base address, with or without a last slash. */
  readonly url: string;
  readonly routingKey: string;
  /** Of further services, by name; secrets as well. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly wording: Wording;
}

/** The same key for all three actions of a call, so that sending one twice changes nothing. */
export function createPagerDuty(options: PagerDutyOptions): Pager {
  const address = `${options.url.replace(/\/+$/, '')}/v2/enqueue`;
  return {
    send: async (action, view, call = {}) => {
      const body = JSON.stringify(eventOf(action, { view, call }, options));
      const answer = await post(address, body, options);
      if (answer.status >= 200 && answer.status < 300) return;
      throw refusal(answer);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly reason: string | undefined;
}

async function post(address: string, body: string, { fetch, clock }: PagerDutyOptions): Promise<Answer> {
  const late = (): DeliveryError => deliveryError('unknown', 'timeout', say('pager.late'));
  try {
    return await withTimeout(clock, { after: 10 * second, late }, async (signal) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(address, { method: 'POST', headers, body, redirect: 'error', signal });
      const seconds = Number(response.headers.get('retry-after'));
      const reason = reasonOf(await response.text());
      return { status: response.status, retryAfterMs: seconds > 0 ? seconds * second : undefined, reason };
    });
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    // It may have arrived; the key makes a repeat harmless.
    throw deliveryError('unknown', 'network', say('pager.unreachable'));
  }
}

const Refused = z.object({ message: z.string().optional(), errors: z.array(z.string()).optional() });

function reasonOf(text: string): string | undefined {
  try {
    const { message, errors = [] } = Refused.parse(JSON.parse(text));
    return [message, ...errors]
      .filter((part) => part !== undefined)
      .join('; ')
      .slice(0, 200);
  } catch {
    return undefined;
  }
}

function refusal({ status, retryAfterMs, reason }: Answer): DeliveryError {
  const details = { retryAfterMs };
  if (status === 429) return deliveryError('not-sent', 'ratelimited', say('pager.busy'), details);
  if (status >= 500) return deliveryError('unknown', `http_${status}`, say('pager.http', { status }), details);
  return deliveryError('refused', `http_${status}`, say('pager.refused', { status, reason }), {
    advice: say('pager.checkKey'),
  });
}

/** The levels are severities of PagerDuty too; its summary takes 1,024 characters. */
function eventOf(
  action: PagerAction,
  { view, call }: { readonly view: AlertView; readonly call: PagerCall },
  { routingKey, keys = {}, wording }: Pick<PagerDutyOptions, 'routingKey' | 'keys' | 'wording'>,
): object {
  const plain = (text: Phrase): string => replaceUsers(momentsInWords(wording.marked.text(text)), (id) => id);
  return {
    // A key that was named and is gone from the configuration: somebody is called all the same.
    routing_key: (call.service === undefined ? undefined : keys[call.service]) ?? routingKey,
    event_action: action,
    dedup_key: (call.key ?? view.incident).slice(0, 255),
    ...(action === 'trigger' ? { payload: payloadOf(view, plain), links: linksOf(view, wording) } : {}),
  };
}

function payloadOf(view: AlertView, plain: (text: Phrase) => string): object {
  return {
    summary: plain(view.headline).slice(0, 1_024),
    source: view.app.name,
    severity: view.level,
    component: view.app.id,
    class: view.rule,
    timestamp: new Date(view.openedAt).toISOString(),
    custom_details: { lines: [...view.lines, ...(view.context ?? [])].map(plain) },
  };
}

function linksOf(view: AlertView, { text }: Wording): { href: string; text: string }[] {
  return [
    ...(view.runbook === undefined ? [] : [{ href: view.runbook, text: text(phrase('alert.runbook', {})) }]),
    ...(view.console === undefined ? [] : [{ href: view.console, text: text(phrase('alert.console', {})) }]),
  ];
}
