// The JSON schema for editors is made of the schema that reads the file, and says of every setting what it is for.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { ruleKinds } from '../../src/alerting/rules/index.ts';
import { File } from '../../src/config/schema.ts';
import { metricIds } from '../../src/metrics/catalog.ts';
import { packageRoot } from '../support/package-root.ts';
import { prod } from '../support/sample-app.ts';
import { purposes, rulePurposes } from './setting-purposes.ts';

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

/** The keys of each kind of rule, as an unknown one is answered with them. */
function ruleKeys(): string[] {
  const kinds = ruleKinds.filter(({ written }) => written !== undefined).map(({ kind }) => kind);
  const keys = kinds.flatMap((kind) => {
    const read = ruleFromConfig({ id: 'it', app: 'prod', kind, qqqqqqqq: 1 }, { app: prod });
    const told = 'problems' in read ? read.problems.find(({ isKey }) => isKey)?.message : undefined;
    return told?.split('known are ')[1]?.split(', ') ?? [];
  });
  return [...new Set(keys)];
}

function ruleSchema(item: Schema): Schema {
  const kinds = ruleKinds.filter(({ written }) => written !== undefined).map(({ kind }) => kind);
  const own: Schema = { kind: { enum: kinds }, metric: { enum: metricIds } };
  const properties = ruleKeys().map((key) => [key, { ...Object(own[key]), description: rulePurposes[key] }]);
  return { ...item, properties: Object.fromEntries(properties), additionalProperties: false };
}

function schemaForEditors(): Schema {
  const schema = z.toJSONSchema(File, { io: 'input', unrepresentable: 'any' });
  const { properties }: Schema = schema;
  if (isSchema(properties) && isSchema(properties['alerts']) && isSchema(properties['alerts']['items']))
    properties['alerts']['items'] = ruleSchema(properties['alerts']['items']);
  eachSetting(schema, '', (path, setting) => {
    if (path.startsWith('alerts.')) return;
    const parts = [purposes[path], setting['description']].filter((part) => part !== undefined);
    setting['description'] = parts.join(' ');
  });
  return { ...schema, title: 'The configuration of imstats' };
}

/** What the YAML of a file holds, as an editor checks it. */
const written = (name: string): unknown => parse(readFileSync(resolve(packageRoot, name), 'utf8'));

describe('the schema for editors', () => {
  it('takes the example as it stands, and no other name in any section of it', () => {
    const schema = z.fromJSONSchema(
      JSON.parse(readFileSync(resolve(packageRoot, 'src/config/imstats.schema.json'), 'utf8')),
    );
    const example = written('imstats.example.yml');
    expect(schema.safeParse(example).error?.issues ?? []).toEqual([]);
    for (const section of Object.keys(Object(example))) {
      const part: unknown = Object(example)[section];
      const [first] = Array.isArray(part) ? part : [part];
      if (typeof first !== 'object') continue;
      const spoiled = { ...first, nmae: 1 };
      const changed = { ...Object(example), [section]: Array.isArray(part) ? [spoiled] : spoiled };
      expect(schema.safeParse(changed).success, section).toBe(false);
    }
  });

  it('is what the reader of the file gives', async () => {
    const file = resolve(import.meta.dirname, '../../src/config/imstats.schema.json');
    await expect(`${JSON.stringify(schemaForEditors(), undefined, 2)}\n`).toMatchFileSnapshot(file);
  });

  it('says of every setting what it is for', () => {
    const silent: string[] = [];
    const known = new Set<string>();
    eachSetting(z.toJSONSchema(File, { io: 'input', unrepresentable: 'any' }), '', (path) => {
      known.add(path);
      if (!path.startsWith('alerts.') && purposes[path] === undefined) silent.push(path);
    });
    expect(silent).toEqual([]);
    expect(Object.keys(purposes).filter((path) => !known.has(path))).toEqual([]);
    expect(ruleKeys().toSorted()).toEqual(Object.keys(rulePurposes).toSorted());
  });
});
