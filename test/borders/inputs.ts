// Inputs that nobody means to send: any JSON, a right message with one part of it replaced, bytes, and numbers beyond their range.
import fc from 'fast-check';

/** How many inputs each border is given; a longer trial names more. */
export const trials = Number(process.env['IMSTATS_INPUTS'] ?? 300);

/** Numbers at and beyond the ends of what a program expects; a month of seconds and of milliseconds among them. */
export const extremes = fc.constantFrom(
  ...[0, -0, -1, 0.5, 1e-320, 2_678_400, 2_678_400_000, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e21, 1e308, -1e308],
);

const names = ['__proto__', 'constructor', 'toString', 'type', 'event', 'user', 'channel', 'actions', 'view', 'error'];

/** Text as programs send it, and as they do not. */
export const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\ufeff',
    '\u202e',
    '<!channel>',
    'null',
    'NaN',
    '1e999',
    '-',
    '99999999999999999999',
  ),
  fc.constantFrom(...names),
  fc.nat(20_000).map((length) => 'x'.repeat(length)),
);

/** A value that JSON can hold, null and the extremes more often than by chance. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false),
    extremes,
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
})).value;

/** JSON text that is too deep for a recursive reader. */
const deep = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 100, max: 20_000 }))
  .map(([open, depth]) => `${open.repeat(depth)}1${(open === '[' ? ']' : '}').repeat(depth)}`);

/** Text where JSON is expected: JSON of any shape, cut JSON, deep JSON, a page, text. */
export function jsonText(values: fc.Arbitrary<unknown> = json): fc.Arbitrary<string> {
  const written = values.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 8, arbitrary: written },
    { weight: 2, arbitrary: fc.tuple(written, fc.nat(200)).map(([whole, at]) => whole.slice(0, at)) },
    { weight: 1, arbitrary: deep },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'null',
        '0',
        '[]',
        '{}',
        '""',
        '\ufeff{}',
        '<html>',
        '{"a":1}{"b":2}',
        '{"a":1,"a":null}',
      ),
    },
    { weight: 1, arbitrary: text },
  );
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

function replaceAt(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaceAt(item, rest, by) : item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === key ? replaceAt(item, rest, by) : item]),
  );
}

/** The right message with up to three of its parts replaced; a part that is replaced by undefined is left out. */
export function mutated(right: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    path: fc.constantFrom(...pathsOf(right)),
    by: fc.oneof(json, fc.constantFrom(null, undefined, [], {})),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<unknown>((value, { path, by }) => replaceAt(value, path, by), right))
    .map((value) => (value === undefined ? null : value));
}

/** Collects what nobody caught while `work` runs: in the program it would end the process. */
export async function uncaughtDuring(work: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = [];
  const note = (error: unknown): void => void found.push(error);
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  try {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
  }
  return found;
}

/** A fetch that refuses every host but this machine: an input may name any. */
export const localFetch: typeof globalThis.fetch = async (input, init) => {
  const { hostname } = new URL(input instanceof Request ? input.url : String(input));
  if (hostname !== '127.0.0.1') throw new TypeError('fetch failed');
  return fetch(input, init);
};
