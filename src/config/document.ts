// Parses YAML into plain values and says where each of them stands. The only file that imports yaml.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { ConfigProblem } from '../errors.ts';
import { type Path, pathWords } from './variables.ts';

/** A mistake at a path. The value there is not known, so nothing that follows from it is a mistake of its own. */
export interface PathProblem {
  readonly path: Path;
  readonly what: string;
}

export interface ReadDocument {
  readonly value: unknown;
  /** Because of these nothing can be read. */
  readonly syntax: readonly ConfigProblem[];
  /** Names that are there twice; the first one holds. */
  readonly repeated: readonly ConfigProblem[];
  /** Other mistakes of YAML beside which the rest can be read. */
  readonly mistakes: readonly PathProblem[];
  /** `imstats.yml:14:7` of the value at a path, or of its nearest existing parent. A value of an anchor stands where the anchor is. */
  position(path: Path): string;
  /** The same for the name of a key in the map at `path`. */
  positionOfKey(path: Path, key: string): string;
}

/** Parses the text of a configuration file called `name`. */
export function readDocument(text: string, name: string): ReadDocument {
  const counter = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = counter.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const told = (problems: readonly Misplaced[]): ConfigProblem[] =>
    problems.map(({ offset, what }) => ({ where: at(offset), what }));
  const document = parse(text, counter);
  const syntax = document === undefined ? [{ offset: 0, what: tooDeep }] : syntaxProblems(document, text);
  const walk = createWalk();
  const value = syntax.length > 0 || document === undefined ? undefined : read(walk, document.contents, []);
  const offsetOf = (path: Path): number => {
    const parts = path.map((_part, index) => path.slice(0, path.length - index));
    return (
      parts.map((one) => walk.values.get(pathWords(one))).find((one) => one !== undefined) ??
      startOf(document?.contents)
    );
  };
  return {
    value,
    syntax: told(syntax),
    repeated: walk.repeated.map(({ path, offset }) => ({
      where: `${at(offset)} ${pathWords(path)}`,
      what: 'is there twice; remove one of the two',
    })),
    mistakes: walk.mistakes,
    position: (path) => at(offsetOf(path)),
    positionOfKey: (path, key) => at(walk.keys.get(pathWords([...path, key])) ?? offsetOf([...path, key])),
  };
}

interface Misplaced {
  readonly offset: number;
  readonly what: string;
}

const tooDeep = 'this is nested too deeply; no setting is';

/** Undefined where the file has so many levels that the parser, which calls itself for each of them, exceeds the stack. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, merge: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Spaces that look like one and are none to YAML. */
const oddSpace = /[\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/;

/**
 * What keeps the text from being read. Of the errors of the parser the first one only, as the others mostly follow from it; tabs and
 * odd spaces are told all, because each is one of its own.
 */
function syntaxProblems(document: Document.Parsed, text: string): Misplaced[] {
  const odd = offsetsOf(text, new RegExp(`^([ \\t-]*)${oddSpace.source}`, 'gmu'));
  if (odd.length > 0) return odd.map((offset) => ({ offset, what: 'a no-break space indents this line; use spaces' }));
  const error = document.errors[0];
  if (error === undefined) return [];
  const tabs = offsetsOf(text, /^( *)\t+(?=[^\s#])/gm);
  if (error.code === 'TAB_AS_INDENT' && tabs.length > 0)
    return tabs.map((offset) => ({ offset, what: 'a tab indents this line; use spaces' }));
  const [start] = error.pos;
  const [line = ''] = text.slice(text.lastIndexOf('\n', start - 1) + 1).split('\n', 1);
  const isOdd = oddSpace.test(line);
  return [{ offset: start, what: yamlWords(error.code, error.message, isOdd) }];
}

/** Where the match begins, after its first group. */
function offsetsOf(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => match.index + (match[1]?.length ?? 0));
}

/** Some messages of the parser quote the file, and a quote may be a secret: only known messages are passed on. */
function yamlWords(code: string, message: string, isOdd: boolean): string {
  if (code === 'RESOURCE_EXHAUSTION') return tooDeep;
  if (code === 'MULTIPLE_DOCS')
    return 'a second document begins here (after ---); write everything into one, without this line';
  if (isOdd) return 'this line holds a no-break space, which looks like a space; write a plain one';
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; use spaces';
  if (code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY')
    return 'the indentation does not fit; put names of one section in one column';
  if (code === 'MISSING_CHAR')
    return /quote/.test(message) ? 'a closing quote is missing' : 'a closing bracket or a space is missing';
  return 'this is not valid YAML; check quotes, colons and indentation here';
}

const deepest = 50;

/** With every alias written out. No configuration has more values; a file of nested aliases has millions. */
const mostValues = 50_000;

/** What is found while a document is read into values. */
interface Walk {
  /** Offsets by path in words. */
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly mistakes: PathProblem[];
  readonly repeated: { readonly path: Path; readonly offset: number }[];
  /** The nodes that aliases stand for so far, by name. */
  readonly anchors: Map<string, Node>;
  /** The nodes that are being read. */
  readonly open: Set<unknown>;
  count: number;
  /** True within what an alias stands for, where no anchor is set anew. */
  isExpanding: boolean;
}

function createWalk(): Walk {
  const found = { values: new Map(), keys: new Map(), mistakes: [], repeated: [], anchors: new Map(), open: new Set() };
  return { ...found, count: 0, isExpanding: false };
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

/** The value of a node: aliases stand for what they name, `<<` for the names of another section. Undefined where a mistake was found. */
function read(walk: Walk, node: unknown, path: Path): unknown {
  walk.values.set(pathWords(path), startOf(node));
  walk.count += 1;
  if (walk.count > mostValues) return walk.count === mostValues + 1 ? wrong(walk, path, tooMany) : undefined;
  if (path.length > deepest) return wrong(walk, path, tooDeep);
  if (isAlias(node)) return readAlias(walk, node.source, path, (source) => read(walk, source, path));
  if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string' && !walk.isExpanding)
    walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return node.value;
  walk.open.add(node);
  const value = isMap(node)
    ? readMap(walk, node, path)
    : isSeq(node)
      ? node.items.map((item, index) => read(walk, item, [...path, index]))
      : undefined;
  walk.open.delete(node);
  return value;
}

function wrong(walk: Walk, path: Path, what: string): undefined {
  walk.mistakes.push({ path, what });
}

function readAlias<T>(walk: Walk, name: string, path: Path, then: (source: Node) => T): T | undefined {
  const source = walk.anchors.get(name);
  if (source === undefined)
    return wrong(walk, path, `*${name} stands for nothing; write &${name} before a value above it`);
  if (walk.open.has(source))
    return wrong(walk, path, `*${name} stands for a part that it is in itself; write the value`);
  const before = walk.isExpanding;
  walk.isExpanding = true;
  const value = then(source);
  walk.isExpanding = before;
  return value;
}

function readMap(walk: Walk, map: YAMLMap, path: Path): Record<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { key, value } of map.items.filter((pair) => !isMergeKey(pair.key))) {
    const name = isScalar(key) ? String(key.value) : undefined;
    if (name === undefined) wrong(walk, path, 'a name here is no plain text; write name: value');
    else if (found.has(name)) walk.repeated.push({ path: [...path, name], offset: startOf(key) });
    else {
      found.set(name, read(walk, value, [...path, name]));
      walk.keys.set(pathWords([...path, name]), startOf(key));
    }
  }
  for (const { value } of map.items.filter(({ key }) => isMergeKey(key))) merge(walk, value, { path, found });
  return Object.fromEntries(found);
}

/** What the map has itself holds, then what comes first. */
function merge(walk: Walk, from: unknown, into: { readonly path: Path; readonly found: Map<string, unknown> }): void {
  const { path, found } = into;
  if (isAlias(from)) readAlias(walk, from.source, path, (source) => merge(walk, source, into));
  else if (isSeq(from)) for (const one of from.items) merge(walk, one, into);
  else if (!isMap(from)) wrong(walk, path, '<<: takes the names of another section; write <<: *name of one');
  else {
    for (const { key, value } of from.items.filter((pair) => !isMergeKey(pair.key))) {
      const name = isScalar(key) ? String(key.value) : '';
      if (found.has(name)) continue;
      found.set(name, read(walk, value, [...path, name]));
      walk.keys.set(pathWords([...path, name]), startOf(key));
    }
    for (const { value } of from.items.filter(({ key }) => isMergeKey(key))) merge(walk, value, into);
  }
}

const tooMany = `aliases (*name) make more than ${mostValues.toLocaleString('en')} values of this file; write fewer`;

const isMergeKey = (key: unknown): boolean => isScalar(key) && key.value === '<<' && key.type === 'PLAIN';

function isNode(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
}
