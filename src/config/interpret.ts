// The values of a configuration → `Config`, or every mistake in them: of shape and of meaning at once, without what only follows from another one.
import type { z } from 'zod';
import { closestMatch } from '../closest-match.ts';
import { knownKeys, suggestion } from '../config-field.ts';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import type { PathProblem } from './document.ts';
import { type Gap, replaceGaps, valueAt } from './placeholders.ts';
import { appOnNone, File } from './schema.ts';
import type { Path } from './variables.ts';

/** `key`: it is the name itself, in the map at the path, that is wrong. */
export type FileProblem = PathProblem & { readonly key?: string };

export interface Interpreted {
  /** Undefined when something is wrong. */
  readonly config: Config | undefined;
  /** In the order in which they were found. */
  readonly problems: readonly FileProblem[];
}

/** Of what stands at the `unknown` paths nothing is said: a mistake was found there before. Relative paths are below `folder`. */
export function interpret(value: unknown, unknown: readonly Path[], folder: string): Interpreted {
  const { problems, mistyped } = mistakesOfShape(value, unknown);
  const gaps: readonly Gap[] = [
    ...[...unknown, ...mistyped].map((path) => ({ path, isExtra: false })),
    ...problems.map(({ path, key }) => ({
      path: key === undefined ? path : [...path, key],
      isExtra: key !== undefined,
    })),
  ];
  const replaced = replaceGaps(value, gaps);
  const file = File.safeParse(replaced.value);
  if (!file.success) return { config: undefined, problems };
  const ofMeaning: FileProblem[] = [];
  const config = buildConfig(file.data, folder, {
    report: (path, what, isKey) => {
      const key = isKey === true ? { path: path.slice(0, -1), key: String(path.at(-1)) } : { path };
      if (!replaced.isUnknown(path)) ofMeaning.push({ ...key, what });
    },
    isUnknown: replaced.isUnknown,
  });
  const all = [...problems, ...ofMeaning];
  return { config: all.length > 0 || unknown.length > 0 ? undefined : config, problems: all };
}

/** `mistyped` are the paths of settings that are missing because their names are mistyped. */
function mistakesOfShape(value: unknown, unknown: readonly Path[]): { problems: FileProblem[]; mistyped: Path[] } {
  const found = issuesOf(value).flatMap(problemsOf);
  const mistyped = found.flatMap(({ path, key, meant }) => {
    const isThere = meant === undefined || Object.hasOwn(Object(valueAt(value, path)), meant);
    return key === undefined || isThere ? [] : [[...path, meant]];
  });
  const explained = [...unknown, ...mistyped];
  const problems = found
    .filter(({ path, key }) => key !== undefined || !explained.some((one) => isWithin(path, one)))
    .map(({ meant: _meant, ...problem }) => problem);
  return { problems, mistyped };
}

/** True for a path and everything below it. */
const isWithin = (path: Path, above: Path): boolean => above.every((part, index) => path[index] === part);

/** What is wrong by itself. Where the platform of an app is not known, its other fields are read all the same. */
function issuesOf(value: unknown): readonly z.core.$ZodIssue[] {
  const issues = File.safeParse(value ?? {}).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const isPlatform = issue.path.length === 3 && issue.path[0] === 'apps' && issue.path[2] === 'platform';
    if (!isPlatform) return [issue];
    const app = issue.path.slice(0, 2);
    const others = appOnNone.safeParse(valueAt(value, pathOf(app))).error?.issues ?? [];
    return [issue, ...others.map((other) => ({ ...other, path: [...app, ...other.path] }))];
  });
}

/** An unknown key is told with the nearest known one. */
function problemsOf(issue: z.core.$ZodIssue): (FileProblem & { readonly meant?: string | undefined })[] {
  const path = pathOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, what: issue.message }];
  const known = knownKeys(issue);
  return issue.keys.map((key) => ({
    path,
    key,
    what: `is not known here; ${suggestion(key, known)}`,
    meant: closestMatch(key, known),
  }));
}

/** Paths of parsed YAML hold names and positions only. */
const pathOf = (path: readonly PropertyKey[]): Path => path.filter((part) => typeof part !== 'symbol');
