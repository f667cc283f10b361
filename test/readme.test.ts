// README and the pages beside it tell the truth: their tables are those of the code, their commands exist, their links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ruleKinds } from '../src/alerting/rules/index.ts';
import { File } from '../src/config/schema.ts';
import { type Scope, scopes } from '../src/slack/identity.ts';
import { usageOf } from '../src/slack/subcommands/help.ts';
import { subcommands } from '../src/slack/subcommands/index.ts';

const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The rows of the table between two marks, without its head. */
function rows(mark: string): string[] {
  const [, table = ''] = new RegExp(`<!-- ${mark} -->\\n([\\s\\S]*?)<!-- /${mark} -->`).exec(readme) ?? [];
  return table.trim().split('\n').slice(2);
}

it('lists every view of the command, in the words of help', () => {
  expect(rows('views')).toEqual(subcommands.map((view) => `| \`${usageOf(view)}\` | ${view.gives} |`));
});

it('gives each scope of the manifest with its reason', () => {
  const all: readonly [string, Scope][] = Object.entries(scopes);
  expect(rows('scopes')).toEqual(
    all.map(([name, { reason, isOptional }]) => `| \`${name}\` | ${reason}${isOptional ? ' Optional.' : ''} |`),
  );
});

it('names every section of the configuration and no other', () => {
  expect(rows('settings').map((row) => /^\| `(\w+)`/.exec(row)?.[1])).toEqual(Object.keys(File.shape));
});

it('has every section and every kind of alert in its example file', () => {
  const example = readFileSync(join(root, 'imstats.example.yml'), 'utf8');
  const sections = [...example.matchAll(/^(?:# )?(\w+):/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual(Object.keys(File.shape).sort());
  const kinds = [...example.matchAll(/^ {4}kind: (\w+)$/gm)].map(([, kind]) => kind);
  const written = ruleKinds.filter((kind) => kind.written !== undefined).map(({ kind }) => kind);
  expect(['threshold', ...kinds].sort()).toEqual(written.sort());
});

it('names every kind of alert that can be written', () => {
  const named = ruleKinds.filter((kind) => kind.written !== undefined).map(({ kind }) => `\`${kind}\``);
  for (const name of named) expect(readme).toContain(name);
});

it('has no more words than a newcomer reads', () => {
  expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1_500);
});

const pages = ['README.md', '.github/OPERATIONS.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md'].map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));

it.each(pages)('$path uses only scripts that exist', ({ text }) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  }; // our own file
  const used = [
    ...text.matchAll(/npm (?:run )?(start|test|demo|check|backup|import|build|bench|lint|typecheck|pictures)\b/g),
  ];
  expect(used.filter(([, name = '']) => scripts[name] === undefined)).toEqual([]);
});

it.each(pages)('$path links and points only to what is there', ({ path, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => join(dirname(path), target));
  const named = [...text.matchAll(/`((?:src|test|\.build|\.docker|\.deploy|\.ci)\/[^`*]*)`/g)].map(
    ([, target = '']) => target,
  );
  expect([...links, ...named].filter((target) => !existsSync(join(root, target)))).toEqual([]);
});
