// The text of a command: what is understood, in any order and spelling, and what a person is told otherwise.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { fittingWords, parseQuery } from '../../../src/slack/command/parse.ts';
import type { Query, Vocabulary } from '../../../src/slack/command/subcommand.ts';
import { commandOf, knownApp } from '../../../src/slack/command/tokens.ts';
import { subcommands } from '../../../src/slack/subcommands/index.ts';

const vocabulary: Vocabulary = {
  subcommands,
  apps: [
    knownApp({ id: 'prod', name: 'Production chat', byDay: false }),
    knownApp({ id: 'china', name: 'China', byDay: true }),
  ],
  digests: ['daily', 'weekly'],
  alerts: ['memory-low', 'connections-high'],
  now: Date.parse('2026-11-22T10:00:00Z'),
  zone: 'Asia/Taipei',
};

const nothing: Query = {
  subcommand: '',
  app: undefined,
  range: undefined,
  metric: undefined,
  digest: undefined,
  mode: undefined,
  alert: undefined,
  duration: undefined,
  isPublic: false,
};

const parse = (text: string): Query => parseQuery(text, vocabulary);

/** What the person is told, with the way out. */
function mistake(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${error.hint}`;
    throw error;
  }
  throw new Error(`"${text}" was understood`);
}

describe('words that are understood', () => {
  it.each<[string, Partial<Query>]>([
    ['', {}],
    ['   ', {}],
    ['prod', { app: 'prod' }],
    ['memory prod 24h', { subcommand: 'memory', app: 'prod', range: '24h' }],
    ['24h prod memory', { subcommand: 'memory', app: 'prod', range: '24h' }],
    ['  MEMORY   Prod\t24H ', { subcommand: 'memory', app: 'prod', range: '24h' }],
    ['ｍｅｍｏｒｙ　ｐｒｏｄ　２４ｈ', { subcommand: 'memory', app: 'prod', range: '24h' }],
    ['mem\u200Bory', { subcommand: 'memory' }],
    ['“memory”, prod', { subcommand: 'memory', app: 'prod' }],
    ['users Production chat 7d', { subcommand: 'users', app: 'prod', range: '7d' }],
    ['users production CHAT', { subcommand: 'users', app: 'prod' }],
    ['china public', { app: 'china', isPublic: true }],
    ['yesterday messages', { subcommand: 'messages', range: 'yesterday' }],
    // It has come somewhere, or will be refused for the app that it has not come for.
    ['messages 2026-11-23', { subcommand: 'messages', range: '2026-11-23' }],
    ['messages 2027-01-01', { subcommand: 'messages', range: '2027-01-01' }],
    ['messages 2026-04-01', { subcommand: 'messages', range: '2026-04-01' }],
    ['messages 2026-04-01..2026-04-07', { subcommand: 'messages', range: '2026-04-01..2026-04-07' }],
    ['messages 2026-04-01…2026-04-07', { subcommand: 'messages', range: '2026-04-01..2026-04-07' }],
    ['trend messages.sent', { subcommand: 'trend', metric: 'messages.sent' }],
    ['messages.sent 7d', { subcommand: 'trend', metric: 'messages.sent', range: '7d' }],
    ['<http://users.new|users.new> 7d', { subcommand: 'trend', metric: 'users.new', range: '7d' }],
    ['trend memory', { subcommand: 'trend', metric: 'memory.free_ratio' }],
    ['users trend', { subcommand: 'trend', metric: 'users.active' }],
    ['memory memory', { subcommand: 'memory' }],
    ['digest now', { subcommand: 'digest', mode: 'now' }],
    ['preview digest weekly', { subcommand: 'digest', mode: 'preview', digest: 'weekly' }],
    ['why Memory-Low', { subcommand: 'why', alert: 'memory-low' }],
    ['silence memory-low 2h', { subcommand: 'silence', alert: 'memory-low', duration: 7_200_000 }],
    ['silence 1h30m connections-high', { subcommand: 'silence', alert: 'connections-high', duration: 5_400_000 }],
    ['memory last 6 hours', { subcommand: 'memory', range: '6h' }],
    ['memory prod past 24 Hours', { subcommand: 'memory', app: 'prod', range: '24h' }],
    ['last hour', { range: '1h' }],
    ['users last day', { subcommand: 'users', range: '24h' }],
    ['7 days users', { subcommand: 'users', range: '7d' }],
    ['last week prod', { app: 'prod', range: '7d' }],
    ['messages last 2 months public', { subcommand: 'messages', range: '60d', isPublic: true }],
    ['silence memory-low for 2 hours', { subcommand: 'silence', alert: 'memory-low', duration: 7_200_000 }],
    ['memory 24 h', { subcommand: 'memory', range: '24h' }],
    ['memory 30 D', { subcommand: 'memory', range: '30d' }],
    ['memory 7days', { subcommand: 'memory', range: '7d' }],
    ['memory last 6hrs', { subcommand: 'memory', range: '6h' }],
    ['silence memory-low 90 min', { subcommand: 'silence', alert: 'memory-low', duration: 5_400_000 }],
    ['silence memory-low for 45mins', { subcommand: 'silence', alert: 'memory-low', duration: 2_700_000 }],
    ['messages 2026-04-01 to 2026-04-07', { subcommand: 'messages', range: '2026-04-01..2026-04-07' }],
    [
      'messages from 2026-04-01 until 2026-04-07 public',
      { subcommand: 'messages', range: '2026-04-01..2026-04-07', isPublic: true },
    ],
    ['messages 2026-04-01 – 2026-04-07', { subcommand: 'messages', range: '2026-04-01..2026-04-07' }],
    ['messages 2026-04-01–2026-04-07', { subcommand: 'messages', range: '2026-04-01..2026-04-07' }],
    ['memory 24h?', { subcommand: 'memory', range: '24h' }],
    ['messages yesterday.', { subcommand: 'messages', range: 'yesterday' }],
    ['memory　7d？', { subcommand: 'memory', range: '7d' }],
    ['help!', { subcommand: 'help' }],
    ['?', { subcommand: 'help' }],
    ['--help', { subcommand: 'help' }],
    ['-h', { subcommand: 'help' }],
    ['summary', {}],
    ['summary prod 7d', { app: 'prod', range: '7d' }],
    ['help', { subcommand: 'help' }],
  ])('"%s"', (text, expected) => {
    expect(parse(text)).toEqual({ ...nothing, ...expected });
  });

  it('knows a name that ends like a sentence', () => {
    const named: Vocabulary = { ...vocabulary, apps: [knownApp({ id: 'prod', name: 'Chat!', byDay: false })] };
    for (const text of ['memory Chat!', 'memory chat', 'memory chat?'])
      expect(parseQuery(text, named)).toMatchObject({ subcommand: 'memory', app: 'prod' });
  });

  it('takes a name of a subcommand and an app as the app after the subcommand', () => {
    const named: Vocabulary = { ...vocabulary, apps: [knownApp({ id: 'memory', name: 'Memory lane', byDay: false })] };
    expect(parseQuery('memory memory', named)).toMatchObject({ subcommand: 'memory', app: 'memory' });
    expect(parseQuery('memory', named)).toMatchObject({ subcommand: 'memory', app: undefined });
  });
});

describe('words that are not', () => {
  it('says which word, what it may have meant and what to paste', () => {
    expect(mistake('memroy prod 24h')).toBe(
      'I don\'t know "memroy". Did you mean memory?\nTry: /imstats memory prod 24h\n/imstats help lists everything.',
    );
  });

  it.each<[string, string]>([
    ['userss', 'Did you mean users?'],
    ['memory prdo', 'Did you mean prod?'],
    ['memory chnia', 'Try: /imstats memory china'],
    ['memory yesterdy', 'Try: /imstats memory yesterday'],
    ['trend mesages.sent', 'Try: /imstats trend messages.sent'],
    ['memory prod xyzzyxyzzy', 'I don\'t know "xyzzyxyzzy".\nTry: /imstats memory prod\n'],
    ['memory 2026-04-01..', '"2026-04-01.."'],
    ['memory 7things', 'I don\'t know "7things".'],
    ['memory 2026-04-01 to', 'I don\'t know "to".'],
    ['foo bar', 'I don\'t know "foo" and "bar".'],
    ['foo bar baz', 'I don\'t know "foo", "bar" and "baz".'],
    // No word of a second view is offered, nor of anything that the first one does not take.
    ['memory prod since', 'I don\'t know "since".\nTry: /imstats memory prod\n'],
    ['memory prod prewiev', 'I don\'t know "prewiev".\nTry: /imstats memory prod\n'],
    ['memory prod peak', 'I don\'t know "peak".\nTry: /imstats memory prod\n'],
    ['digest prewiev', 'I don\'t know "prewiev". Did you mean preview?\nTry: /imstats digest preview\n'],
    ['last constructor', 'I don\'t know "last" and "constructor".'],
    ['memory last 3 days', 'I have no range "3d".'],
    ['why memory-lwo', 'Try: /imstats why memory-low'],
    ['why nothing-like-it', 'Try: /imstats alerts'],
    ['users memory', '"users" and "memory" are two views; ask for one of them.\nTry: /imstats users'],
    ['users 24h 7d', '"24h" and "7d" are two ranges; ask for one of them.\nTry: /imstats users 24h'],
    ['prod china', '"prod" and "china" are two apps; ask for one of them.\nTry: /imstats prod'],
    ['trend users memory', 'are two metrics'],
    ['digest now preview', 'are two ways to get a digest'],
    ['users now', '"now" belongs to digest: /imstats digest now'],
    ['health 7d', '"health" cannot do anything with "7d".\nTry: /imstats health'],
    ['users memory-low', '"users" cannot do anything with "memory-low".'],
    ['trend', '"trend" needs a metric such as messages.sent.'],
    ['silence memory-low', '"silence" needs a duration such as 2h.'],
    ['users 2026-13-01', 'there is no month 13'],
    ['users 2026-13-01', 'Try: /imstats users 7d'],
    ['users 2026-04-07..2026-04-01', 'ends before it begins'],
    ['users 2026-04-07..2026-04-01', 'Try: /imstats users 2026-04-01..2026-04-07'],
    ['trend xyzzy prod 7d', 'Try: /imstats trend messages.sent prod 7d'],
    ['trend prod', 'Try: /imstats trend messages.sent prod'],
    ['trend xyzzy', 'Try: /imstats trend messages.sent 7d'],
    ['show me the memory of prod please', 'Try: /imstats memory prod\n'],
    ['memory prod 3d', 'Try: /imstats memory prod 7d'],
    ['memory 2h', 'Try: /imstats memory 6h'],
    ['90d china', 'Try: /imstats china 60d'],
    ['users china 2h', 'Try: /imstats users china 7d'],
    ['apps 3d', 'Try: /imstats apps\n'],
    ['show me the memory', 'Try: /imstats memory\n'],
    ['foo', 'I don\'t know "foo".\nTry: /imstats\n'],
    ['trend peak', 'Did you mean connections.peak?\nTry: /imstats trend connections.peak'],
    ['trend xyzzyxyzzy', 'Try: /imstats trend messages.sent 7d'],
    ['sumary prod', 'Did you mean summary?\nTry: /imstats prod\n'],
    ['summary users', '"summary" and "users" are two views'],
  ])('"%s": %s', (text, part) => {
    expect(mistake(text)).toContain(part);
  });

  it('cuts a word of any length', () => {
    expect(mistake('x'.repeat(5_000)).length).toBeLessThan(200);
  });

  it('offers nothing of alerts where nothing alerts', () => {
    const without = {
      ...vocabulary,
      subcommands: subcommands.filter((view) => view.isOffered === undefined),
      alerts: [],
    };
    expect(() => parseQuery('silence memory-low 2h', without)).toThrow(UserError);
    expect(fittingWords(undefined, without)).not.toContain('silence');
  });
});

describe('any text', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...fittingWords(undefined, vocabulary),
      '2h',
      '30m',
      '3d',
      '2026-04-01',
      '2026-13-01',
      '2030-01-01',
      '<@U1>',
      '&lt;',
      '..',
    ),
    fc.string(),
    fc.string({ unit: 'grapheme' }),
  );
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));

  it('gives a question or a UserError, never anything else', () => {
    fc.assert(
      fc.property(text, (said) => {
        try {
          parse(said);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is the same question when its own command is read again', () => {
    fc.assert(
      fc.property(text, (said) => {
        let question: Query;
        try {
          question = parse(said);
        } catch {
          return;
        }
        expect(parse(commandOf(question))).toEqual(question);
      }),
      { numRuns: 300 },
    );
  });

  it('that is refused comes with a command that is understood', () => {
    fc.assert(
      fc.property(text, (said) => {
        try {
          parse(said);
        } catch (error) {
          const hint = error instanceof UserError ? error.hint : undefined;
          const command = /Try: \/imstats(.*)/.exec(hint ?? '')?.[1];
          if (command === undefined) throw new Error(`nothing to paste in: ${String(error)}`);
          parse(command);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the subcommands', () => {
  it('have examples that are parsed as that subcommand', () => {
    for (const view of subcommands) {
      for (const example of view.examples) expect(parse(example).subcommand, example).toBe(view.id);
    }
  });

  it('have names that no range, metric or other word can be mistaken for', () => {
    const ids = subcommands.map((view) => view.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toEqual(expect.arrayContaining(['public', 'now', 'preview', 'today']));
  });
});
