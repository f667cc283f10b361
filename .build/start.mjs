// `npm start`: runs the bundle of `dist/` in this process, and makes it anew first where a source is newer.
// @ts-check
import { existsSync, readdirSync, statSync } from 'node:fs';
import nodeModule from 'node:module'; // whole, because an older Node ends at a name that it does not export
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Read before anything that takes time: `main.ts` compares it to see that npm has ended, also when it did while this was starting.
process.env['IMSTATS_PARENT'] = String(process.ppid);

const root = fileURLToPath(new URL('..', import.meta.url));
const versionCheck = join(root, 'src/node-version.cjs');
const bundle = join(root, 'dist/main.js');
const sources = join(root, 'src/main.ts');

/**
 * When the newest file below a path was changed, or a folder because something was taken out of it; epoch ms.
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), found.mtimeMs);
}

function isStale() {
  if (!existsSync(sources)) return false; // an image holds the bundle alone
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['src', '.build', 'package-lock.json'].some((name) => newest(join(root, name)) > built);
}

/** Where the bundle cannot be made, one line says why and what runs instead. */
async function rebuild() {
  const { buildBundle, reasonInOneLine } = await import('./build.mjs');
  try {
    await buildBundle(root);
  } catch (error) {
    const instead = existsSync(bundle) ? 'the bundle as it is, older than the sources' : 'the sources';
    process.stderr.write(`dist/ could not be built (${reasonInOneLine(error)}); this runs ${instead}.\n`);
  }
}

// A supervisor may run this by another Node than npm does. An image that holds the bundle alone brings its own.
if (existsSync(versionCheck)) await import(pathToFileURL(versionCheck).href);
if (isStale()) await rebuild();
// Before the first large file is read, so that what an earlier start has compiled is used for all of them.
nodeModule.enableCompileCache(join(root, 'node_modules/.cache/imstats'));
await import(pathToFileURL(existsSync(bundle) ? bundle : sources).href);
