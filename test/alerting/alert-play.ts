// Plays a rule of the configuration poll by poll, and draws what its channel shows after each step as lines of text.

import { type AdvanceInput, concludeStep, eventOf, step } from '../../src/alerting/advance.ts';
import { coalesce } from '../../src/alerting/coalesce.ts';
import type { AlertEvent, StepContext, UserEvent } from '../../src/alerting/events.ts';
import { type Notification, replaceUsers } from '../../src/alerting/notification.ts';
import { mayNotify } from '../../src/alerting/root-edit.ts';
import { isPlatformRule, type Rule } from '../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { kindOf } from '../../src/alerting/rules/index.ts';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import { type AlertState, type Incident, initialState } from '../../src/alerting/state.ts';
import { isStorm, type OtherAlert, stormPlaces } from '../../src/alerting/storm.ts';
import { trendNeeds, trendOf } from '../../src/alerting/trend.ts';
import { conditionOf } from '../../src/alerting/why.ts';
import type { ImApp } from '../../src/app.ts';
import { hour, minute } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import type { Bucket, BucketNeed, PollHealth } from '../../src/metrics/sample.ts';
import type { Block, DrawnMessage } from '../../src/slack/blocks/block.ts';
import { drawMessage } from '../../src/slack/sender.ts';
import { englishWording } from '../../src/wording.ts';
import { app as sampleApp, start } from './sample-rules.ts';

const lengths: Readonly<Record<BucketNeed['tier'], number>> = { raw: minute, fiveMinutes: 5 * minute, hours: hour };

/** What a rule is played with. */
export interface PlayOptions {
  /** The value of the metric before the first poll, by time. */
  readonly past?: (at: number) => number;
  readonly whole?: number;
  readonly app?: Partial<ImApp>;
  /** Earlier incidents. */
  readonly history?: readonly Incident[];
  /** Other rules that say that the same number is wrong. */
  readonly alsoWrong?: readonly string[];
  /** The alerts beside it, with which it may be in a storm. */
  readonly beside?: () => readonly OtherAlert[];
}

/** A rule as it stands in the configuration. */
export function configured(raw: Record<string, unknown>, app: ImApp = sampleApp): Rule {
  const read = ruleFromConfig({ app: 'prod', channel: 'C0ONCALL', mention: ['S0ONCALL'], ...raw }, { app });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.rule;
}

export const platformRule = unreachableRule(sampleApp, 'C0ONCALL', ['S0ONCALL']);

/** One alert of a rule. Minutes are counted from 03:00 in Taipei. */
export class AlertPlay {
  private state: AlertState;
  private now = start;
  private readonly samples = new Map<number, number>();
  private health: PollHealth = { app: 'prod', lastTriedAt: start, lastGoodAt: start, failures: 0 };
  private readonly told: Notification[] = [];
  private drawn = 0;
  private readonly app: ImApp;
  context: StepContext = {};

  private rule: Rule;
  private readonly options: PlayOptions;

  constructor(rule: Rule, options: PlayOptions = {}) {
    this.rule = rule;
    this.options = options;
    this.app = { ...sampleApp, ...options.app };
    this.state = initialState(rule);
  }

  /** The same value once a minute to this minute, included; undefined: it is not in the answer. */
  polls(to: number, value: number | undefined | ((at: number) => number)): this {
    for (; this.now <= start + to * minute; this.now += minute) {
      const shown = typeof value === 'function' ? value((this.now - start) / minute) : value;
      if (shown !== undefined) this.samples.set(this.now, shown);
      this.health = { app: 'prod', lastTriedAt: this.now, lastGoodAt: this.now, failures: 0 };
      this.measure(shown);
    }
    return this;
  }

  /** The platform does not answer to this minute, included. */
  silent(to: number, reason: Phrase): this {
    for (; this.now <= start + to * minute; this.now += minute) {
      this.health = { ...this.health, lastTriedAt: this.now, failures: this.health.failures + 1, reason };
      this.measure(undefined);
    }
    return this;
  }

  person(action: UserEvent['action'], more: { who?: string; until?: number; text?: string; undo?: number } = {}): this {
    const { who = 'U0BOB', until, text, undo } = more;
    const at = this.now - minute / 2;
    const id = undo === undefined ? String(at) : String(undo);
    return this.happens({
      type: 'user',
      action,
      who,
      at,
      id,
      text,
      until: until === undefined ? undefined : start + until * minute,
    });
  }

  happens(event: AlertEvent): this {
    const { state: after, effects } = step(this.state, event, this.rule, this.context);
    const input: AdvanceInput = {
      before: this.state,
      after,
      effects,
      event,
      rule: this.rule,
      app: this.app,
      history: this.options.history ?? [],
      trend: mayNotify({ after, effects, now: event.at }) ? this.trend(event.at) : undefined,
      alsoWrong: this.options.alsoWrong,
      storms: stormPlaces(
        { rule: this.rule, after, effects, now: event.at },
        (this.options.beside?.() ?? []).filter(({ rule }) => rule.id !== this.rule.id),
      ),
    };
    const { state, notifications } = concludeStep(input);
    this.state = state;
    this.told.push(...notifications);
    return this;
  }

  /** The rule of the configuration is another one now. */
  becomes(rule: Rule): this {
    this.rule = rule;
    return this.happens({ type: 'ruleChanged', at: this.now - minute / 2 });
  }

  removed(because?: 'paused' | 'replaced'): this {
    return this.happens({ type: 'ruleRemoved', at: this.now - minute / 2, ...(because && { because }) });
  }

  /** As the alerts beside it see it. */
  asOther(): OtherAlert {
    return { rule: this.rule, app: this.app, state: this.state };
  }

  private measure(shown: number | undefined): void {
    const { rule, now, health } = this;
    const metric = rule.metric ?? 'memory.free_ratio';
    const values: MetricValues =
      shown === undefined ? {} : { [metric]: shown, ...(this.options.whole && { 'memory.total': this.options.whole }) };
    const kind = kindOf(rule);
    const data = kind.needs(rule, now).map((need) => this.read(need));
    const measured = kind.measure(rule, { now, values, zone: this.app.timezone, data, poll: health, excluded: [] });
    this.happens(
      eventOf(isPlatformRule(rule) || health.failures === 0 ? measured : { state: 'unknown' }, {
        at: now,
        why: health.reason,
      }),
    );
  }

  private trend(now: number): Phrase | undefined {
    const needs = trendNeeds(this.rule, now);
    const shown = this.state.machine.last?.shown;
    if (needs === undefined || shown === undefined) return undefined;
    const data = needs.map((need) => this.read(need));
    return trendOf(this.rule, this.app, { now, shown, whole: this.options.whole, data });
  }

  private valueAt(at: number): number | undefined {
    return at < start ? this.options.past?.(at) : this.samples.get(at);
  }

  private readonly hours = new Map<string, readonly Bucket[]>();

  /** What was before the play stays as it is. */
  private read(need: BucketNeed): readonly Bucket[] {
    const key = JSON.stringify(need);
    const known = this.hours.get(key);
    const isPast = need.to <= start;
    if (isPast && known !== undefined) return known;
    const buckets = this.bucketsOf(need);
    if (isPast) this.hours.set(key, buckets);
    return buckets;
  }

  private bucketsOf({ tier, from, to }: BucketNeed): Bucket[] {
    const length = lengths[tier];
    const buckets: Bucket[] = [];
    for (let at = Math.ceil(from / length) * length; at < Math.min(to, this.now + 1); at += length) {
      // Before the play one value stands for a bucket.
      const times = at < start ? [at] : Array.from({ length: length / minute }, (_, index) => at + index * minute);
      const known = times.flatMap((time) => this.valueAt(time) ?? []);
      const [first] = known;
      if (first === undefined) continue;
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      const last = known.at(-1) ?? first;
      const lastAt = times.at(-1) ?? at;
      buckets.push({ at, min: Math.min(...known), max: Math.max(...known), mean, last, lastAt, samples: known.length });
    }
    return buckets;
  }

  /** The root in each of its channels, and the lines of the threads since the last look. */
  drawChannels(label: string): string {
    const fresh = this.told.slice(this.drawn);
    this.drawn = this.told.length;
    const channels = [...new Set(this.told.filter(({ lane }) => lane === 'slack').map(({ channel }) => channel))];
    return [
      `── ${clockAt(this.now)} ${label}`,
      ...channels.flatMap((channel) => [
        `in ${channel}`,
        ...rootAndLines(
          this.told.filter((one) => one.channel === channel),
          fresh.filter((one) => one.channel === channel),
        ),
      ]),
    ].join('\n');
  }

  /** The summary of a storm of these alerts, and what its thread got since the last look, as it is sent where all of it waits. */
  static drawStorm(plays: readonly AlertPlay[], label: string): string {
    const inStorm = (told: readonly Notification[]) => told.filter(({ stream }) => isStorm(stream));
    const inOrder = (told: readonly Notification[]) => told.toSorted((a, b) => a.seq - b.seq);
    const all = inOrder(plays.flatMap(({ told }) => inStorm(told)));
    const fresh = inOrder(plays.flatMap(({ told, drawn }) => inStorm(told.slice(drawn))));
    for (const play of plays) play.drawn = play.told.length;
    const waiting = fresh.map((row) => ({ ...row, state: 'pending' })).filter(({ message }) => message.kind === 'line');
    const sent = coalesce(waiting).keep.map(({ row, message }) => ({ ...row, message }) as Notification); // of a line, a line
    return [`── ${clockAt(Math.max(...plays.map(({ now }) => now)))} ${label}`, ...rootAndLines(all, sent)].join('\n');
  }

  /** The root as it stands now, and the lines that its thread got since it was drawn last. */
  draw(label: string): string {
    const isNew = this.told.length > this.drawn;
    const root = this.told.findLast(({ message }) => message.kind === 'alert');
    const lines = this.told.slice(this.drawn).filter(({ message }) => message.kind === 'line');
    const pages = this.told.slice(this.drawn).filter(({ lane }) => lane === 'pager');
    this.drawn = this.told.length;
    const list = englishWording.text(conditionOf(this.state, this.rule, this.app, this.now - minute));
    return [
      `── ${clockAt(this.now)} ${label}`,
      ...(root === undefined ? ['(nothing was said)'] : rendered(draw(root))),
      ...(isNew ? [] : ['(no edit since)']),
      ...lines.map(lineOf),
      ...pages.flatMap(({ message }) => (message.kind === 'pager' ? [`  pager: ${message.action}`] : [])),
      `  list: ${flat(list)}`,
    ].join('\n');
  }
}

/** The last minute that was polled, in Taipei. */
const clockAt = (now: number): string => new Date(now - minute + 8 * hour).toISOString().slice(11, 16);

const lineOf = (line: Notification): string =>
  `  ${line.broadcast ? '↳ in the channel too: ' : '↳ '}${rendered(draw(line)).join(' ')}`;

function rootAndLines(all: readonly Notification[], fresh: readonly Notification[]): string[] {
  const root = all.findLast(({ message }) => message.kind === 'alert');
  const lines = fresh.filter(({ message }) => message.kind === 'line');
  return [...(root === undefined ? ['(nothing was said)'] : rendered(draw(root))), ...lines.map(lineOf)];
}

function draw({ message }: Notification): DrawnMessage {
  if (message.kind === 'pager') throw new Error('not for Slack');
  return drawMessage(message, [], englishWording);
}

const names: Readonly<Record<string, string>> = { U0BOB: '@bob', U0ALICE: '@alice', U0LEAD: '@lead' };

/** Mentions and times as a reader sees them, spaces and marks of isolation as nothing. */
const flat = (text: string): string =>
  replaceUsers(text, (id) => names[id] ?? id)
    .replace(/<@(U\w+)>/g, (_all, id: string) => names[id] ?? id)
    .replace(/<!subteam\^S0ONCALL>/g, '@oncall')
    .replace(/<!date\^\d+\^[^|]*\|([^>]*?)(?: Asia\/Taipei)?>/g, '$1')
    .replace(/[\u2068\u2069]/g, '')
    .replaceAll('\u00A0', ' ')
    .replaceAll('\n', '\n  ');

const TextOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'text' in value ? String(value.text) : '';

function rendered({ blocks }: DrawnMessage): string[] {
  return blocks.flatMap((block: Block) => {
    const parts = Array.isArray(block['elements']) ? block['elements'] : [];
    if (block.type === 'section') return [flat(TextOf(block['text']))];
    if (block.type === 'context') return [`  (small) ${flat(parts.map(TextOf).join(' '))}`];
    if (block.type !== 'actions') return [`[${block.type}]`];
    return [
      parts
        .map((part: { text?: unknown; placeholder?: unknown }) => `[${TextOf(part.text ?? part.placeholder)}]`)
        .join(' '),
    ];
  });
}
