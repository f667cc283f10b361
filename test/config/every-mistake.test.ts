// Wrong files made from a whole one: a mistake at each setting, and pairs of mistakes of shape and of meaning; each is told for what it is, at its place, and nothing else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { problemsOf } from './files.ts';
import { type Path, wholeFile, words, written } from './whole-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-mistakes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Mistake {
  readonly path: Path;
  /** What is written there; undefined for nothing. */
  readonly value: unknown;
  /** The setting that it is told of, where that is another one. */
  readonly told?: Path;
  /** What it is judged by: where one of these is not known, nothing can be said. */
  readonly by?: readonly Path[];
  readonly isKey?: boolean;
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

const valueAt = (path: Path, value: unknown = wholeFile): unknown =>
  path.reduce<unknown>((place, part) => Reflect.get(Object(place), part), value);

const all = pathsOf(wholeFile);

/** What fits nowhere: a section for a single value, a word for a section. */
const ofShape: readonly Mistake[] = [
  ...all.map((path) => ({ path, value: typeof valueAt(path) === 'object' ? 'x y' : { x: 1 } })),
  ...[[], ...all]
    .filter((path) => typeof valueAt(path) === 'object' && !Array.isArray(valueAt(path)))
    .filter((path) => words(path) !== 'pagerduty.keys')
    .map((path) => ({ path: [...path, 'qqqqqqqq'], value: 1, isKey: true })),
];

const required = [
  ...['slack', 'apps'].map((name) => [name]),
  ...['slack.botToken', 'pagerduty.routingKey'].map((name) => name.split('.')),
  ...['id', 'platform', 'url', 'apiKey'].map((name) => ['apps', 0, name]),
  ...['appKey', 'masterSecret'].map((name) => ['apps', 1, name]),
  ...['id', 'channel', 'schedule'].map((name) => ['digests', 0, name]),
  ...['id', 'app', 'metric'].map((name) => ['alerts', 0, name]),
  ...['id', 'schedule', 'duration'].map((name) => ['maintenance', 0, name]),
].map((path): Mistake => ({ path, value: undefined }));

const ofMeaning: readonly Mistake[] = [
  { path: ['alerts', 3, 'id'], value: 'memory' },
  { path: ['digests', 0, 'id'], value: 'preview' },
  { path: ['digests', 0, 'schedule'], value: '0 9 * *' },
  {
    path: ['digests', 0, 'apps', 1],
    value: 'nowhere',
    by: [
      ['apps', 0, 'id'],
      ['apps', 1, 'id'],
    ],
  },
  { path: ['digests', 0, 'apps', 1], value: 'production', by: [['digests', 0, 'apps', 0]] },
  { path: ['maintenance', 0, 'schedule'], value: '61 * * * *' },
  {
    path: ['maintenance', 0, 'alerts', 0],
    value: 'nothing-like-it',
    by: [0, 1, 2, 3].map((at) => ['alerts', at, 'id']),
  },
  { path: ['apps', 0, 'was', 0], value: 'china', by: [['apps', 1, 'id']] },
  { path: ['apps', 0, 'channel'], value: 'D0DIRECT' },
  {
    path: ['alerts', 1, 'app'],
    value: 'elsewhere',
    by: [
      ['apps', 0, 'id'],
      ['apps', 1, 'id'],
    ],
  },
  { path: ['alerts', 0, 'metric'], value: 'memory.nothing.like.it' },
  { path: ['alerts', 0, 'pagerduty'], value: 'other-service', by: [['pagerduty']] },
  {
    path: ['alerts', 0, 'critical', 'below'],
    value: '17%',
    told: ['alerts', 0, 'critical', 'below'],
    by: [
      ['alerts', 0, 'below'],
      ['alerts', 0, 'metric'],
      ['alerts', 0, 'critical', 'clearAt'],
      ['alerts', 0, 'kind'],
    ],
  },
  {
    path: ['alerts', 1, 'clearAt'],
    value: '50%',
    by: [
      ['alerts', 1, 'drop'],
      ['alerts', 1, 'kind'],
    ],
  },
  { path: ['alerts', 1, 'within'], value: '2h', by: [['alerts', 1, 'kind']] },
  {
    path: ['alerts', 2, 'clearAt'],
    value: '1h',
    by: [
      ['alerts', 2, 'within'],
      ['alerts', 2, 'kind'],
    ],
  },
  {
    path: ['alerts', 3, 'critical', 'spreads'],
    value: 2,
    by: [
      ['alerts', 3, 'spreads'],
      ['alerts', 3, 'kind'],
    ],
  },
];

function put(root: object, path: Path, value: unknown): void {
  const place: unknown = valueAt(path.slice(0, -1), root);
  const last = path.at(-1) ?? '';
  if (typeof place !== 'object' || place === null) return;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
}

/** Where and of which setting the file with these mistakes is told something. */
function toldOf(mistakes: readonly Mistake[]): { told: string[]; at: (mistake: Mistake) => string } {
  const file: object = structuredClone(wholeFile);
  for (const { path, value } of mistakes) put(file, path, value);
  const { text, places, keys } = written(file);
  writeFileSync(join(folder, 'imstats.yml'), text);
  const told = problemsOf(() => loadConfig({ folder, environment: {} })).map((one) => one.split(': ', 1).join());
  const placeOf = (path: Path): string => places.get(words(path)) ?? placeOf(path.slice(0, -1));
  const at = ({ path, told: of = path, isKey }: Mistake): string =>
    `imstats.yml:${isKey === true ? keys.get(words(of)) : placeOf(of)} ${words(of)}`;
  return { told: told.toSorted(), at };
}

const isWithin = (path: Path, above: Path): boolean => above.every((part, index) => path[index] === part);

describe('a whole file', () => {
  it('is right', () => {
    expect(toldOf([]).told).toEqual([]);
  });

  it('with one mistake is told that one, at its place', () => {
    const wrong: unknown[] = [];
    for (const mistake of [...ofShape, ...required, ...ofMeaning]) {
      const { told, at } = toldOf([mistake]);
      const wanted = at(mistake);
      const items = told.filter((one) => one.startsWith(wanted) || one.split(' ')[1]?.startsWith(words(mistake.path)));
      if (told.length !== 1 || items.length !== 1) wrong.push({ wanted, told });
    }
    expect(wrong).toEqual([]);
  });

  it('with a mistake of shape and one of meaning is told both, or the first where the second is judged by it', () => {
    const wrong: unknown[] = [];
    for (const shape of ofShape.filter((_one, index) => index % 4 === 0)) {
      for (const meaning of ofMeaning) {
        if (isWithin(shape.path, meaning.path) || isWithin(meaning.path, shape.path)) continue;
        const isJudged = (meaning.by ?? []).every((path) => shape.isKey === true || !isWithin(path, shape.path));
        const { told, at } = toldOf([shape, meaning]);
        const wanted = [at(shape), ...(isJudged ? [at(meaning)] : [])].toSorted();
        if (JSON.stringify(told) !== JSON.stringify(wanted)) wrong.push({ wanted, told });
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
