// Validation problems of blocks in Slack's form: a message and a JSON pointer.
import type { z } from 'zod';

/** One fault in a payload. `pointer` is a JSON pointer from the payload's root, e.g. `/blocks/0/text/text`. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** A JSON pointer made of a start and the keys below it. */
export function pointer(root: string, path: readonly PropertyKey[]): string {
  return [root, ...path.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

/** The faults that zod found, each with its pointer below `root`. */
export function problemsOf(error: z.ZodError, root: string): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, root));
}

/** As Slack prints a problem in `response_metadata.messages`, without its `[ERROR]`. */
export function describeProblem(problem: Problem): string {
  return `${problem.message} [json-pointer:${problem.pointer}]`;
}

function problemsOfIssue(issue: z.core.$ZodIssue, root: string): Problem[] {
  const at = pointer(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: at, message: `invalid additional property: ${key}` }));
  }
  if (issue.code === 'invalid_type' && issue.input === undefined && issue.path.length > 0) {
    return [
      {
        pointer: pointer(root, issue.path.slice(0, -1)),
        message: `missing required field: ${String(issue.path.at(-1))}`,
      },
    ];
  }
  return [{ pointer: at, message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'array'
        ? `no more than ${issue.maximum} items allowed`
        : `must be less than or equal to ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `no fewer than ${issue.minimum} items allowed`
        : `must be more than or equal to ${issue.minimum}`;
    case 'invalid_union':
      return issue.errors.length === 0 ? 'unsupported type' : 'failed to match any allowed schema';
    case 'invalid_type':
      return `must provide ${issue.expected === 'object' ? 'an object' : `a value of type ${issue.expected}`}`;
    default:
      return issue.message;
  }
}
