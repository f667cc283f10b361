// Holds the shape of the code: floors, no circles, names, grain, who may import what, banned globals, and that lists are whole.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const sourceRoot = join(root, 'src');

/** Edges do, the middle decides. What is not named here is on floor 0. */
const floors: Readonly<Record<string, number>> = {
  'main.ts': 7,
  'bot.ts': 6,
  'check.ts': 6,
  'health-server.ts': 6,
  'store-commands.ts': 6,
  'wording.ts': 5,
  config: 5,
  slack: 4,
  jobs: 4,
  delivery: 4,
  'service-types.ts': 3,
  'history-service.ts': 3,
  platforms: 3,
  store: 3,
  charts: 3,
  alerting: 2,
  reports: 2,
  'app.ts': 1,
  metrics: 1,
};

/** Folders in which one file is one plug-in, named after the word that a user types: there a name may repeat. */
const plugInFolders = /\/(rules|subcommands|actions|modals)\//;

/** Which package only one place may import. */
const owners: Readonly<Record<string, RegExp>> = {
  '@slack/bolt': /^(slack|demo)\//,
  ky: /^platforms\/http\.ts$/,
  'node-schedule': /^jobs\/scheduler\.ts$/,
  'chrono-node': /^metrics\/dates-in-words\.ts$/,
  'cron-parser': /^cron\.ts$/,
  'csv-parse': /^csv\.ts$/,
  'csv-stringify': /^csv\.ts$/,
  luxon: /^time-zone\.ts$/,
  'quickchart-js': /^charts\/quickchart-renderer\.ts$/,
  'chart.js': /^charts\/canvas-renderer\.ts$/,
  '@napi-rs/canvas': /^charts\/canvas-renderer\.ts$/,
  'node:child_process': /^charts\/chart-child\.ts$/,
  'node:sqlite': /^store\//,
  kysely: /^store\//,
  yaml: /^config\//,
  pino: /^logger\.ts$/,
  'prom-client': /^telemetry\.ts$/,
  zod: /./,
  'fastest-levenshtein': /^closest-match\.ts$/,
  'lru-cache': /./,
  'p-limit': /./,
  undici: /^network\.ts$/,
  ws: /^demo\//,
};

/** What only the entry may touch, because everything else is given it. `allowed` names the files where it is their job. */
const bannedGlobals: readonly { name: string; pattern: RegExp; allowed: RegExp }[] = [
  { name: 'process', pattern: /\bprocess\.(env|exit|argv|on|once|std|cwd)\b/, allowed: /^main\.ts$/ },
  { name: 'the wall clock', pattern: /\bDate\.now\(\)|\bnew Date\(\)/, allowed: /^(main|clock)\.ts$/ },
  { name: 'chance', pattern: /\bMath\.random\b|\brandomUUID\(|\brandomBytes\(/, allowed: /^main\.ts$/ },
  { name: 'timers', pattern: /(?<![.\w])(setTimeout|setInterval)\(/, allowed: /^(clock\.ts|demo\/)/ },
  // A `fetch` that was handed in is bound by a name in braces or a parameter list.
  {
    name: 'the network',
    pattern: /\bglobalThis\.fetch\(|^(?![\s\S]*[{,(]\s*fetch\s*[,}:)])[\s\S]*(?<![.\w])fetch\(/,
    allowed: /^demo\/page\//,
  },
  { name: "a file's own place", pattern: /\bimport\.meta\b/, allowed: /^main\.ts$/ },
  { name: 'console', pattern: /\bconsole\./, allowed: /^$/ },
];

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');
const sources = filesBelow(sourceRoot, /\.ts$/);
const serverSources = sources.filter((file) => !file.startsWith('demo/page/'));

/** Every import of a file as it is written, of types as well. */
function importsOf(file: string): { from: string }[] {
  const text = withoutComments(read(sourceRoot, file));
  const found = [
    ...text.matchAll(/^(?:import|export)\s+[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm),
  ];
  return found.map((match) => ({ from: match[1] ?? match[2] ?? match[3] ?? '' }));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

const top = (file: string): string => file.split('/')[0] ?? file;
const floorOf = (file: string): number => floors[top(file)] ?? 0;
const targetOf = (file: string, from: string): string => relative(sourceRoot, resolve(sourceRoot, dirname(file), from));

describe('floors', () => {
  it('every folder of src is on a known floor', () => {
    const unknown = readdirSync(sourceRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && floors[entry.name] === undefined && entry.name !== 'demo')
      .map((entry) => entry.name);
    expect(unknown).toEqual([]);
  });

  it('a file imports its own folder or a lower floor only', () => {
    const breaches = serverSources.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => targetOf(file, from))
        .filter((target) => !mayImport(file, target))
        .map((target) => `${file} -> ${target}`),
    );
    expect(breaches).toEqual([]);
  });

  it('no file imports itself in a circle, by types neither', () => {
    expect(cycles()).toEqual([]);
  });

  it('a package is imported by the file that owns it only', () => {
    const breaches = serverSources.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => !from.startsWith('.'))
        .filter(({ from }) =>
          owners[from] === undefined ? !from.startsWith('node:') && !ownedPrefix(from, file) : !owners[from].test(file),
        )
        .map(({ from }) => `${file} imports ${from}`),
    );
    expect(breaches).toEqual([]);
  });
});

/** Its own folder, or a lower floor; never a sibling folder. Files beside the folders are one folder, ordered by floor. */
function mayImport(file: string, target: string): boolean {
  if (top(target) === 'demo') return top(file) === 'demo' || file === 'main.ts';
  if (top(file) === 'demo') return target !== 'main.ts';
  if (top(target) === top(file)) return true;
  const isBeside = !file.includes('/');
  return isBeside ? floorOf(target) <= floorOf(file) : floorOf(target) < floorOf(file);
}

function ownedPrefix(from: string, file: string): boolean {
  const name = Object.keys(owners).find((owner) => from.startsWith(`${owner}/`));
  return name !== undefined && (owners[name]?.test(file) ?? false);
}

function cycles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const { from } of importsOf(file)) {
      if (from.startsWith('.')) visit(targetOf(file, from), [...path, file]);
    }
    done.add(file);
  };
  for (const file of serverSources) visit(file, []);
  return found;
}

describe('what only one place may touch', () => {
  it.each(bannedGlobals)('$name is passed in, not reached for', ({ pattern, allowed }) => {
    const breaches = serverSources.filter(
      (file) => !allowed.test(file) && pattern.test(withoutComments(read(sourceRoot, file))),
    );
    expect(breaches).toEqual([]);
  });

  it('only main.ts imports the demo, and loads it when asked', () => {
    const importers = sources.filter(
      (file) => top(file) !== 'demo' && importsOf(file).some(({ from }) => targetOf(file, from).startsWith('demo/')),
    );
    expect(importers).toEqual(['main.ts']);
    expect(read(sourceRoot, 'main.ts')).not.toMatch(/^import .*demo\//m);
  });
});

const house = sources.filter((file) => top(file) !== 'demo');

describe('names', () => {
  it('within a top folder no two files have one name, plug-ins aside', () => {
    const named = sources.filter((file) => !/(^|\/)index\.ts$/.test(file) && !plugInFolders.test(file));
    expect(repeated(named.map((file) => `${file.includes('/') ? top(file) : '.'}/${basename(file)}`))).toEqual([]);
  });

  it('no two exported types have one name', () => {
    const exported = /^export (?:abstract )?(?:interface|class|type|enum) (\w+)/gm;
    const names = house.flatMap((file) => [...read(sourceRoot, file).matchAll(exported)].map(([, name = '']) => name));
    expect(repeated(names)).toEqual([]);
  });
});

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

describe('grain', () => {
  it('the house has at most 355 files beside the words of its language, and half of them have 95 lines or more', () => {
    const own = house.filter((file) => !file.endsWith('-phrases.ts'));
    const sizes = own.map((file) => lines(read(sourceRoot, file))).sort((a, b) => a - b);
    expect(sizes.length).toBeLessThanOrEqual(355);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeGreaterThanOrEqual(95);
  });

  it('no file of src is longer than 300 lines, no test longer than 400', () => {
    const long = [
      ...sources.filter((file) => lines(read(sourceRoot, file)) > 300),
      ...filesBelow(join(root, 'test'), /\.ts$/).filter((file) => lines(read(join(root, 'test'), file)) > 400),
    ];
    expect(long).toEqual([]);
  });

  it('no function is longer than 60 lines', () => {
    expect(sources.flatMap((file) => longFunctions(file, read(sourceRoot, file)))).toEqual([]);
  });

  it('the first line of every file says its job in a sentence', () => {
    const silent = sources.filter((file) => !/^\/\/ [^\n]{10,}[.;:]?\n/.test(read(sourceRoot, file)));
    expect(silent).toEqual([]);
  });

  it('no file is named after nothing in particular', () => {
    expect(sources.filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared)(\.ts|\/)/.test(file))).toEqual([]);
  });
});

const lines = (text: string): number => text.split('\n').length - 1;

/** Named functions and closures assigned to a name, measured from their first line to the line that closes their indentation. */
function longFunctions(file: string, text: string): string[] {
  const all = text.split('\n');
  return all.flatMap((line, start) => {
    const head = /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|(?:const )?(\w+)(?: =|:)[^=]*=> \{$)/.exec(line);
    if (head === null) return [];
    const end = all.findIndex((other, index) => index > start && other.startsWith(`${head[1]}}`));
    const length = end - start + 1;
    return length > 60 ? [`${file}:${start + 1} ${head[2] ?? head[3]} has ${length} lines`] : [];
  });
}

/** Folders with a list of plug-ins, and what stands in every file that is one. */
const lists: readonly { folder: string; list: string; plugIn: RegExp }[] = [
  { folder: 'alerting/rules', list: 'index.ts', plugIn: /./ },
  { folder: 'slack/subcommands', list: 'index.ts', plugIn: /./ },
  { folder: 'slack/actions', list: 'index.ts', plugIn: /: Action = / },
  { folder: 'jobs', list: 'index.ts', plugIn: /\): Job \{$|\bextends Job \{$/m },
  {
    folder: 'charts',
    list: 'index.ts',
    // The canvas renderer draws for the chart process, in its child.
    plugIn: /^export function (createChartProcess|create(?!Canvas)\w+Renderer|toDataVisualization|toTextChart)\(/m,
  },
  { folder: 'platforms', list: 'index.ts', plugIn: /^export const \w+ = definePlatform\(/m },
  { folder: 'store', list: 'index.ts', plugIn: /^export async function \w+\([^)]*\): Promise<Store> \{$/m },
];

describe('lists', () => {
  it.each(lists)('$folder/$list names every plug-in of its folder', ({ folder, list, plugIn }) => {
    const text = read(join(sourceRoot, folder), list);
    const plugIns = filesBelow(join(sourceRoot, folder), /\.ts$/).filter(
      (file) => file !== list && plugIn.test(read(join(sourceRoot, folder), file)),
    );
    expect(plugIns.length).toBeGreaterThan(0);
    expect(plugIns.filter((file) => !text.includes(`'./${file}'`))).toEqual([]);
  });
});

describe('the top level', () => {
  it('holds the agreed names and nothing else', () => {
    const agreed = [
      'LICENSE',
      'README.md',
      'imstats.example.yml',
      'manifest.yml',
      'package-lock.json',
      'package.json',
      'src',
      'test',
      'tsconfig.json',
    ];
    const present = readdirSync(root).filter(
      (name) => !name.startsWith('.') && !['node_modules', 'data', 'dist'].includes(name),
    );
    expect(present.sort()).toEqual(agreed);
  });
});
