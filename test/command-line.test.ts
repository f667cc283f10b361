// The words after the program: what is right is read whole, and everything else is answered with a sentence, never left aside.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/command-line.ts';
import { packageRoot } from './support/package-root.ts';

const plain = { isPosting: false, headless: false };

describe('the command line', () => {
  it.each([
    { words: '', read: { command: 'start', ...plain } },
    { words: 'start --config a.yml', read: { command: 'start', config: 'a.yml', ...plain } },
    { words: '--config=a.yml', read: { command: 'start', config: 'a.yml', ...plain } },
    { words: 'check --config a.yml --post', read: { command: 'check', config: 'a.yml', ...plain, isPosting: true } },
    {
      words: 'backup copy.db --config a.yml',
      read: { command: 'backup', config: 'a.yml', ...plain, target: 'copy.db' },
    },
    { words: 'demo --headless --port 8080', read: { command: 'demo', ...plain, headless: true, port: '8080' } },
    { words: 'start --help', read: 'help' },
    { words: '-h', read: 'help' },
  ])('is read: $words', ({ words, read }) => {
    expect(readCommandLine(words.split(' ').filter((word) => word !== ''))).toEqual(read);
  });

  it.each([
    { words: ['strat'], wrong: 'There is no command "strat".' },
    { words: [''], wrong: 'There is no command "".' },
    { words: ['import'], wrong: 'import needs the name of its file.' },
    { words: ['check', 'extra'], wrong: '"extra" is not understood after check.' },
    {
      words: ['check', 'imstats.yml'],
      wrong:
        '"imstats.yml" is not understood after check. The configuration is --config imstats.yml; through npm: npm run check -- --config imstats.yml',
    },
    { words: ['backup', 'a', 'b'], wrong: '"b" is not understood after backup.' },
    { words: ['backup'], wrong: 'backup needs the name of its file.' },
    { words: ['backup', ''], wrong: 'backup needs the name of its file.' },
    { words: ['start', '--bogus'], wrong: "Unknown option '--bogus'." },
    { words: ['start', '-x'], wrong: "Unknown option '-x'." },
    { words: ['start', '--config'], wrong: "Option '--config <value>' argument missing." },
    { words: ['start', '--config='], wrong: '--config has no value.' },
    { words: ['start', '--config', 'a', '--config', 'b'], wrong: '--config is there twice.' },
    { words: ['check', '--post=yes'], wrong: "Option '--post' does not take an argument." },
    { words: ['demo', '--port', '-1'], wrong: "Option '--port' argument is ambiguous." },
    { words: ['start', '--post'], wrong: '--post is not for start; it belongs to check.' },
    { words: ['start', '--port', '3000'], wrong: '--port is not for start; it belongs to demo.' },
    { words: ['check', '--headless'], wrong: '--headless is not for check; it belongs to demo.' },
    { words: ['backup', 'a', '--post'], wrong: '--post is not for backup; it belongs to check.' },
    {
      words: ['demo', '--config', 'a.yml'],
      wrong: '--config is not for demo; it belongs to start, check, backup and import.',
    },
  ])('is refused in words: $words', ({ words, wrong }) => {
    expect(readCommandLine(words)).toEqual({ wrong });
  });

  it('may hold anything: it is read, or what is wrong is one sentence', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'start',
        'check',
        'backup',
        'demo',
        '--config',
        '--post',
        '--port',
        '--help',
        '--',
        '-',
        '-hx',
        '--no-post',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const read = readCommandLine(words);
        if (typeof read === 'object' && 'wrong' in read) expect(read.wrong).toMatch(/\.$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    { words: ['start', '--post'], status: 2, said: /^--post is not for start; it belongs to check\.\nUsage: / },
    { words: ['--help'], status: 0, said: /^Usage: / },
  ])(
    'of the program itself is answered so as well: $words',
    ({ words, status, said }) => {
      const ran = spawnSync(process.execPath, [join(packageRoot, 'src/main.ts'), ...words], { encoding: 'utf8' });
      expect({ status: ran.status, said: `${ran.stderr}${ran.stdout}` }).toEqual({
        status,
        said: expect.stringMatching(said),
      });
    },
    30_000,
  );
});
