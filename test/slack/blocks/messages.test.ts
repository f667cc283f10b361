// The other messages: an alert, a mistake, help, the list of alerts. All of them within Slack's limits.
import { describe, expect, it } from 'vitest';
import type { AlertView } from '../../../src/alerting/notification.ts';
import { describeProblem } from '../../../src/demo/workspace/blocks/problem.ts';
import { blockProblems } from '../../../src/demo/workspace/blocks/validate.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import { drawAlert, namePeople } from '../../../src/slack/blocks/alert.ts';
import { drawAlertList } from '../../../src/slack/blocks/alert-list.ts';
import { type Block, drawProblem } from '../../../src/slack/blocks/block.ts';
import { drawHelp, usageOf } from '../../../src/slack/subcommands/help.ts';
import { subcommands } from '../../../src/slack/subcommands/index.ts';
import { englishWording } from '../../../src/wording.ts';

const refusals = (blocks: readonly Block[]): string[] =>
  blockProblems([...blocks], { surface: 'message', root: '/blocks', fileProblem: () => undefined }).map(
    describeProblem,
  );

/** A number and its unit stay on one line. */
const unbroken = (text: string): string => text.replaceAll(/(?<=\d) (?=%|min|MiB|GiB)/g, '\u00A0');
const headline = 'Critical: free memory 7.4 % on Production chat';
const lines = ['Free memory of the chat host is low: under 8 % since 03:04, for 6 min.', 'Now 606 MiB of 8.0 GiB.'];
const view: AlertView = {
  incident: 'i-1',
  rule: 'memory-low',
  app: { id: 'prod', name: 'Production chat' },
  colour: 'red',
  level: 'critical',
  headline: verbatim(headline),
  lines: lines.map(verbatim),
  mentions: ['S0ONCALL', 'U0ADMIN', 'here', 'everyone'],
  runbook: 'https://runbooks.example.com/memory',
  console: 'https://dashboard.example.com',
  actions: ['acknowledge', 'silence', 'why'],
  openedAt: 0,
};

describe('an alert', () => {
  it('pings in a block and in the text, whom it may', () => {
    const drawn = drawAlert(view, englishWording);
    const pings = '<!subteam^S0ONCALL> <@U0ADMIN> <!here>';
    expect(drawn.blocks[0]).toMatchObject({
      text: { text: '🔴 *Critical: free memory 7.4\u00A0% on Production chat*' },
    });
    expect(drawn.blocks[1]).toMatchObject({ text: { text: `${pings} ${unbroken(lines.join('\n'))}` } });
    expect(drawn.text).toContain(pings);
    expect(drawn.text).toContain(headline);
    expect(refusals(drawn.blocks)).toEqual([]);
  });

  it('has its pictures, links and buttons in this order', () => {
    const drawn = drawAlert(view, englishWording, {
      files: ['F0CHART01'],
      alt: 'Free memory, low 5.9 %',
    });
    expect(drawn.blocks.map((block) => block.type)).toEqual(['section', 'section', 'image', 'context', 'actions']);
    expect(drawn.blocks[2]).toMatchObject({ alt_text: 'Free memory, low 5.9 %' });
    expect(JSON.stringify(drawn.blocks[3])).toContain('"<https://dashboard.example.com/|Console>"');
    expect(drawn.text).toContain(
      '<https://runbooks.example.com/memory|Runbook> · <https://dashboard.example.com/|Console>',
    );
    const buttons = JSON.stringify(drawn.blocks[4]);
    expect(buttons).toContain(
      '"action_id":"acknowledge","text":{"type":"plain_text","text":"Acknowledge","emoji":false},"value":"i-1","style":"primary"',
    );
    for (const label of ['30 minutes', '2 hours', 'until 09:00', '24 hours', 'Why', 'Runbook'])
      expect(buttons).toContain(label);
    expect(buttons).toContain('"url":"https://runbooks.example.com/memory"');
    expect(JSON.stringify(drawn.blocks).match(/dashboard\.example/g)).toHaveLength(1);
    expect(refusals(drawn.blocks)).toEqual([]);
  });

  it.each([
    ['red', '🔴'],
    ['orange', '🟠'],
    ['green', '🟢'],
    ['grey', '⚪'],
  ] as const)('%s begins with %s', (colour, circle) => {
    const drawn = drawAlert({ ...view, colour, actions: [], mentions: [] }, englishWording);
    expect(drawn.text.startsWith(circle)).toBe(true);
  });

  it('stays within the limits and pings nobody it was not told to, whatever is in it', () => {
    const hostile = '<!channel> @here *b* <https://x|y> '.repeat(400);
    const { runbook: _runbook, console: _console, ...rest } = view;
    const words = verbatim(hostile);
    const more = { lines: Array.from({ length: 60 }, () => words), mentions: [], runbook: 'javascript:alert(1)' };
    const drawn = drawAlert({ ...rest, headline: words, ...more }, englishWording);
    expect(refusals(drawn.blocks)).toEqual([]);
    expect(JSON.stringify(drawn)).not.toMatch(/<!channel>|<https|@here|javascript/);
    expect(JSON.stringify(drawn)).toMatch(/… \d+ more/);
  });

  it('names the person who acknowledged', () => {
    const named = verbatim('Critical, acknowledged by {user:U0BOB}');
    expect(drawAlert({ ...view, headline: named }, englishWording).text).toContain('acknowledged by <@U0BOB>');
  });
});

describe('a mistake', () => {
  it('shows its command as code to copy, and plainly in the text', () => {
    const drawn = drawProblem(
      'I don\'t know "memroy". Did you mean memory?',
      'Try: /imstats memory prod 24h\n/imstats help lists everything.',
    );
    expect(drawn.blocks).toMatchObject([
      {
        text: {
          text: 'I don\'t know "memroy". Did you mean memory?\nTry: `/imstats memory prod 24h`\n`/imstats help` lists everything.',
        },
      },
    ]);
    expect(drawn.text).toBe(
      'I don\'t know "memroy". Did you mean memory?\nTry: /imstats memory prod 24h\n/imstats help lists everything.',
    );
  });

  it('repeats no mention that was typed', () => {
    expect(JSON.stringify(drawProblem('I don\'t know "<!channel>".'))).not.toContain('<!channel>');
  });
});

describe('help', () => {
  it('names every view with what it takes, from the data of the parser', () => {
    const drawn = drawHelp(subcommands, {
      apps: [{ id: 'prod', name: 'Production chat' }],
      rules: Array.from({ length: 40 }, (_, index) => ({ id: `rule-${index}` })),
      digests: { schedules: [{ id: 'daily' }] },
    });
    for (const one of subcommands) {
      expect(JSON.stringify(drawn.blocks)).toContain(`\`${usageOf(one)}\``);
      expect(drawn.text).toContain(usageOf(one));
    }
    const groups = drawn.blocks.slice(1, 4).map((block) => JSON.stringify(block));
    for (const [index, title] of ['Numbers', 'Alerts', 'The bot'].entries())
      expect(groups[index]).toContain(`"*${title}*`);
    expect(groups[0]).toContain('/imstats users');
    expect(groups[1]).toContain('mutes an alert');
    expect(groups[2]).toContain('/imstats health');
    expect(drawn.text).toContain('prod (Production chat)');
    expect(drawn.text).toContain('rule-29, … 10 more');
    expect(drawn.text).toContain('Digests: daily');
    expect(refusals(drawn.blocks)).toEqual([]);
  });
});

describe('the list of alerts', () => {
  const alert = {
    rule: 'memory-low',
    app: { name: 'Production chat' },
    condition: 'firing' as const,
    level: 'critical' as const,
    words: verbatim('Critical, acknowledged by {user:U0BOB}.'),
  };

  it('is grey where nothing is open and a rule cannot be judged', () => {
    const unjudged = { ...alert, condition: 'inactive' as const, level: undefined, isNotJudged: true };
    const { text } = drawAlertList([unjudged], { rules: ['memory-low'], wording: englishWording });
    expect(text).toContain('⚪ No open alerts, 1 rule not judged');
  });

  it('is grey where what is still wrong was closed by hand', () => {
    const held = { ...alert, condition: 'inactive' as const, level: undefined, isHeld: true };
    const { text } = drawAlertList([held], { rules: ['memory-low'], wording: englishWording });
    expect(text).toContain('⚪ No open alerts');
  });

  it('counts the open ones in line 1 and gives each rule to copy', () => {
    const about = { ...alert, condition: 'pending' as const, level: undefined, words: verbatim('Pending: 14 %.') };
    const drawn = drawAlertList([alert, about], {
      rules: ['memory-low', 'peak', 'users'],
      wording: englishWording,
    });
    expect(drawn.text).toContain('🔴 1 open alert');
    expect(JSON.stringify(drawn.blocks)).toContain('acknowledged by <@U0BOB>. (`memory-low`)');
    expect(drawn.text).toContain('Pending: 14 %. (memory-low)');
    expect(drawn.text).toContain('Watched: memory-low, peak and users. /imstats why ALERT shows');
    expect(refusals(drawn.blocks)).toEqual([]);
  });

  it('fits with hundreds', () => {
    const drawn = drawAlertList(
      Array.from({ length: 300 }, () => ({ ...alert, words: verbatim('x'.repeat(900)) })),
      { rules: Array.from({ length: 300 }, (_, index) => `rule-number-${index}`), wording: englishWording },
    );
    expect(refusals(drawn.blocks)).toEqual([]);
    expect(JSON.stringify(drawn.blocks)).toContain('… 275 more');
  });
});

describe('people in a drawn message', () => {
  it('are mentioned in mrkdwn and the text, and are somebody in a cell', () => {
    const blocks = [
      { type: 'section', text: { type: 'mrkdwn', text: 'by {user:U0BOB}' } },
      { type: 'table', rows: [[{ type: 'raw_text', text: '{user:U0BOB}' }]] },
    ];
    const drawn = namePeople({ blocks, text: 'by {user:U0BOB}' }, englishWording);
    expect(JSON.stringify(drawn.blocks)).toBe(
      '[{"type":"section","text":{"type":"mrkdwn","text":"by <@U0BOB>"}},{"type":"table","rows":[[{"type":"raw_text","text":"somebody"}]]}]',
    );
    expect(drawn.text).toBe('by <@U0BOB>');
  });
});
