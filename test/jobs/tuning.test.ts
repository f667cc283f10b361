// Limits that are changed in Slack: they hold at once and from then on, follow the file, and every change is kept.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RuleSettings, versionTag, type WrittenRule } from '../../src/alerting/rule-override.ts';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import { day, minute, second } from '../../src/clock.ts';
import type { LiveValues } from '../../src/service-types.ts';
import { inEnglish } from '../support/in-english.ts';
import { writtenRule } from '../support/written-rule.ts';
import { createWorld, prod, type World } from './job-harness.ts';

const valuesOf = (...written: readonly WrittenRule[]): Pick<LiveValues, 'rules' | 'written'> => ({
  rules: [unreachableRule(prod, 'C0ONCALL', []), ...written.map(({ rule }) => rule)],
  written,
});
const lower: RuleSettings = {
  ...{ below: '10%', clearAt: '12%', for: '0s', keepFiring: '0s', channel: ['C0ONCALL'], mention: ['S0ONCALL'] },
  critical: { below: '5%' },
};
const higher: RuleSettings = { ...lower, below: '40%', clearAt: '40%' };

let world: World;
beforeEach(async () => {
  world = await createWorld({ values: { apps: [prod], ...valuesOf(writtenRule()) } });
  await world.start();
  await world.clock.advance(2 * minute);
});
afterEach(() => world.end());

const ruleNow = () => world.live.rules.find(({ id }) => id === 'memory-low');
const limit = () => ruleNow()?.levels.warning?.trigger;
const tagNow = (): string => versionTag(ruleNow() ?? { version: '' });
const save = async (settings: RuleSettings, version = tagNow()) =>
  world.jobs.tuning.save({ rule: 'memory-low', version, settings, actor: 'U0BOB' });
const changes = async () => world.store.settings.changes(0, world.clock.now() + 1, 10);
const changeWords = async () => (await changes()).map(({ what }) => String(inEnglish(what)));
const lines = (): readonly string[] =>
  world.slack.messages.flatMap(({ message }) => (message.kind === 'line' ? [String(inEnglish(message.text))] : []));

describe('limits that were changed in Slack', () => {
  it('hold at once: the next poll opens what only they are crossed by', async () => {
    world.free(0.3);
    await world.clock.advance(2 * minute);
    expect(world.slack.roots()).toHaveLength(0);
    const outcome = await save(higher);
    expect(outcome.state).toBe('done');
    await world.clock.advance(2 * minute);
    expect((await world.store.alerts.get('memory-low'))?.state.machine.condition).toBe('firing');
    expect(ruleNow()?.tuned).toEqual({ by: 'U0BOB', at: expect.any(Number) });
  });

  it('are followed by the open incident, which recovers where they are not crossed', async () => {
    world.free(0.13);
    await world.clock.advance(3 * minute);
    expect((await world.store.alerts.get('memory-low'))?.state.machine.condition).toBe('firing');
    await save(lower);
    await world.clock.advance(2 * minute);
    const [incident] = await world.store.alerts.incidents(0, world.clock.now());
    expect(incident).toMatchObject({ reason: 'recovered' });
  });

  it('are told in the channel of the rule, with what differs, and kept with who and what', async () => {
    await save(lower);
    await world.clock.advance(10 * second);
    const message = world.slack.roots('C0ONCALL').at(-1)?.message;
    const view = message?.kind === 'alert' ? message.view : undefined;
    expect(inEnglish(view?.headline)).toBe('{user:U0BOB} changed the limits of memory-low on Production chat');
    expect(view?.chart?.limits.map(({ label }) => inEnglish(label))).toEqual([
      'warning 10 %',
      'critical 5 %',
      'until now warning 15 %',
      'until now critical 8 %',
    ]);
    expect(await changeWords()).toEqual([
      'memory-low: warning under 15 % → under 10 %; warning clears at 20 % → at 12 %; critical under 8 % → under 5 %; critical clears at 12 % → at 5 %.',
    ]);
    expect((await changes())[0]).toMatchObject({ by: 'U0BOB', from: 'slack', subject: 'memory-low' });
  });

  it('survive a restart, and a file that is read again without a change of the rule', async () => {
    await save(lower);
    await world.restart();
    expect(limit()).toBe(0.1);
    await world.apply({ ...valuesOf(writtenRule(), writtenRule({ id: 'other' })) });
    expect(limit()).toBe(0.1);
    expect(await changes()).toHaveLength(1);
  });

  it.each([
    ['changed there', valuesOf(writtenRule({ summary: 'Memory is low' })), 0.15, 'because its rule was changed there'],
    ['gone from there', valuesOf(writtenRule({ id: 'other' })), undefined, 'is not in the file any more'],
  ])('end when the rule is %s: told in the channel and kept, once', async (_name, values, trigger, words) => {
    await save(lower);
    await world.clock.advance(10 * second);
    const before = lines().length;
    await world.apply(values);
    await world.clock.advance(10 * second);
    expect(limit()).toBe(trigger);
    expect(
      lines()
        .slice(before)
        .filter((line) => line.includes(words)),
    ).toHaveLength(1);
    expect((await changeWords())[0]).toContain(words);
    expect((await changes())[0]).toMatchObject({ from: 'file' });
    await world.restart({ values });
    await world.clock.advance(10 * second);
    expect(limit()).toBe(trigger);
    expect(await changes()).toHaveLength(2);
    expect(
      lines()
        .slice(before)
        .filter((line) => line.includes(words)),
    ).toHaveLength(1);
  });

  it('end when the file was changed while the bot was down', async () => {
    await save(lower);
    await world.restart({ values: valuesOf(writtenRule({ below: '16%' })) });
    await world.clock.advance(10 * second);
    expect(limit()).toBe(0.16);
    expect((await changeWords())[0]).toContain('warning under 10 % → under 16 %');
    expect(lines().at(-1)).toContain('memory-low has the settings of the file again');
  });

  it('are those of the file again when somebody wants that, and cannot be given back twice', async () => {
    await save(lower);
    await world.clock.advance(second);
    const back = await world.jobs.tuning.restore({ rule: 'memory-low', actor: 'U0ANN' });
    expect(back.state).toBe('done');
    expect(limit()).toBe(0.15);
    expect((await changes())[0]).toMatchObject({ by: 'U0ANN', from: 'slack' });
    const again = await world.jobs.tuning.restore({ rule: 'memory-low', actor: 'U0ANN' });
    expect([again.state, inEnglish(again.words)]).toEqual(['not-open', 'memory-low is as the file has it.']);
  });

  it('are not saved over what somebody else has changed meanwhile', async () => {
    const seen = tagNow();
    await save(lower);
    const late = await save(higher, seen);
    expect([late.state, inEnglish(late.words)]).toEqual([
      'not-open',
      'memory-low was changed meanwhile by {user:U0BOB}; nothing was saved. Open it again to see how it is now.',
    ]);
    expect(limit()).toBe(0.1);
    expect(await changes()).toHaveLength(1);
  });

  it('are saved by one of two submissions at the same time', async () => {
    const outcomes = await Promise.all([save(lower), save(lower)]);
    expect(outcomes.map(({ state }) => state).sort()).toEqual(['done', 'not-open']);
    expect(await changes()).toHaveLength(1);
  });

  it.each([
    [
      'that are the same',
      { ...lower, below: '15%', clearAt: '20%', critical: { below: '8%', clearAt: '12%' } },
      /has these settings already/,
    ],
    ['that are wrong', { ...lower, clearAt: '5%' }, /do not fit memory-low/],
  ])('%s change nothing', async (_name, settings, words) => {
    const outcome = await save(settings);
    expect(outcome.state).toBe('not-open');
    expect(inEnglish(outcome.words)).toMatch(words);
    expect(await changes()).toHaveLength(0);
    expect(ruleNow()?.tuned).toBeUndefined();
  });

  it('hold here within 5 s when another replica has saved them', async () => {
    await save(lower);
    const stored = (await world.store.settings.overrides())[0];
    if (stored === undefined) throw new Error('nothing is stored');
    await world.store.settings.saveOverride({ ...stored, settings: higher, at: stored.at + 1 });
    await world.clock.advance(6 * second);
    expect(limit()).toBe(0.4);
    await world.store.settings.saveOverride({ ...stored, ended: { at: stored.at + 2, because: 'file', by: 'U0ANN' } });
    await world.clock.advance(6 * second);
    expect(limit()).toBe(0.15);
  });

  it('are as they were when the store cannot take them', async () => {
    const refused = world.live.changeRules(async (take) => {
      take([]);
      throw new Error('disk full');
    });
    await expect(refused).rejects.toThrow('disk full');
    expect(limit()).toBe(0.15);
  });
});

describe('what other limits would have done', () => {
  it('is said of the whole stored past, beside what really opened', async () => {
    const now = world.clock.now();
    const polls = Array.from({ length: 20 * 24 * 60 }, (_, index) => {
      const at = now - 20 * day + index * minute;
      return { at, values: { 'memory.free_ratio': index % 1_440 < 3 ? 0.2 : 0.5 } };
    });
    await world.store.samples.recordAll('prod', polls);
    const read = world.jobs.tuning.read('memory-low', higher);
    if (read === undefined || 'problems' in read) throw new Error('the settings are wrong');
    const words = (await world.jobs.tuning.tried(read)).map((one) => String(inEnglish(one)));
    expect(words).toEqual([
      'With these limits: 14 openings in the last 14 days, each for less than 5 min; before that about 6 in 6 days, tried in steps of 5 min.',
      'With the present ones: no opening in the last 14 days; before that none in 6 days, tried in steps of 5 min.',
      'It did not really open in these 20 days.',
    ]);
  });
});

describe('every change is kept', () => {
  const signed = async () =>
    (await changes()).map(({ by, from, what }) => `${from} ${by ?? '-'}: ${String(inEnglish(what))}`).reverse();

  it('of silences and maintenance, with who did it, and not of an acknowledgement', async () => {
    const act = (action: 'silence' | 'unsilence' | 'acknowledge', actor: string) =>
      world.jobs.alerts.act({ target: 'memory-low', action, actor, until: world.clock.now() + day });
    await act('silence', 'U0BOB');
    await act('silence', 'U0BOB');
    await world.clock.advance(second);
    await act('unsilence', 'U0ANN');
    await act('acknowledge', 'U0ANN');
    const until = world.clock.now() + 5 * minute;
    await world.jobs.maintenance.begin({ apps: ['prod'], rules: [], until, actor: 'U0BOB', reason: 'deploy' });
    await world.clock.advance(minute);
    await world.jobs.maintenance.end({ target: { kind: 'app', id: 'prod' }, actor: 'U0ANN' });
    const kept = await signed();
    expect(kept.at(0)).toMatch(/^slack U0BOB: .*[Ss]ilenced by \{user:U0BOB\}/);
    expect(kept.filter((line) => line.includes('silence was ended by {user:U0ANN}'))).toHaveLength(1);
    expect(kept.filter((line) => line.startsWith('slack U0BOB: Maintenance of Production chat until'))).toHaveLength(1);
    expect(kept.filter((line) => line.includes('ended early by {user:U0ANN}'))).toHaveLength(1);
    expect(kept.some((line) => line.includes('cknowledged'))).toBe(false);
  });

  it('of the file: what differs of a limit, and the names of all else', async () => {
    const next = { ...world.live, ...valuesOf(writtenRule({ below: '16%' })) };
    const names = { added: ['digests.daily'], changed: ['alerts.memory-low', 'apps.prod'], removed: [] };
    await world.live.change((take) => world.jobs.adopt(next, take, names));
    expect(await signed()).toEqual(
      expect.arrayContaining([
        'file -: memory-low: warning under 15 % → under 16 %.',
        'file -: new digests.daily; changed apps.prod.',
      ]),
    );
  });
});

describe('a suggestion', () => {
  const measure = async (daysBack: number, value: (index: number) => number): Promise<void> => {
    const now = world.clock.now();
    const polls = Array.from({ length: daysBack * 288 }, (_, index) => {
      return { at: now - daysBack * day + index * 5 * minute, values: { 'memory.free_ratio': value(index) } };
    });
    await world.store.samples.recordAll('prod', polls);
  };
  const suggested = async () => {
    const { settings, why } = await world.jobs.tuning.suggest('memory-low');
    return { settings, why: why.map((one) => String(inEnglish(one))) };
  };

  it('needs a week of numbers', async () => {
    expect(await suggested()).toEqual({
      settings: undefined,
      why: ['memory-low was measured on 1 day; it takes 7 to suggest limits.'],
    });
  });

  it('opens at most once a week and is read like what a person writes', async () => {
    // A dip to 9 % on every tenth day, and to 20 % on every day.
    await measure(13, (index) => (index % 2_880 < 3 ? 0.09 : index % 288 < 3 ? 0.2 : 0.5));
    const { settings, why } = await suggested();
    const read = settings && world.jobs.tuning.read('memory-low', settings);
    expect(read).toHaveProperty('id', 'memory-low');
    expect(why[0]).toMatch(/^Under \S+ % there would have been \w+ openings? in 13 days, at most one a week; nobody/);
  });

  it('says so where it cannot both open rarely and catch what people cared about', async () => {
    await measure(13, (index) => (index % 288 < 3 ? 0.2 : 0.5));
    const at = world.clock.now() - 3 * day;
    const incident = { id: `memory-low@${at}`, rule: 'memory-low', app: 'prod', level: 'warning' } as const;
    await world.store.alerts.saveIncident({
      ...incident,
      openedAt: at,
      closedAt: at + minute,
      extreme: 0.2,
      acknowledgedBy: 'U0BOB',
    });
    const { settings, why } = await suggested();
    expect(settings?.below).toBe('20.5%');
    expect(why[0]).toMatch(
      /more than one a week, because .*1 incident that somebody acknowledged or noted; both cannot hold\.$/,
    );
  });
});
