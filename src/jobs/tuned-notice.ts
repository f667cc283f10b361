// The message in the channel of a rule that its limits were changed in Slack: what differs, with the picture of the past and both limits.

import type { changePhrases } from '../alerting/change-phrases.ts';
import { type AlertChart, type AlertView, alertPhrasesOf } from '../alerting/notification.ts';
import { highestLevel, levelsOf, type Rule } from '../alerting/rule.ts';
import { settingFacts } from '../alerting/setting-change.ts';
import type { tunePhrases } from '../alerting/tune-phrases.ts';
import { type Duration, day, hour, type Instant } from '../clock.ts';
import type { LiveValues } from '../service-types.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';

const phrase = alertPhrasesOf<typeof changePhrases & typeof tunePhrases>();

/** A rule before and after its change. */
interface TunedRule {
  readonly before: Rule;
  readonly after: Rule;
  readonly by: string;
  readonly at: Instant;
  readonly live: Pick<LiveValues, 'apps'>;
}

/** What the picture shows of the past: no more than is stored, and no less than this. */
const [mostShown, leastShown]: readonly [Duration, Duration] = [7 * day, hour];

/** Adds the message and its picture to the outbox, within the transaction `tx`. */
export async function tellTuned(tx: Store, tuned: TunedRule): Promise<void> {
  const { after, at } = tuned;
  const stream = `tuned:${after.id}@${at}`;
  const oldest = await tx.samples.oldest(after.app);
  const from = Math.min(at - leastShown, Math.max(at - mostShown, oldest ?? 0));
  const view = viewOf(tuned, { stream, from });
  const row = {
    ...{ key: `${stream}:0`, stream, seq: 0, channel: after.channel, broadcast: false },
    ...{ causedAt: undefined, createdAt: at, notBefore: at },
  } as const;
  const root: NewOutboxRow = { ...row, lane: 'slack', operation: 'post', message: { kind: 'alert', view } };
  await tx.outbox.add(root);
  if (view.chart === undefined) return;
  const picture = { lane: 'picture', operation: 'picture', message: { kind: 'picture' } } as const;
  await tx.outbox.add({ ...row, ...picture, key: `${root.key}:picture` });
}

/** It is over as it begins: nothing of it can stay open. */
function viewOf(
  { before, after, by, at, live }: TunedRule,
  { stream, from }: { readonly stream: string; readonly from: Instant },
): AlertView {
  const app = live.apps.find(({ id }) => id === after.app);
  const name = app?.name ?? after.app;
  const [old, now] = [settingFacts(before), settingFacts(after)];
  const lines =
    old === undefined || now === undefined ? [] : [phrase('change.tuned', { rule: after.id, before: old, after: now })];
  const headline = phrase('tune.headline', { rule: after.id, app: name, by });
  const chart = chartOf(before, after, { from, to: at });
  return {
    ...{ incident: stream, rule: after.id, app: { id: after.app, name }, colour: 'grey', level: highestLevel(after) },
    ...{ headline, lines: [...lines, phrase('tune.holds', {})], mentions: [], actions: ['why'] },
    ...{ openedAt: at, closedAt: at, story: headline, ...(chart === undefined ? {} : { chart }) },
  };
}

/** With the limits that hold, and those of before that differ. */
function chartOf(
  before: Rule,
  after: Rule,
  span: { readonly from: Instant; readonly to: Instant },
): AlertChart | undefined {
  const { metric, app } = after;
  if (metric === undefined) return undefined;
  const limitsOf = (rule: Rule, isNow: boolean) =>
    levelsOf(rule).flatMap((level) => {
      const value = rule.levels[level]?.trigger;
      const other = (isNow ? before : after).levels[level]?.trigger;
      if (value === undefined || (!isNow && value === other)) return [];
      return [{ label: phrase('tune.limit', { metric, value, level, isNow: isNow || value === other }), value }];
    });
  return { app, metric, ...span, limits: [...limitsOf(after, true), ...limitsOf(before, false)] };
}
