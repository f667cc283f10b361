// The text of a command: what is understood, in any order and spelling, and what a person is told otherwise.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { parseExact } from '../../../src/slack/command/parse.ts';
import type { Query, Vocabulary } from '../../../src/slack/command/subcommand.ts';
import { commandOf, knownApp } from '../../../src/slack/command/tokens.ts';
import { fittingWords, readCommand } from '../../../src/slack/command/understand.ts';
import { subcommands } from '../../../src/slack/subcommands/index.ts';
import { englishWording } from '../../../src/wording.ts';

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
  against: undefined,
  metric: undefined,
  digest: undefined,
  mode: undefined,
  alert: undefined,
  duration: undefined,
  isPublic: false,
};

function parseQuery(text: string, known: Vocabulary): Query {
  const { outcome } = readCommand(text, known);
  if (outcome instanceof UserError) throw outcome;
  return outcome.query;
}

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
    ['last week prod', { app: 'prod', range: 'last-week' }],
    ['messages last 2 months public', { subcommand: 'messages', range: '2mo', isPublic: true }],
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
    ['memory prod 3d', { subcommand: 'memory', app: 'prod', range: '3d' }],
    ['memory 2h', { subcommand: 'memory', range: '2h' }],
    ['90d china', { app: 'china', range: '90d' }],
    ['users now', { subcommand: 'users' }],
    ['preview', { subcommand: 'digest', mode: 'preview' }],
    ['users users.new', { subcommand: 'trend', metric: 'users.new' }],
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

  it('takes a name from the configuration before a synonym, and before a name of a time', () => {
    const apps = ['peak', 'friday', 'online'].map((id) => knownApp({ id, name: id, byDay: false }));
    const named: Vocabulary = { ...vocabulary, apps, alerts: ['dau'] };
    for (const app of ['peak', 'friday', 'online']) {
      expect(parseQuery(app, named)).toMatchObject({ subcommand: '', app });
      expect(parseQuery(`memory ${app} last week`, named)).toMatchObject({
        subcommand: 'memory',
        app,
        range: 'last-week',
      });
    }
    expect(parseQuery('why dau', named)).toMatchObject({ subcommand: 'why', alert: 'dau' });
    expect(parseQuery('dau', named)).toMatchObject({ subcommand: 'trend', metric: 'users.active' });
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
    expect(readCommand('memroy prod 24h', vocabulary).outcome).toMatchObject({ command: 'memory prod 24h' });
  });

  it.each<[string, string]>([
    ['userss', 'Did you mean users?'],
    ['trend mesages.sent', 'Try: /imstats trend messages.sent'],
    ['memory 2026-04-01..', '"2026-04-01.."'],
    ['foo bar', 'I don\'t know "foo" and "bar".'],
    ['foo bar baz', 'I don\'t know "foo", "bar" and "baz".'],
    ['a1 b2 c3 d4 e5', 'I don\'t know "a1", "b2", "c3" and more.'],
    [
      'since constructor',
      'I don\'t know "since" and "constructor".\nYou can ask for users, messages, groups, rooms, connections, memory, trend,',
    ],
    ['why memory-lwo', 'Try: /imstats why memory-low'],
    [
      'why nothing-like-it',
      'There is no alert "nothing-like-it".\nAlerts: memory-low and connections-high.\nTry: /imstats alerts',
    ],
    ['silence staging 2h', 'There is no alert "staging".\nAlerts: memory-low and connections-high.'],
    ['note', 'needs a text such as restarted node 2'],
    ['staging memory-lower 2h', 'I don\'t know "staging" and "memory-lower".'],
    ['users memory', '"users" and "memory" are two views; ask for one of them.\nTry: /imstats users'],
    ['users 24h 7d', '"24h" and "7d" are two ranges; ask for one of them.\nTry: /imstats users 24h'],
    ['prod china', '"prod" and "china" are two apps; ask for one of them.\nTry: /imstats prod'],
    ['trend users memory', 'are two metrics'],
    ['digest now preview', 'are two ways to get a digest'],
    ['users preview', '"preview" belongs to digest: /imstats digest preview'],
    ['health 7d', '"health" cannot do anything with "7d".\nTry: /imstats health'],
    ['users memory-low', '"users" cannot do anything with "memory-low".'],
    ['silence memory-low', '"silence" needs a duration such as 2h.\nTry: /imstats silence memory-low 2h'],
    ['users 2026-13-01', 'there is no month 13'],
    ['users 2026-13-01', 'Try: /imstats users 7d'],
    ['users 31 feb', 'There is no 31 February: February has 28 days.'],
    ['users 31 feb', 'Try: /imstats users 02-28'],
    ['users 2026-04-07..2026-04-01', 'ends before it begins'],
    ['users 2026-04-07..2026-04-01', 'Try: /imstats users 2026-04-01..2026-04-07'],
    ['users 500d', 'Try: /imstats users 400d'],
    ['sumary prod', 'Did you mean summary?\nTry: /imstats prod\n'],
    ['summary users', '"summary" and "users" are two views'],
  ])('"%s": %s', (text, part) => {
    expect(mistake(text)).toContain(part);
  });

  it('cuts a word of any length', () => {
    expect(mistake('x'.repeat(5_000)).length).toBeLessThan(400);
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

describe('words of which some are not known', () => {
  it.each<[string, Partial<Query>, string, string | undefined]>([
    ['memory staging', { subcommand: 'memory' }, 'There is no app staging; this is all apps.', undefined],
    [
      'memory prdo',
      { subcommand: 'memory' },
      'There is no app prdo; this is all apps. Did you mean prod?',
      'memory prod',
    ],
    ['memory prod xyzzy', { subcommand: 'memory', app: 'prod' }, 'I don\'t know "xyzzy" and left it out.', undefined],
    [
      'memory prod xyzzy foo',
      { subcommand: 'memory', app: 'prod' },
      'I don\'t know "xyzzy" and "foo" and left them out.',
      undefined,
    ],
    [
      'memory yesterdy',
      { subcommand: 'memory' },
      'I don\'t know "yesterdy" and left it out. Did you mean yesterday?',
      'memory yesterday',
    ],
    [
      'trend xyzzy prod 7d',
      { subcommand: 'trend', app: 'prod', range: '7d' },
      'There is no metric xyzzy; these are all of them.',
      undefined,
    ],
    ['7d staging', { range: '7d' }, 'There is no app staging; this is all apps.', undefined],
    [
      'messages of user alice',
      { subcommand: 'messages' },
      'There are no numbers of user alice alone; this is all of them.',
      undefined,
    ],
    [
      'messages user yesterdy 7d',
      { subcommand: 'messages', range: '7d' },
      'There are no numbers of user yesterdy alone; this is all of them.',
      undefined,
    ],
  ])('"%s" are answered as far as they are', (text, query, leftOut, suggestion) => {
    const { outcome } = readCommand(text, vocabulary);
    if (outcome instanceof UserError) throw outcome;
    expect(outcome.query).toEqual({ ...nothing, ...query });
    expect(outcome.leftOut && englishWording.text(outcome.leftOut)).toBe(leftOut);
    expect(outcome.suggestion).toBe(suggestion);
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

  it('is the same question when its own command is read again', () => {
    fc.assert(
      fc.property(text, (said) => {
        const { outcome } = readCommand(said, vocabulary);
        if (outcome instanceof UserError) return;
        const command = commandOf(outcome.query);
        expect(parse(command)).toEqual(outcome.query);
        expect(parseExact(command, vocabulary)?.query).toEqual(outcome.query);
      }),
      { numRuns: 300 },
    );
  });

  it('that is refused comes with a command that is understood', () => {
    fc.assert(
      fc.property(text, (said) => {
        const { outcome } = readCommand(said, vocabulary);
        const isMistake = outcome instanceof UserError;
        if (isMistake) expect(outcome.hint).toContain(`Try: /imstats${` ${outcome.command}`.trimEnd()}\n`);
        const command = isMistake ? outcome.command : outcome.suggestion;
        if (command !== undefined) parse(command);
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

describe('what a person writes in own words', () => {
  it.each<[string, string, string | undefined]>([
    ['silence prod 2h deploying', 'silence prod 2h', 'deploying'],
    [
      'silence memory-low 2h deploying the memory patch, see #42',
      'silence memory-low 2h',
      'deploying the memory patch, see #42',
    ],
    ['mute prod for 2 hours because users are on holiday', 'silence prod 2h', 'users are on holiday'],
    ['silence 2h memory-low rolling back', 'silence memory-low 2h', 'rolling back'],
    ['silence 2h memory-low please', 'silence memory-low 2h', undefined],
    ['mute memory-low for 2 hours please', 'silence memory-low 2h', undefined],
    ['静音 prod 2h 正在部署', 'silence prod 2h', '正在部署'],
    ['note restarted node 2', 'note', 'restarted node 2'],
    ['note memory-low muted the pager for 2h', 'note memory-low', 'muted the pager for 2h'],
    ['note: 7d of users were lost', 'note', '7d of users were lost'],
    ['备注 重启了节点 2', 'note', '重启了节点 2'],
  ])('"%s" is no word of a command', (text, command, own) => {
    const { outcome } = readCommand(text, vocabulary);
    if (outcome instanceof UserError) throw outcome;
    const { text: written, ...query } = outcome.query;
    expect([commandOf(query), written]).toEqual([command, own]);
  });
});

describe('maintenance and past incidents', () => {
  it.each<[string, Partial<Query>]>([
    ['maintenance', {}],
    ['maintenance prod 30m deploy', { app: 'prod', duration: 1_800_000, text: 'deploy' }],
    ['maintenance prod until 04:00 deploy of 2.1', { app: 'prod', until: '04:00', text: 'deploy of 2.1' }],
    ['maintenance memory-low until 4:00', { alert: 'memory-low', until: '4:00' }],
    ['maintenance end prod', { mode: 'end', app: 'prod' }],
    ['维护 prod 30m', { app: 'prod', duration: 1_800_000 }],
  ])('"%s"', (text, expected) => {
    expect(parse(text)).toEqual({ ...nothing, subcommand: 'maintenance', ...expected });
  });

  it('is written as it is read', () => {
    for (const text of ['maintenance end prod', 'maintenance prod 30m deploy', 'maintenance prod until 04:00 deploy'])
      expect(parse(commandOf(parse(text)))).toEqual(parse(text));
  });

  it('names a past incident by its id with why alone', () => {
    const id = 'memory-low@1795980118105';
    expect(parse(`why ${id}`)).toEqual({ ...nothing, subcommand: 'why', alert: id });
    expect(() => parse(`resolve ${id}`)).toThrow('There is no alert');
  });
});
