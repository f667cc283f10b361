// A small model of an alert, written from its specification and not from its code: a second opinion for the property test.
import type { AlertEvent, StepContext } from '../../src/alerting/events.ts';
import type { Level, Rule } from '../../src/alerting/rule.ts';
import { day, hour, minute } from '../../src/clock.ts';
import { type Person, personAfter, rank, unsilenced, withoutIncident } from './reference-person.ts';

/** What the model and the machine must agree on after every event. */
export interface Seen {
  condition: string;
  level: Level | undefined;
  opened: number;
  told: Level | undefined;
  flapping: boolean;
  person: string;
}

/**
 * Two clocks beside the one on the wall. `measured` is the time in which the value was known: a gap adds one poll to it. `steady` is
 * the wall without corrections backwards. Timers of the value run on the first, flapping on the second, people's times on the wall.
 */
export class Model {
  private measured = 0;
  private steady = 0;
  private last: number | undefined;
  private boot = Number.NEGATIVE_INFINITY;
  private condition: 'inactive' | 'pending' | 'firing' | 'recovering' = 'inactive';
  private level: Level | undefined;
  private worst: Level | undefined;
  private hitSince: { [level in Level]?: number | undefined } = {};
  private clearSince: number | undefined;
  private criticalClearSince: number | undefined;
  private firedAt = 0;
  private changed = 0;
  private closed: { at: number; clear: number } | undefined;
  private held: { level: Level; until: number; beyond: number } | undefined;
  private flaps: { at: number; calm: number }[] = [];
  private factor = 1;
  private flapping = false;
  private stale = false;
  private cold = false;
  private person: Person = { as: 'open' };
  private told: Level | undefined;
  private opened = 0;
  private value = 1;
  /** No incident has opened since a resolve by hand. */
  private isByHand = false;
  private action:
    | {
        readonly id: string;
        readonly did: string;
        readonly was: Person;
        readonly is: Person | 'resolve';
        /** How many incidents there had been. */
        readonly incident: number;
        readonly reopen?: () => void;
        undone: boolean;
      }
    | undefined;
  private readonly rule: Rule;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  seen(): Seen {
    const { person } = this;
    const shown = person.as === 'open' ? 'open' : `${person.as} ${person.by} ${person.until} ${person.level}`;
    const isOpen = this.level !== undefined;
    const { condition, level, opened, flapping } = this;
    return { condition, level, opened, told: isOpen ? this.told : undefined, flapping, person: shown };
  }

  apply(event: AlertEvent, context: StepContext): void {
    const { at } = event;
    if (event.type === 'boot') {
      this.restart(at);
      return;
    }
    if (event.type === 'ruleChanged' || event.type === 'ruleRemoved' || event.type === 'learning') return;
    const age = (event.type === 'sample' || event.type === 'fail') && this.last !== undefined ? this.last - at : -1;
    if (age >= 0 && age <= 5 * minute) return; // a late poll of somebody else
    if (event.type === 'sample') this.sample(at, event.measured.value, context);
    else if (event.type === 'user') this.act(event, context);
    else this.silentPlatform(at);
    this.time(at, context);
  }

  private below(value: number, limit: number): boolean {
    return this.rule.direction === 'below' ? value < limit : value > limit;
  }
  private hits(level: Level): boolean {
    const limits = this.rule.levels[level];
    return limits !== undefined && this.below(this.value, limits.trigger);
  }
  private clears(level: Level): boolean {
    const limits = this.rule.levels[level];
    return limits === undefined || !this.below(this.value, limits.clear);
  }
  private get levels(): Level[] {
    return (['warning', 'critical'] as const).filter((level) => this.rule.levels[level] !== undefined);
  }
  private get lowest(): Level {
    return this.levels[0] ?? 'warning';
  }
  private get isOpen(): boolean {
    return this.level !== undefined;
  }

  /** Flapping stretches a clear time: by half for each return, beyond its longest calm, to ten polls at least, to an hour at most. */
  private stretched(keep: number): number {
    if (!this.flapping) return keep;
    const calm = Math.max(0, ...this.flaps.map((flap) => flap.calm));
    return Math.max(keep, Math.min(hour, Math.max(keep * this.factor, 1.5 * calm, 10 * this.rule.pollEvery)));
  }

  private flap(calm: number): void {
    this.flaps = [...this.flaps.filter(({ at }) => this.steady - at < hour), { at: this.steady, calm }].slice(-60);
    if (this.flaps.length < 4) return;
    const most = this.rule.keepFiring > 0 ? Math.max(1, hour / this.rule.keepFiring) : 1;
    this.factor = Math.min(1.5 * this.factor, most);
    this.flapping = true;
  }

  private covers(level: Level): boolean {
    return this.person.as !== 'open' && rank(level) <= rank(this.person.level);
  }

  private isQuiet(level: Level, at: number, { muted, inhibited }: StepContext): boolean {
    if (muted !== undefined || inhibited === true) return true;
    return this.person.as === 'silenced' && this.person.until > at && this.covers(level);
  }

  private restart(at: number): void {
    this.boot = at;
    this.cold = true;
    if (this.condition !== 'pending' || this.last === undefined) return;
    const outage = at - this.last;
    if (outage > hour) {
      this.forget();
      this.changed = this.steady + outage;
      return;
    }
    if (outage <= this.rule.maxGap) return;
    for (const level of this.levels) {
      const { holdFor = 0 } = this.rule.levels[level] ?? {};
      const since = this.hitSince[level];
      const most = this.measured - holdFor + Math.min(holdFor, 2 * this.rule.pollEvery);
      if (since !== undefined) this.hitSince[level] = Math.max(since, most);
    }
    // Until right before now, so that a poll at the same instant is a new one.
    this.steady += outage - 1;
    this.last = at - 1;
  }

  private forget(): void {
    if (this.condition !== 'pending') return;
    this.condition = 'inactive';
    this.hitSince = {};
    this.changed = this.steady;
  }

  private silentPlatform(at: number): void {
    const { last, rule } = this;
    if (last === undefined || at - Math.max(last, this.boot) <= rule.maxGap) return;
    if (this.isOpen && at - last > day) {
      this.close(at - last, { isUnknown: true });
      return;
    }
    if (at - last > hour && this.condition === 'pending') {
      this.forget();
      this.changed = this.steady + (at - last);
    }
    if (this.isOpen) this.stale = true;
  }

  /** Ends the incident; `after` is the time since the newest sample. */
  private close(after: number, { byHand = false, isUnknown = false } = {}): void {
    const now = this.steady + after;
    const clear = this.clearSince === undefined ? now : this.steady - (this.measured - this.clearSince);
    this.closed = { at: now, clear: isUnknown ? now : clear };
    this.condition = 'inactive';
    this.level = undefined;
    this.hitSince = {};
    this.clearSince = undefined;
    this.criticalClearSince = undefined;
    this.changed = now;
    this.stale = false;
    if (!byHand) this.held = undefined;
    this.person = withoutIncident(this.person, this.lowest);
  }

  private sample(at: number, value: number, context: StepContext): void {
    const { rule, last } = this;
    const gap = last === undefined ? 0 : at - last;
    const step = gap < 0 ? rule.pollEvery : gap;
    const counted = gap > rule.maxGap ? rule.pollEvery : step;
    if (this.condition === 'pending' && gap > hour) this.hitSince = {};
    const wasAt = this.measured;
    this.steady += step;
    this.measured += counted;
    if (gap > rule.maxGap && this.clearSince !== undefined && this.clearSince > wasAt) this.clearSince = this.measured;
    this.last = at;
    this.value = value;
    if (this.isOpen && gap > day) {
      this.close(0, { isUnknown: true });
      this.cold = true;
    }
    this.stale = false;
    if (this.isOpen) this.sampleOpen(at, context);
    else this.sampleClosed(at, context);
    this.cold = false;
  }

  private sampleClosed(at: number, context: StepContext): void {
    const { held, rule } = this;
    const isFurther = held !== undefined && !this.below(held.beyond, this.value);
    if (held !== undefined && (this.clears(this.lowest) || at >= held.until || isFurther)) this.held = undefined;
    const least = this.held === undefined ? 0 : rank(this.held.level);
    const hit = this.levels.filter((level) => this.hits(level) && rank(level) > least);
    if (hit.length === 0) {
      this.forget();
      return;
    }
    if (this.condition === 'inactive') this.changed = this.steady;
    this.condition = 'pending';
    this.hitSince = Object.fromEntries(hit.map((level) => [level, this.hitSince[level] ?? this.measured]));
    const ready = hit.findLast((level) => {
      const { holdFor = 0 } = rule.levels[level] ?? {};
      return this.measured - (this.hitSince[level] ?? 0) >= holdFor && !(holdFor === 0 && this.cold);
    });
    if (ready !== undefined) this.open(ready, at, context);
  }

  private open(level: Level, at: number, context: StepContext): void {
    const crossed = this.steady - (this.measured - (this.hitSince[level] ?? this.measured));
    const { closed } = this;
    this.told = this.isQuiet(level, at, context) ? undefined : level;
    const isCovered = this.person.as === 'silenced' && this.person.until > at && this.covers(level);
    if (!isCovered) this.person = { as: 'open' };
    this.condition = 'firing';
    this.level = level;
    this.worst = level;
    this.opened += 1;
    this.isByHand = false;
    this.held = undefined;
    this.firedAt = this.steady;
    this.changed = this.steady;
    this.criticalClearSince = undefined;
    if (closed !== undefined && this.steady - closed.at < hour) this.flap(Math.max(0, crossed - closed.clear));
  }

  private sampleOpen(at: number, context: StepContext): void {
    const isCriticalClear = this.level === 'critical' && this.clears('critical');
    if (this.flapping && this.criticalClearSince !== undefined && !isCriticalClear) this.changed = this.steady;
    this.criticalClearSince = isCriticalClear ? (this.criticalClearSince ?? this.measured) : undefined;
    if (this.condition === 'recovering') {
      const clear = this.measured - (this.clearSince ?? this.measured);
      if (this.clears(this.lowest)) {
        if (clear >= this.stretched(this.rule.keepFiring)) this.close(0);
        return;
      }
      this.condition = 'firing';
      this.clearSince = undefined;
      this.changed = this.steady;
      this.flap(clear);
    }
    if (this.level === 'warning') this.escalate(at, context);
    if (this.clears(this.lowest)) {
      this.recover();
      return;
    }
    if (this.level === 'critical') this.downgrade();
  }

  private escalate(at: number, context: StepContext): void {
    const limits = this.rule.levels.critical;
    if (limits === undefined) return;
    this.hitSince.critical = this.hits('critical') ? (this.hitSince.critical ?? this.measured) : undefined;
    if (this.hitSince.critical === undefined || this.measured - this.hitSince.critical < limits.holdFor) return;
    const swung = this.steady - this.firedAt;
    const calm = this.worst === 'critical' && swung < hour ? swung + this.stretched(this.rule.keepCritical) : undefined;
    if (!this.isQuiet('critical', at, context)) this.told = 'critical';
    const broken = this.covers('critical') ? undefined : this.person;
    this.level = 'critical';
    if (broken !== undefined) this.person = broken.as === 'silenced' ? unsilenced(broken, 'critical') : { as: 'open' };
    this.worst = 'critical';
    this.criticalClearSince = undefined;
    this.firedAt = this.steady;
    this.changed = this.steady;
    if (calm !== undefined) this.flap(calm);
  }

  private recover(): void {
    this.clearSince = this.measured;
    if (this.stretched(this.rule.keepFiring) === 0) {
      this.close(0);
      return;
    }
    this.condition = 'recovering';
    this.hitSince.critical = undefined;
    this.changed = this.steady;
  }

  private downgrade(): void {
    if (this.criticalClearSince === undefined || this.rule.levels.warning === undefined) return;
    if (this.measured - this.criticalClearSince < this.stretched(this.rule.keepCritical)) return;
    this.level = 'warning';
    if (this.told !== undefined) this.told = 'warning';
    this.criticalClearSince = undefined;
    this.hitSince.critical = undefined;
    this.firedAt = this.steady;
    this.changed = this.steady;
  }

  private act(event: Extract<AlertEvent, { type: 'user' }>, _context: StepContext): void {
    const { at, id = String(at) } = event;
    const { person: was, level } = this;
    if (event.action === 'undo') {
      this.undo(at, id);
      return;
    }
    if (event.action === 'resolve') {
      this.resolve(at, id);
      return;
    }
    const said = personAfter(was, event, { level, lowest: this.lowest });
    if (said === undefined) return;
    this.person = said;
    this.action = { id, was, is: this.person, did: event.action, incident: this.opened, undone: false };
  }

  private resolve(at: number, id: string): void {
    const { level, condition, person: was, last = at, value, rule } = this;
    if (level === undefined) return;
    this.close(at - last, { byHand: true });
    this.isByHand = true;
    const { trigger = 0, clear = 0 } = rule.levels[this.lowest] ?? {};
    const far = Math.max(Math.abs(clear - value), Math.abs(trigger) / 10);
    const beyond = rule.direction === 'below' ? value - far : value + far;
    this.held = this.clears(this.lowest) ? undefined : { level, until: at + 4 * hour, beyond };
    const reopen = (): void => {
      this.condition = condition;
      this.level = level;
      this.held = undefined;
      this.closed = undefined;
    };
    this.action = { id, was, is: 'resolve', did: 'resolve', incident: this.opened, reopen, undone: false };
  }

  private undo(at: number, id: string): void {
    const { action } = this;
    if (action === undefined || action.id !== id || action.undone) return;
    const holds = action.is === 'resolve' ? !this.isOpen && this.isByHand : this.isSame(action.is);
    // The end of a silence cannot be undone once that would have run out.
    const isUnsilence = action.did === 'unsilence';
    if (!holds || (isUnsilence && action.was.as === 'silenced' && action.was.until <= at)) return;
    if (action.reopen !== undefined) {
      action.reopen();
      this.hitSince = {};
      this.changed = this.steady + (at - (this.last ?? at));
      this.clearSince = this.condition === 'recovering' ? this.measured + (at - (this.last ?? at)) : undefined;
    }
    this.person =
      this.isOpen && action.incident === this.opened ? action.was : withoutIncident(action.was, this.lowest);
    action.undone = true;
  }

  private isSame(is: Person): boolean {
    const { person } = this;
    if (is.as === 'open' || person.as === 'open') return is.as === person.as;
    return is.as === person.as && is.by === person.by && is.until === person.until;
  }

  /** What time alone does. */
  private time(at: number, context: StepContext): void {
    const now = this.steady + Math.max(0, at - (this.last ?? at));
    if (this.person.as === 'silenced' && this.person.until <= at) this.person = unsilenced(this.person, this.level);
    if (this.flapping && now - this.changed >= hour) {
      this.flapping = false;
      this.factor = 1;
      this.flaps = [];
    }
    const { level } = this;
    const hasData = !this.stale && at - (this.last ?? at) <= this.rule.maxGap;
    if (this.condition !== 'firing' || level === undefined || !hasData || this.isQuiet(level, at, context)) return;
    if (this.told !== level && this.told !== 'critical') {
      this.told = level;
      return;
    }
    const { person } = this;
    if (person.as !== 'acknowledged' || person.until > at) return;
    if (person.asked === undefined) this.person = { ...person, asked: now };
    else if (now - person.asked >= 30 * minute) this.person = { as: 'open' };
  }
}
