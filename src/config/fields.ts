// Parts of the configuration file alone: lists, and names that must be known elsewhere in it.
import { z } from 'zod';
import { suggestion } from '../config-field.ts';
import type { Path } from './variables.ts';

export const list = <Item extends z.ZodType>(item: Item, wanted: string) =>
  z.array(item, { error: () => `must be a list of ${wanted}` });

/** Reports a problem of the value at `path`. */
export type ReportProblem = (path: Path, what: string) => void;

/** Reports each name that is unknown, with the nearest known one, or that is repeated. */
export function checkNames(
  input: { names: readonly string[]; known: readonly string[]; path: Path; noun: string },
  report: ReportProblem,
): void {
  for (const [index, name] of input.names.entries()) {
    if (input.names.indexOf(name) < index)
      report([...input.path, index], `"${name}" is named twice; remove one of the two`);
    if (!input.known.includes(name)) report([...input.path, index], unknownName(name, input.known, input.noun));
  }
}

/** The message for an unknown name. */
export function unknownName(name: string, known: readonly string[], noun: string): string {
  return `there is no ${noun} "${name}"; ${suggestion(name, known)}`;
}
