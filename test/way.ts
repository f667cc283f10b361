// Measures how many own files one alert, one question and one digest pass through: `node test/way.ts`, with `--list` for their names.
import { Session } from 'node:inspector/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAlert, runDigest, runQuestion } from './way-runs.ts';

/** The files of one run, relative to `src`, in order of their names. */
export interface Way {
  readonly name: 'alert' | 'question' | 'digest';
  readonly files: readonly string[];
}

const sources = resolve(import.meta.dirname, '../src');

/** The demo is not the bot, a list of plug-ins is no stop on the way, and neither the picture nor the words of a language are part of it. */
const leftOut = /^demo\/|(^|\/)(index|list)\.ts$|^charts\/|-phrases\.ts$/;

/**
 * A file counts when at least one of its functions is called between the two ends of the run; what runs when a module is
 * loaded does not. Timers that ring in the meantime count in every version alike.
 */
async function measure(name: Way['name'], run: (mark: () => Promise<void>) => Promise<void>): Promise<Way> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  try {
    let files: string[] | undefined;
    await run(async () => {
      // Taking the counts sets them back to zero: the first mark forgets the start, the second one ends the run.
      const { result } = await session.post('Profiler.takePreciseCoverage');
      files = files === undefined ? [] : result.filter(isPassed).map(({ url }) => nameOf(url));
    });
    return { name, files: (files ?? []).filter((file) => !leftOut.test(file)).toSorted() };
  } finally {
    session.disconnect();
  }
}

type Script = { readonly url: string; readonly functions: readonly Called[] };
type Called = { readonly ranges: readonly { readonly startOffset: number; readonly count: number }[] };

/** The function that begins where the file begins is the module itself. */
function isPassed({ url, functions }: Script): boolean {
  if (!url.startsWith('file:') || nameOf(url).startsWith('..')) return false;
  return functions.some(({ ranges }) => (ranges[0]?.startOffset ?? 0) > 0 && (ranges[0]?.count ?? 0) > 0);
}

function nameOf(url: string): string {
  return relative(sources, fileURLToPath(url)).replaceAll('\\', '/');
}

/** All three, one after the other. */
async function measureWays(): Promise<readonly Way[]> {
  return [await measure('alert', runAlert), await measure('question', runQuestion), await measure('digest', runDigest)];
}

const wanted = process.argv.slice(2);
const ways = await measureWays();
if (wanted.includes('--json')) process.stdout.write(JSON.stringify(ways));
else {
  for (const { name, files } of ways) {
    process.stdout.write(`${name}: ${files.length} files\n`);
    if (wanted.includes('--list')) process.stdout.write(`${files.map((file) => `  ${file}\n`).join('')}\n`);
  }
}
