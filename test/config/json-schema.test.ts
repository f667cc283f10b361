// The JSON schema for editors is made of the schema that reads the file, and says of every setting what it is for.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type WrittenKind, writtenRule } from '../../src/alerting/rule-config.ts';
import { ruleKinds } from '../../src/alerting/rules/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { File } from '../../src/config/schema.ts';
import { metric, metricIds } from '../../src/metrics/catalog.ts';
import { packageRoot } from '../support/package-root.ts';
import { prod } from '../support/sample-app.ts';
import { purposes, rulePurposes } from './setting-purposes.ts';
import { wholeFile } from './whole-file.ts';

type Schema = { [name: string]: unknown };

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Calls `visit` for each setting with its path, items of lists as their list. */
function eachSetting(schema: unknown, path: string, visit: (path: string, setting: Schema) => void): void {
  if (!isSchema(schema)) return;
  const { properties, items, oneOf } = schema;
  if (isSchema(properties)) {
    for (const [name, inner] of Object.entries(properties)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (isSchema(inner)) visit(at, inner);
      eachSetting(inner, at, visit);
    }
  }
  eachSetting(items, path, visit);
  if (Array.isArray(oneOf)) for (const one of oneOf) eachSetting(one, path, visit);
}

/** One metric of each unit: the values of limits are written in it. */
const ofEachUnit = metricIds.filter(
  (id, index) => metricIds.findIndex((other) => metric(other).unit === metric(id).unit) === index,
);

const writtenKinds = ruleKinds.filter((kind): kind is WrittenKind => kind.written !== undefined);

/** As JSON schema; what is one value or a list is either. */
const jsonOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }: { jsonSchema: Schema }) => {
      const { either } = jsonSchema;
      if (!Array.isArray(either)) return;
      Reflect.deleteProperty(jsonSchema, 'either');
      jsonSchema['anyOf'] = either.map((one) => withoutDialect(jsonOf(one)));
    },
  });

const withoutDialect = ({ $schema: _dialect, ...rest }: Schema): Schema => rest;

/** What fits one of the schemas: the same where they agree, part by part where all are sections. */
function anyOf(schemas: readonly Schema[]): Schema {
  const [first = {}] = schemas;
  const different = schemas.filter((one, at) => schemas.findIndex((other) => isDeepStrictEqual(one, other)) === at);
  if (different.length <= 1) return first;
  if (!different.every(({ properties }) => isSchema(properties)))
    return { anyOf: different.map(({ description: _description, ...rest }) => rest) };
  const names = Object.keys(Object(first['properties']));
  const parts = (name: string): Schema[] => different.map(({ properties }) => Object(Object(properties)[name]));
  return { ...first, properties: Object.fromEntries(names.map((name) => [name, anyOf(parts(name))])) };
}

/** The rules of a kind, of a metric of any unit. */
function ruleOfKind(kind: WrittenKind): Schema {
  const all = ofEachUnit.map((id) => jsonOf(writtenRule(kind, { app: prod, metric: id, holdFor: undefined })));
  const { properties, ...rest } = withoutDialect(anyOf(all));
  const { channel, critical } = Object(properties);
  // Read beside the kind, for every kind that has a critical level.
  if (isSchema(critical)) critical['properties'] = { ...Object(critical['properties']), channel };
  return { ...rest, properties };
}

/** The keys of all kinds. */
const ruleKeys = (): string[] => [
  ...new Set(writtenKinds.flatMap((kind) => Object.keys(Object(ruleOfKind(kind)['properties'])))),
];

function schemaForEditors(): Schema {
  const schema = jsonOf(File);
  const { properties } = schema;
  if (isSchema(properties) && isSchema(properties['alerts']))
    properties['alerts']['items'] = { oneOf: writtenKinds.map(ruleOfKind) };
  eachSetting(schema, '', (path, setting) => {
    const [section, key = '', inner] = path.split('.');
    const isRule = section === 'alerts' && inner === undefined;
    const parts = [isRule ? (rulePurposes[key] ?? purposes[path]) : purposes[path], setting['description']];
    setting['description'] = parts.filter((part) => part !== undefined).join(' ');
    if (setting['description'] === '') Reflect.deleteProperty(setting, 'description');
  });
  return { ...schema, title: 'The configuration of imstats' };
}

/** What the YAML of a file holds, as an editor checks it. */
const written = (name: string): unknown => parse(readFileSync(resolve(packageRoot, name), 'utf8'));

const forEditors = z.fromJSONSchema(
  JSON.parse(readFileSync(resolve(packageRoot, 'src/config/imstats.schema.json'), 'utf8')),
);
const issuesOf = (file: unknown): readonly unknown[] =>
  forEditors.safeParse(JSON.parse(JSON.stringify(file))).error?.issues ?? [];

/** The file with other settings in the section at the path. */
function withIn(whole: unknown, path: string, settings: object): unknown {
  const [name, ...rest] = path === '' ? [] : path.split('.');
  if (name === undefined) return { ...Object(whole), ...settings };
  const inner = withIn(Object(whole)[name], rest.join('.'), settings);
  return Array.isArray(whole)
    ? whole.map((item, index) => (index === Number(name) ? inner : item))
    : { ...Object(whole), [name]: inner };
}

/** The path of every single value in the file. */
function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, [...path, name]));
}
const changeable = leavesOf(wholeFile).filter((path) => !Number.isInteger(Number(path.at(-1))));

const amounts = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.double({ min: 0, max: 100, noNaN: true }));
const units = ['', '%', ' %', 's', 'm', 'h', 'd', 'w', 'ms', 'M', 'H', 'B', 'mb', 'MiB', 'GB', ' GB', 'tib'];
/** Values as people write them: numbers, quantities with a unit of any case, white space around, words, ids, addresses. */
const valueAsWritten = fc.oneof(
  amounts,
  fc.tuple(amounts, fc.constantFrom(...units)).map(([amount, unit]) => `${amount}${unit}`),
  fc.tuple(fc.nat(50), fc.nat(50)).map(([hours, minutes]) => ` ${hours}h${minutes}m `),
  fc.constantFrom(
    'C0OTHER',
    ' C0OTHER',
    'U0BOB',
    'here',
    'everyone',
    'low',
    'week',
    'text',
    'Asia/Tokyo',
    'default',
    true,
    7,
  ),
  fc.constantFrom(
    'https://a.example',
    'sqlite:a.db',
    'postgres://u:p@h/d',
    'memory.free',
    'connections.peak',
    '0 5 * * *',
  ),
);

describe('the schema for editors', () => {
  it('takes the example as it stands, and no other name in any section of it', () => {
    const example = written('imstats.example.yml');
    expect(issuesOf(example)).toEqual([]);
    for (const section of Object.keys(Object(example))) {
      const part: unknown = Object(example)[section];
      const [first] = Array.isArray(part) ? part : [part];
      if (typeof first !== 'object') continue;
      const spoiled = { ...first, nmae: 1 };
      const changed = { ...Object(example), [section]: Array.isArray(part) ? [spoiled] : spoiled };
      expect(issuesOf(changed), section).not.toEqual([]);
    }
  });

  it('takes every setting as it may be written', () => {
    expect(issuesOf(wholeFile)).toEqual([]);
    const alerts = wholeFile.alerts.map((rule) => ({ ...rule, for: '${HOLD}' }));
    expect(issuesOf({ ...wholeFile, alerts, access: { run: 'everyone' } })).toEqual([]);
  });

  it.each([
    ['alerts.0', { below: '15 percent' }],
    ['alerts.0', { below: true }],
    ['alerts.0', { below: ['15%'] }],
    ['alerts.0', { for: 5 }],
    ['alerts.0', { for: 'five minutes' }],
    ['alerts.0', { keepFiring: '10 m' }],
    ['alerts.0', { channel: 'general' }],
    ['alerts.0', { channel: [] }],
    ['alerts.0', { channel: ['C0ONCALL', '#ops'] }],
    ['alerts.0', { metric: 'memory.fre' }],
    ['alerts.0', { metric: undefined }],
    ['alerts.0', { kind: 'treshold' }],
    ['alerts.0', { spreads: 4 }],
    ['alerts.0', { mention: 'S0ONCALL' }],
    ['alerts.0', { mention: ['oncall'] }],
    ['alerts.0', { repeat: ['30m', 60] }],
    ['alerts.0', { escalate: { after: '30m' } }],
    ['alerts.0', { critical: '8%' }],
    ['alerts.0', { critical: { below: '8%', chanel: 'C0OPS' } }],
    ['alerts.0', { critical: { below: '8%', for: 2 } }],
    ['alerts.1', { within: 300 }],
    ['alerts.1', { drop: 'much' }],
    ['alerts.1', { critical: { below: '8%' } }],
    ['alerts.2', { within: '8 hours' }],
    ['alerts.2', { critical: { onlyBelow: 'low' } }],
    ['alerts.3', { unusual: 'lo' }],
    ['alerts.3', { spreads: 'four' }],
    ['alerts.3', { critical: { for: '5m' } }],
    ['apps.0', { pollEvery: 60 }],
    ['apps.0', { connectionLimit: 'many' }],
    ['apps.0', { unreachable: { polls: '3 times' } }],
    ['digests.0', { period: 'fortnight' }],
    ['slack', { port: 'http' }],
    ['slack', { privateCharts: 'quickchart' }],
    ['access', { run: 'nobody' }],
    ['access', { run: ['bob'] }],
    ['retention', { raw: '14' }],
    ['', { store: 'mysql://host/x' }],
    ['', { charts: ['picture'] }],
  ])('refuses in %s %j', (section, wrong) => {
    expect(issuesOf(withIn(wholeFile, section, wrong))).not.toEqual([]);
  });

  it('refuses nothing that is read: whatever loads passes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'imstats-editors-'));
    try {
      let read = 0;
      const changed = fc.tuple(fc.constantFrom(...changeable), valueAsWritten);
      fc.assert(
        fc.property(changed, ([path, value]) => {
          const file = withIn(wholeFile, path.slice(0, -1).join('.'), { [path.at(-1) ?? '']: value });
          writeFileSync(join(folder, 'imstats.yml'), stringify(file));
          try {
            loadConfig({ folder, environment: {} });
          } catch {
            return; // what is not read may be refused or not
          }
          read += 1;
          expect(issuesOf(parse(stringify(file)))).toEqual([]);
        }),
        { numRuns: 250 },
      );
      expect(read).toBeGreaterThan(30);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is what the reader of the file gives', async () => {
    const file = resolve(import.meta.dirname, '../../src/config/imstats.schema.json');
    await expect(`${JSON.stringify(schemaForEditors(), undefined, 2)}\n`).toMatchFileSnapshot(file);
  });

  it('says of every setting what it is for', () => {
    const silent: string[] = [];
    const known = new Set<string>();
    eachSetting(jsonOf(File), '', (path) => {
      known.add(path);
      if (!path.startsWith('alerts.') && purposes[path] === undefined) silent.push(path);
    });
    expect(silent).toEqual([]);
    expect(Object.keys(purposes).filter((path) => !known.has(path))).toEqual([]);
    expect(ruleKeys().toSorted()).toEqual(Object.keys(rulePurposes).toSorted());
  });
});
