// Every button says aloud what it is about, and begins with the words that are seen, whatever the message or view.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertView } from '../../../src/alerting/notification.ts';
import { allOf } from '../../../src/alerting/transitions.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import { drawAlert, drawOutcome } from '../../../src/slack/blocks/alert.ts';
import { answerButtons, drawRefusal, pageButtons } from '../../../src/slack/blocks/answer-buttons.ts';
import { drawHome } from '../../../src/slack/home/draw-home.ts';
import { englishWording } from '../../../src/wording.ts';
import { packageRoot } from '../../support/package-root.ts';
import '../../support/properties.ts';

interface DrawnButton {
  readonly action_id: string;
  readonly text: { readonly text: string };
  readonly accessibility_label?: string;
}

/** The buttons anywhere in what was drawn. */
function buttonsIn(part: unknown): DrawnButton[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'type' in part && part.type === 'button' ? [part as unknown as DrawnButton] : [];
  return [...own, ...Object.values(part).flatMap(buttonsIn)];
}

/** The labels that say no more than is seen. Those of a command name it already. */
const bare = (drawn: unknown): string[] =>
  buttonsIn(drawn).flatMap(({ action_id: action, text, accessibility_label: spoken = '' }) => {
    const isWhole = spoken.startsWith(text.text) && spoken.length <= 75 && (spoken !== text.text || action === 'try');
    return isWhole ? [] : [`${action}: ${spoken}`];
  });

const name = fc.string({ minLength: 1, maxLength: 60 });
const actions = ['acknowledge', 'silence', 'unsilence', 'normal', 'why', 'call'] as const;
const anyView = fc.record({
  incident: name,
  rule: fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/),
  app: fc.record({ id: name, name: fc.stringMatching(/^[A-Z][a-z ]{0,40}$/) }),
  colour: fc.constantFrom('red', 'orange', 'green', 'grey'),
  level: fc.constantFrom('warning', 'critical'),
  headline: fc.constant(verbatim('Low.')),
  runbook: fc.constantFrom(undefined, 'https://runbooks.example.com/memory'),
  actions: fc.subarray([...actions]),
  isStorm: fc.boolean(),
  takesNotes: fc.boolean(),
  isHandled: fc.boolean(),
  closing: fc.constantFrom(undefined, 'resolve', 'forNow'),
  maintenance: fc.constantFrom(undefined, 'm1'),
  openedAt: fc.constant(0),
});

describe('a button', () => {
  it('of an alert says which one', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const drawn = drawAlert({ ...view, lines: [], mentions: [] } satisfies AlertView, englishWording);
        expect(bare(drawn)).toEqual([]);
        if (view.actions.includes('why')) expect(JSON.stringify(drawn)).toContain('"action_id":"why"');
      }),
    );
  });

  it('of an outcome says of what', () => {
    const words = verbatim('Silenced.');
    const offers = [
      { kind: 'takeOver' },
      { kind: 'current', rule: 'memory-low' },
      { kind: 'silenceCritical', until: 1 },
    ] as const;
    for (const target of ['memory-low', 'memory-low@1', allOf('prod')])
      for (const offer of offers) {
        const drawn = drawOutcome({ words, undo: 'u1', offer }, target, englishWording);
        expect(buttonsIn(drawn).map((one) => one.accessibility_label?.split(': ')[1])).toEqual(
          Array.from({ length: 2 }, () => (target === allOf('prod') ? 'prod' : 'memory-low')),
        );
      }
  });

  it('of an answer says which question', () => {
    const query = { subcommand: 'memory', app: 'prod', range: '24h', isPublic: false } as Parameters<
      typeof answerButtons
    >[0];
    const report = { headline: verbatim('x'), zone: 'UTC', stale: false, sections: [], notes: [] };
    const answer = { id: 'a', share: 'offered', counts: 'moments', report } as const;
    const drawn = [
      answerButtons(query, { takes: ['range'] }, answer, englishWording),
      ...pageButtons({ command: 'memory prod' }, { page: 2, of: 3 }, englishWording),
      drawRefusal({ message: 'Wrong.', hint: undefined, command: 'memory', people: undefined }),
    ];
    expect(bare(drawn)).toEqual([]);
    expect(JSON.stringify(drawn)).toContain('"accessibility_label":"Refresh: /imstats memory prod 24h"');
  });

  it('of Home says which alert, digest or maintenance', () => {
    const app = { id: 'prod', name: 'Production chat' };
    const line = { rule: 'memory-low', app, condition: 'firing', level: 'warning', words: verbatim('Low.') } as const;
    const home = { headline: verbatim('Quiet'), standing: 'good', asOf: 0, zone: 'UTC', isStale: false } as const;
    const facts = {
      apps: [{ ...app, ...home }],
      alerts: [
        { ...line, incident: 'memory-low@1', actions: [...actions], address: 'https://x.slack.com/archives/C0/p1' },
        { ...line, incident: undefined, isSilenced: true, actions: ['unsilence' as const] },
      ],
      ...{ maintenance: [], periods: [{ id: 'm1', name: 'prod' }], digests: [{ id: 'daily', at: 0, zone: 'UTC' }] },
      ...{ now: 0, zone: 'UTC' },
    };
    const drawn = drawHome(facts, { isManager: true }, englishWording);
    expect(buttonsIn(drawn).length).toBeGreaterThan(10);
    expect(bare(drawn)).toEqual([]);
  });

  it('is made in one place, which asks what it is about', () => {
    const folder = join(packageRoot, 'src/slack');
    const makers = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && readFileSync(join(folder, file), 'utf8').includes("type: 'button'"),
    );
    expect(makers).toEqual([join('blocks', 'block.ts')]);
  });
});
