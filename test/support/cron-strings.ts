// Cron strings for property tests: such as people write, with what their fields name, and such as nobody should.
import fc from 'fast-check';

/** A field of a cron string with the numbers that it names; Sunday is 0. */
export interface WrittenField {
  readonly text: string;
  readonly numbers: ReadonlySet<number>;
}

interface Kind {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
  readonly isDay: boolean;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'SUN'];

const kinds: readonly Kind[] = [
  { least: 0, most: 59, names: [], isDay: false },
  { least: 0, most: 23, names: [], isDay: false },
  { least: 1, most: 31, names: [], isDay: true },
  { least: 1, most: 12, names: months, isDay: false },
  { least: 0, most: 7, names: weekdays, isDay: true },
];

const span = (from: number, to: number, step: number): number[] => {
  const numbers: number[] = [];
  for (let number = from; number <= to; number += step) numbers.push(number);
  return numbers;
};

function part({ least, most, names }: Kind): fc.Arbitrary<{ text: string; numbers: number[] }> {
  const end = most === 7 ? 6 : most;
  const number = fc.integer({ min: least, max: most });
  const step = fc.integer({ min: 1, max: 20 });
  const written = (value: number, look: number): string => {
    const name = most === 7 && value === 7 ? undefined : names[value - least];
    if (name === undefined || look === 0) return look === 1 ? String(value).padStart(2, '0') : String(value);
    return look === 1 ? name : name.toUpperCase();
  };
  const look = fc.integer({ min: 0, max: 2 });
  return fc.oneof(
    fc.tuple(number, look).map(([value, as]) => ({ text: written(value, as), numbers: [value] })),
    fc.tuple(number, number, look).map(([a, b, as]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${written(from, as)}-${written(to, as)}`, numbers: span(from, to, 1) };
    }),
    fc.tuple(number, number, step).map(([a, b, by]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${from}-${to}/${by}`, numbers: span(from, to, by) };
    }),
    fc
      .tuple(number, step)
      .map(([from, by]) => ({ text: `${from}/${by}`, numbers: span(from, Math.max(from, end), by) })),
    step.map((by) => ({ text: `*/${by}`, numbers: span(least, end, by) })),
    fc.constant({ text: `${least}-${end}`, numbers: span(least, end, 1) }),
  );
}

function field(kind: Kind): fc.Arbitrary<WrittenField> {
  const all = span(kind.least, kind.most === 7 ? 6 : kind.most, 1);
  const any = fc.constantFrom(...(kind.isDay ? ['*', '?'] : ['*'])).map((text) => ({ text, numbers: new Set(all) }));
  const some = fc.array(part(kind), { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    numbers: new Set(parts.flatMap(({ numbers }) => numbers.map((number) => (kind.most === 7 ? number % 7 : number)))),
  }));
  return fc.oneof({ weight: 2, arbitrary: any }, { weight: 3, arbitrary: some });
}

/** Five fields of lists, ranges, steps, names, `*` and `?`. */
export const writtenFields: fc.Arbitrary<readonly WrittenField[]> = fc.tuple(...kinds.map(field));

const gap = fc.constantFrom(' ', '  ', '\t');

/** With what is rarer, refused or nonsense here and there. */
export const cronStrings: fc.Arbitrary<string> = fc
  .tuple(
    writtenFields.map((fields) => fields.map(({ text }) => text)),
    fc.array(
      fc.tuple(
        fc.nat({ max: 5 }),
        fc.constantFrom(
          'L',
          'friL',
          '5L',
          '1#2',
          'mon#5',
          '6#6',
          '1,5L',
          '15W',
          '0-6',
          '1-7',
          '1-31',
          '*/2',
          '5-1',
          '60',
          '*/0',
          '-1',
          '',
          'x',
          '?',
          '1,',
          'L-3',
          '1.5',
          '@daily',
          '0',
          '31',
          '2',
          '*,3',
        ),
      ),
      { maxLength: 2 },
    ),
    gap,
  )
  .map(([fields, changes, blank]) => {
    const texts = [...fields];
    for (const [place, text] of changes) texts[place] = text;
    return texts.join(blank);
  });
