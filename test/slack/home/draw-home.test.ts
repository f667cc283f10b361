// Home as it is drawn: within Slack's limits whatever the facts, the troubled first, and nothing offered that the reader may not do.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkView } from '../../../src/demo/workspace/blocks/view-schema.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import { drawHome } from '../../../src/slack/home/draw-home.ts';
import { type HomeAlert, type HomeApp, type HomeFacts, planHome } from '../../../src/slack/home/home-facts.ts';
import { englishWording } from '../../../src/wording.ts';
import '../../support/properties.ts';

const zone = 'Asia/Taipei';
const reader = { isManager: false };

const app = (id: string, over: Partial<HomeApp> = {}): HomeApp => {
  const words = { name: `App ${id}`, headline: verbatim(`App ${id} is quiet`) };
  return { id, ...words, standing: 'good', asOf: 0, zone, isStale: false, ...over };
};

const alert = (id: string, over: Partial<HomeAlert> = {}): HomeAlert => ({
  ...{ rule: `low-${id}`, app: { id, name: `App ${id}` }, condition: 'firing', level: 'warning' },
  ...{ incident: `low-${id}@1`, words: verbatim(`Warning: low on ${id}.`) },
  actions: ['acknowledge', 'silence', 'why'],
  ...over,
});

const calm: HomeFacts = { apps: [], alerts: [], maintenance: [], periods: [], digests: [], now: 0, zone };

const textOf = (facts: HomeFacts, rights = reader): string => JSON.stringify(drawHome(facts, rights, englishWording));

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const standing = fc.constantFrom('good', 'warning', 'critical', 'unknown', undefined);
const anyApp = fc.record({
  id: fc.nat({ max: 60 }).map(String),
  name: anyText,
  headline: anyText.map(verbatim),
  standing,
  asOf: fc.option(fc.nat(), { nil: undefined }),
  zone: fc.constantFrom(zone, 'Europe/Paris'),
  isStale: fc.boolean(),
});
const anyAlert = fc.record({
  rule: fc.string({ minLength: 1, maxLength: 64 }),
  app: fc.record({ id: fc.nat({ max: 60 }).map(String), name: anyText }),
  condition: fc.constantFrom('inactive', 'pending', 'firing', 'recovering'),
  level: fc.constantFrom('warning', 'critical', undefined),
  incident: fc.option(fc.string({ minLength: 1, maxLength: 80 }), { nil: undefined }),
  isSilenced: fc.boolean(),
  isNotJudged: fc.boolean(),
  isHandled: fc.boolean(),
  actions: fc.subarray(['acknowledge', 'silence', 'unsilence', 'normal', 'why', 'call'] as const),
  address: fc.constantFrom(undefined, 'https://x.slack.com/archives/C0/p1'),
  words: anyText.map(verbatim),
});
const anyFacts: fc.Arbitrary<HomeFacts> = fc.record({
  apps: fc.array(anyApp, { maxLength: 120 }),
  alerts: fc.array(anyAlert, { maxLength: 80 }),
  maintenance: fc.array(
    anyText.map((text) => verbatim(`In maintenance: ${text}.`)),
    { maxLength: 4 },
  ),
  periods: fc.array(fc.record({ id: fc.uuid(), name: anyText }), { maxLength: 20 }),
  digests: fc.array(
    fc.record({ id: fc.string({ minLength: 1, maxLength: 64 }), at: fc.nat(), zone: fc.constant(zone) }),
    {
      maxLength: 20,
    },
  ),
  now: fc.nat(),
  zone: fc.constant(zone),
});

describe('Home', () => {
  it('is taken by Slack, as a tab and as a modal, whatever the facts are', () => {
    fc.assert(
      fc.property(anyFacts, fc.boolean(), (facts, isManager) => {
        const blocks = drawHome(facts, { isManager }, englishWording);
        const asHome = checkView({ type: 'home', blocks }, 'home', () => undefined);
        const title = { type: 'plain_text', text: 'imstats' };
        const asModal = checkView({ type: 'modal', title, blocks }, 'modal', () => undefined);
        expect([asHome, asModal].flatMap((checked) => ('problems' in checked ? checked.problems : []))).toEqual([]);
        expect(blocks.length).toBeLessThan(100);
      }),
      { numRuns: 150 },
    );
  });

  it('shows or counts every app and every open alert, and no app before a worse one', () => {
    const rank = { critical: 0, unknown: 1, warning: 2, good: 3 };
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const plan = planHome(facts);
        const known = new Set(facts.apps.map(({ id }) => id));
        const open = facts.alerts.filter(({ incident }) => incident !== undefined);
        const told = plan.apps.flatMap(({ alerts }) => alerts);
        expect(plan.apps.length + plan.moreApps.count).toBe(facts.apps.length);
        if (known.size === facts.apps.length) expect(told.length + plan.moreAlerts).toBe(open.length);
        const ranks = plan.apps.map((one) => rank[one.standing ?? 'good']);
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
    );
  });

  it('of a hundred apps shows the troubled ones first, counts the rest and says whether they are well', () => {
    const quiet = Array.from({ length: 100 }, (_, index) => app(String(index)));
    const text = textOf({ ...calm, apps: quiet, alerts: [alert('77', { level: 'critical' })] });
    expect(text.indexOf('🔴 *App 77*')).toBeGreaterThan(0);
    expect(text.indexOf('🔴 *App 77*')).toBeLessThan(text.indexOf('*App 0 is quiet*'));
    expect(text).toContain('… 70 more apps, without trouble: `/imstats apps`');
    const bad = quiet.map((one) => ({ ...one, standing: 'warning' as const }));
    expect(textOf({ ...calm, apps: bad })).toContain('… 70 more apps, 70 of them with trouble');
  });

  it('says an alert once, below its app, with what can be done with it', () => {
    const address = 'https://x.slack.com/archives/C0/p1';
    const facts = {
      ...calm,
      apps: [app('prod', { headline: verbatim('low-prod is open') })],
      alerts: [alert('prod', { address })],
    };
    const text = textOf(facts);
    expect(text).not.toContain('low-prod is open');
    expect(text).toContain('• Warning: low on prod. (`low-prod`)');
    const labels = [...text.matchAll(/"accessibility_label":"([^"]*)"/g)].map((match) => match[1]);
    expect(labels).toEqual([
      'Refresh: Your apps',
      'Acknowledge: low-prod, App prod',
      'Silence…: low-prod, App prod',
      'Why: low-prod, App prod',
      'Note…: low-prod, App prod',
      'Open thread: low-prod',
    ]);
    expect(text).toContain(`"url":"${address}"`);
    expect(text).not.toContain('"style":"primary"');
  });

  it('says what is not judged, what is muted and what is in maintenance, and that nothing is', () => {
    expect(textOf(calm)).toContain('Muted: nothing. Not judged: nothing.');
    const inactive = { condition: 'inactive', level: undefined, incident: undefined } as const;
    const text = textOf({
      ...calm,
      alerts: [
        alert('a', { ...inactive, isNotJudged: true, words: verbatim('Not reported since 14:01.') }),
        alert('b', { ...inactive, isSilenced: true, actions: ['unsilence'], words: verbatim('Silenced until 11:00.') }),
      ],
      maintenance: [verbatim('Next maintenance: Sunday 02:00.')],
    });
    expect(text).toContain('*Not judged*\\n• Not reported since 14:01. (`low-a`)');
    expect(text).toContain('• Silenced until 11:00. (`low-b`)');
    expect(text).toContain('"accessibility_label":"End silence: low-b, App b"');
    expect(text).toContain('Next maintenance: Sunday 02:00.');
    expect(text).not.toContain('nothing');
  });

  it('offers the end of a maintenance to managers alone', () => {
    const facts = { ...calm, periods: [{ id: 'm1', name: 'Production chat' }] };
    expect(textOf(facts, { isManager: true })).toContain('"action_id":"end_maintenance"');
    expect(textOf(facts)).not.toContain('end_maintenance');
  });

  it('previews each digest', () => {
    const text = textOf({ ...calm, digests: [{ id: 'daily', at: 0, zone }] });
    expect(text).toContain('"accessibility_label":"Preview: daily"');
    expect(text).toContain('digest preview daily');
  });
});
