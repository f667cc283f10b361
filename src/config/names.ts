// The names in a configuration: ids used once, no word of the command, references to apps and alerts that exist, former ids of apps.
import type { ImApp } from '../app.ts';
import { closestMatch } from '../closest-match.ts';
import { suggestion } from '../config-field.ts';
import { subcommands } from '../slack/subcommands/index.ts';
import type { File } from './schema.ts';
import type { Path, ReportProblem } from './variables.ts';

/** What a check of meaning goes by, beside the values. */
export interface Checking {
  readonly report: ReportProblem;
  /** True where a mistake was found already: the value there is a placeholder, and what follows from it is no mistake. */
  isUnknown(path: Path): boolean;
}

/** Every check of names within one file. */
export function checkNames(file: File, apps: readonly ImApp[], checking: Checking): void {
  for (const section of ['apps', 'digests', 'alerts', 'maintenance'] as const)
    checkUnique(file[section], [section], checking);
  checkWords(apps, file, checking);
  checkFormerIds(file, checking);
  for (const [index, digest] of file.digests.entries())
    checkReferences({ names: digest.apps ?? [], path: ['digests', index, 'apps'], noun: 'app' }, file, checking);
  for (const [index, window] of file.maintenance.entries()) {
    checkReferences({ names: window.apps, path: ['maintenance', index, 'apps'], noun: 'app' }, file, checking);
    checkReferences({ names: window.alerts, path: ['maintenance', index, 'alerts'], noun: 'alert' }, file, checking);
  }
}

function checkUnique(items: readonly { readonly id: string }[], path: Path, { report }: Checking): void {
  for (const [index, item] of items.entries()) {
    if (items.findIndex(({ id }) => id === item.id) < index)
      report([...path, index, 'id'], `the id "${item.id}" is there twice; every id is used once`);
  }
}

/** Words of a command that are no names of subcommands; some are kept for subcommands to come. */
const otherWords = 'summary history export now preview public today yesterday user group room'.split(' ');

/** Nothing else may be named like a word of the slash command, or nobody could ask for it. */
const reserved = new Set([...subcommands.map(({ id }) => id), ...otherWords]);

const isReserved = (word: string): boolean =>
  reserved.has(word) || /^\d+[a-z]{1,3}$/.test(word) || /^\d{4}-\d/.test(word);

/** Ids and names of apps, and ids of digests and rules, must be unambiguous in a command. */
function checkWords(apps: readonly ImApp[], file: File, { report }: Checking): void {
  const taken = (path: Path, word: string, kind: 'id' | 'name'): void => {
    if (isReserved(word.toLowerCase()))
      report(path, `"${word}" is a word of the /imstats command; choose another ${kind}`);
  };
  for (const [index, app] of apps.entries()) {
    taken(['apps', index, 'id'], app.id, 'id');
    if (app.name === app.id) continue;
    taken(['apps', index, 'name'], app.name, 'name');
    const name = app.name.toLowerCase();
    const isTwin = (other: ImApp, at: number): boolean =>
      at !== index && (other.id === name || (at < index && other.name.toLowerCase() === name));
    if (apps.some(isTwin))
      report(['apps', index, 'name'], `another app is called "${app.name}" too; nobody could tell which one is meant`);
  }
  for (const section of ['digests', 'alerts'] as const)
    for (const [index, { id }] of file[section].entries()) taken([section, index, 'id'], id, 'id');
}

/** A former id is the id of nothing that is there now, and the past goes to one app only. */
function checkFormerIds({ apps }: File, { report, isUnknown }: Checking): void {
  const former = apps.flatMap(({ was }, index) =>
    was.map((id, at) => ({ id, path: ['apps', index, 'was', at] as Path })),
  );
  for (const [index, { id, path }] of former.entries()) {
    if (apps.some((app, at) => app.id === id && !isUnknown(['apps', at, 'id'])))
      report(path, `"${id}" is the id of an app in this file; write here only what is no id any more`);
    else if (former.findIndex((other) => other.id === id && !isUnknown(other.path)) < index)
      report(path, `"${id}" stands under was: twice; its history goes to one app only`);
  }
}

interface References {
  readonly names: readonly string[];
  readonly path: Path;
  readonly noun: 'app' | 'alert';
}

/** Reports each name that is unknown, with the nearest known one, or that is repeated. */
function checkReferences({ names, path, noun }: References, file: File, checking: Checking): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index)
      checking.report([...path, index], `"${name}" is named twice; remove one of the two`);
    else checkReference({ name, path: [...path, index], noun }, file, checking);
  }
}

/**
 * Reports a name of nothing. Where an id in the file is not known, only a name that is near a known one is reported: another may be
 * the one that is not known.
 */
export function checkReference(
  { name, path, noun }: { readonly name: string; readonly path: Path; readonly noun: References['noun'] },
  file: File,
  { report, isUnknown }: Checking,
): void {
  const section = noun === 'app' ? 'apps' : 'alerts';
  const isKnown = (index: number): boolean => !isUnknown([section, index, 'id']);
  const known = file[section].filter((_one, index) => isKnown(index)).map(({ id }) => id);
  if (known.includes(name)) return;
  const mayBeThere = known.length < file[section].length || isUnknown([section]);
  if (mayBeThere && closestMatch(name, known) === undefined) return;
  report(path, `there is no ${noun} "${name}"; ${suggestion(name, known)}`);
}
