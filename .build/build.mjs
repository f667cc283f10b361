// `npm run build`: makes one bundle of the bot in `dist/`, for running it for good: few large files load faster than many small ones.
// @ts-check
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Where the names of the files of the last build stand. */
const listFile = 'files.json';

/**
 * What takes the place of a package in the bundle. Bolt brings a receiver on Express, an installer for many workspaces and a decoder of
 * old encodings, which this bot never uses; cron-parser would bring luxon a second time, as CommonJS.
 * @param {string} root
 */
function replacements(root) {
  const nothing = join(root, '.build/left-out.cjs');
  const luxon = join(root, 'node_modules/luxon/build/es6/luxon.mjs');
  // By its own name undici brings caches, mocks, cookies and a server of events as well, which takes a tenth of the start.
  const undici = join(root, '.build/undici.cjs');
  return { express: nothing, '@slack/oauth': nothing, 'iconv-lite': nothing, luxon, undici };
}

/**
 * An import of a whole module of Node reads all that it exports, and in `node:http` that starts Node's own undici, which takes a tenth of
 * the start and is used by nobody here. What the sources import of it is taken by name instead.
 * @param {string} root
 * @returns {import('rolldown').Plugin}
 */
function withoutLazyParts(root) {
  return {
    name: 'without-lazy-parts',
    resolveId: (source, _importer, { kind }) => {
      if (source !== 'node:http') return undefined;
      return kind === 'import-statement' ? join(root, '.build/node-http.mjs') : { id: source, external: true };
    },
  };
}

/**
 * Bundles `src/main.ts` into `dist/main.js` and the chunks that it loads when they are needed, such as charts and demo.
 * @param {string} root Folder of package.json.
 * @returns {Promise<void>} Rejects where rolldown is not installed or a source cannot be read; `dist/` is then as it was.
 */
export async function buildBundle(root) {
  const started = new Date();
  const { build } = await import('rolldown');
  const { output } = await build({
    cwd: root,
    input: join(root, 'src/main.ts'),
    platform: 'node',
    external: [/^node:(?!http$)/, /^@napi-rs\//], // a binary cannot be bundled
    plugins: [withoutLazyParts(root)],
    resolve: { alias: replacements(root) },
    output: {
      dir: join(root, 'dist'),
      format: 'esm',
      chunkFileNames: '[name]-[hash].js',
      // The source stays in memory while the bot runs. Names of functions stay, so that a stack can be read.
      minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    },
    logLevel: 'warn',
    write: false,
  });
  const files = output.map((file) => ({
    name: file.fileName,
    text: 'code' in file ? inAscii(file.code) : file.source,
  }));
  replaceBundle(join(root, 'dist'), files, started);
}

/**
 * Writes other characters as escapes: one of them makes V8 keep the whole file with two bytes for each character.
 * @param {string} code
 */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Chunks have a name of their own in each build, and main.js, which names them, comes last and whole, so that a bot that starts
 * meanwhile finds all of one build. The chunks of the build before stay for a bot that still runs from them.
 * @param {string} folder
 * @param {readonly { readonly name: string; readonly text: string | Uint8Array }[]} files
 * @param {Date} started When the sources were read, which becomes the time of main.js.
 */
function replaceBundle(folder, files, started) {
  mkdirSync(folder, { recursive: true });
  const kept = new Set([listFile, ...files.map(({ name }) => name), ...namesOfLastBuild(folder)]);
  for (const name of readdirSync(folder))
    if (!kept.has(name) && !name.endsWith('.tmp')) rmSync(join(folder, name), { force: true, recursive: true });
  for (const { name, text } of files.toReversed()) {
    const unfinished = join(folder, `${name}.${process.pid}.tmp`);
    writeFileSync(unfinished, text);
    utimesSync(unfinished, started, started);
    renameSync(unfinished, join(folder, name));
  }
  writeFileSync(join(folder, listFile), JSON.stringify(files.map(({ name }) => name)));
}

/**
 * @param {string} folder
 * @returns {readonly string[]}
 */
function namesOfLastBuild(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, listFile), 'utf8'));
  } catch {
    return []; // the first build, or a list that was cut off
  }
}

/**
 * Why there is no bundle, in one line.
 * @param {unknown} error What `buildBundle` rejected with.
 * @returns {string}
 */
export function reasonInOneLine(error) {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
    return 'rolldown is not installed';
  // The bundler's first line is a count; its first error, with colours, stands below it.
  const [summary = '', ...details] = stripVTControlCharacters(String(error)).split('\n');
  const detail = summary.endsWith(':') ? details.find((line) => line.trim() !== '') : undefined;
  return detail === undefined ? summary : `${summary} ${detail.trim()}`;
}

async function main() {
  const started = performance.now();
  try {
    await buildBundle(resolve(import.meta.dirname, '..'));
    process.stdout.write(`dist/main.js is built, in ${((performance.now() - started) / 1_000).toFixed(1)} s.\n`);
  } catch (error) {
    process.stderr.write(`dist/ could not be built (${reasonInOneLine(error)}).\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
