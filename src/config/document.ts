// Parses YAML and gives the position of a path. The only file that imports yaml.
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { ConfigProblem } from '../errors.ts';
import type { Path } from './variables.ts';

export interface ReadDocument {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** `imstats.yml:14:7` of the value at a path, or of its nearest existing parent. */
  position(path: Path): string;
  /** The same for the name of a key in the map at `path`. */
  positionOfKey(path: Path, key: string): string;
}

/** Parses the text of a configuration file called `name`. Problems of YAML itself are in `problems`, with their place. */
export function readDocument(text: string, name: string): ReadDocument {
  const counter = new LineCounter();
  const { document, isTooDeep } = parse(text, counter);
  const at = (offset: number): string => {
    const { line, col } = counter.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const offsetOf = (path: Path): number => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      if (isMap(node) || isScalar(node)) return node.range?.[0] ?? 0;
      if (hasRange(node)) return node.range[0];
    }
    return document.contents?.range?.[0] ?? 0;
  };
  const problems = [
    ...document.errors.map((error) => ({ where: at(error.pos[0]), what: yamlWords(error.code, error.message) })),
    ...(isTooDeep ? [{ where: at(0), what: tooDeep }] : []),
    ...endlessParts(document).map(({ offset, what }) => ({ where: at(offset), what })),
  ];
  const value = problems.length > 0 ? undefined : contentOf(document, problems, at(0));
  return {
    value,
    problems,
    position: (path) => at(offsetOf(path)),
    positionOfKey: (path, key) => {
      const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
      const pair = isMap(map)
        ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined;
      return pair !== undefined && isScalar(pair.key) ? at(pair.key.range?.[0] ?? 0) : at(offsetOf(path));
    },
  };
}

interface Parsed {
  readonly document: ReturnType<typeof parseDocument>;
  readonly isTooDeep: boolean;
}

/** The parser calls itself for each level, so a file of very many levels exceeds the stack; it is read as an empty one. */
function parse(text: string, lineCounter: LineCounter): Parsed {
  const options = { lineCounter, prettyErrors: false, uniqueKeys: true, merge: false };
  try {
    return { document: parseDocument(text, options), isTooDeep: false };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { document: parseDocument('', options), isTooDeep: true };
  }
}

const deepest = 50;
const tooDeep = 'this is nested too deeply; no setting is';

/** Where a part holds itself through an alias, or is nested deeper than any setting; the first of them. */
function endlessParts(document: Parsed['document']): { readonly offset: number; readonly what: string }[] {
  const found: { readonly offset: number; readonly what: string }[] = [];
  const stop = (node: { range?: readonly number[] | null | undefined }, what: string): symbol => {
    found.push({ offset: node.range?.[0] ?? 0, what });
    return visit.BREAK;
  };
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      const source = alias.resolve(document);
      const isEndless = ancestors.some((one) => one === source);
      return isEndless
        ? stop(alias, 'this alias (*name) stands for a part that it is in itself; write the value')
        : undefined;
    },
    Collection: (_key, collection, ancestors) =>
      ancestors.length > 2 * deepest ? stop(collection, tooDeep) : undefined,
  });
  return found;
}

/** The parser reports unresolved aliases, and too many of them, only here. */
function contentOf(document: ReturnType<typeof parseDocument>, problems: ConfigProblem[], where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch {
    problems.push({
      where,
      what: 'an alias (*name) stands for nothing, or there are too many; write the value itself',
    });
    return undefined;
  }
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

/** Some messages of the parser quote the file, and a quote may be a secret: only known messages are passed on. */
function yamlWords(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this name is there twice; remove one of the two';
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; use spaces';
  if (code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY')
    return 'the indentation does not fit; put names of one section in one column';
  if (code === 'MISSING_CHAR')
    return /quote/.test(message) ? 'a closing quote is missing' : 'a closing bracket or a space is missing';
  return 'this is not valid YAML; check quotes, colons and indentation here';
}
