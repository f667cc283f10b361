// Names in a configuration that must be known elsewhere in it.
import { closestMatch } from '../closest-match.ts';
import type { Path } from './variables.ts';

/** Says that the value at `path` cannot be used. */
export type Complain = (path: Path, what: string) => void;

/** Each name must be known; a wrong one is told with the nearest known. */
export function checkNames(
  input: { names: readonly string[]; known: readonly string[]; path: Path; noun: string },
  complain: Complain,
): void {
  for (const [index, name] of input.names.entries()) {
    if (input.names.indexOf(name) < index)
      complain([...input.path, index], `"${name}" is named twice; remove one of the two`);
    if (!input.known.includes(name)) complain([...input.path, index], unknownName(name, input.known, input.noun));
  }
}

export function unknownName(name: string, known: readonly string[], noun: string): string {
  const meant = closestMatch(name, known);
  return `there is no ${noun} "${name}"; ${meant === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean ${meant}?`}`;
}
