// The bundle: made when a source is newer, run as it is where it cannot be made, and whole while it is replaced.
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from './support/package-root.ts';

const packages = join(packageRoot, 'node_modules');
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'imstats-build-'));
  for (const name of ['.build', 'src', 'manifest.yml', 'package.json', 'package-lock.json'])
    cpSync(join(packageRoot, name), join(root, name), { recursive: true, preserveTimestamps: true });
});
beforeEach(() => installPackages());
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every package of this checkout but those left out, in a folder of its own. */
function installPackages(leftOut?: string): void {
  rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  mkdirSync(join(root, 'node_modules'));
  for (const name of readdirSync(packages))
    if (name !== leftOut && name !== '.cache')
      symlinkSync(join(packages, name), join(root, 'node_modules', name), 'junction');
}

interface Ended {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

function run(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: tmpdir() }, (error, said, complained) => {
      resolve({ code: error === null ? 0 : Number(error.code), said, complained });
    });
  });
}

const start = (): Promise<Ended> => run(join(root, '.build/start.mjs'), '--help');
const bundle = (): string => join(root, 'dist/main.js');
const builtAt = (): number => statSync(bundle()).mtimeMs;

function touch(file: string, at = new Date()): void {
  utimesSync(join(root, file), at, at);
}

describe('npm start', () => {
  it('runs the sources where there is no bundle and none can be made, and says so in one line', async () => {
    installPackages('rolldown');
    const { code, said, complained } = await start();
    expect([code, said.split(' ')[0]]).toEqual([0, 'Usage:']);
    expect(complained).toBe('dist/ could not be built (rolldown is not installed); this runs the sources.\n');
    expect(existsSync(bundle())).toBe(false);
  });

  it('refuses a Node that is too old in one line, before it makes anything', async () => {
    const older = join(root, 'older.cjs');
    writeFileSync(
      older,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });",
    );
    const { code, complained } = await run('-r', older, join(root, '.build/start.mjs'), '--help');
    expect(code).toBe(1);
    expect(complained).toMatch(/^imstats needs Node 24 or newer; this is Node 20\.20\.2\. .+\n$/);
    expect(existsSync(bundle())).toBe(false);
  });

  it('makes the bundle that is not there, runs it, and leaves it alone while no source is newer', async () => {
    expect(await start()).toMatchObject({ code: 0, complained: '' });
    const first = builtAt();
    expect(await start()).toMatchObject({ code: 0, complained: '' });
    expect(builtAt()).toBe(first);
  });

  it.each(['src/errors.ts', 'src/store', 'package-lock.json'])('makes it anew when %s is newer', async (file) => {
    const before = builtAt();
    touch(file);
    expect(await start()).toMatchObject({ code: 0, complained: '' });
    expect(builtAt()).toBeGreaterThan(before);
  });

  it('runs an older bundle where none can be made, and says so in one line', async () => {
    installPackages('rolldown');
    touch('src/errors.ts');
    const { code, said, complained } = await start();
    expect([code, said.split(' ')[0]]).toEqual([0, 'Usage:']);
    expect(complained).toMatch(
      /^dist\/ could not be built \(rolldown is not installed\); .* older than the sources\.\n$/,
    );
  });

  it('needs neither sources nor packages where the bundle is', async () => {
    const alone = join(root, 'alone');
    for (const name of ['.build', 'dist', 'package.json'])
      cpSync(join(root, name), join(alone, name), { recursive: true });
    expect(await run(join(alone, '.build/start.mjs'), '--help')).toMatchObject({ code: 0, complained: '' });
    expect(await run(join(alone, 'dist/main.js'), '--help')).toMatchObject({ code: 0, complained: '' });
  });
});

describe('npm run build', () => {
  it('keeps the chunks of the build before, for a bot that still runs from them, and no older ones', async () => {
    const build = (): Promise<Ended> => run(join(root, '.build/build.mjs'));
    const chunks = (): string[] => readdirSync(join(root, 'dist')).filter((name) => name.startsWith('check-'));
    rmSync(join(root, 'dist'), { recursive: true });
    const file = join(root, 'src/check.ts');
    const text = readFileSync(file, 'utf8');
    const seen: string[][] = [];
    for (const words of ['one', 'two', 'three']) {
      writeFileSync(file, text.replace("what: 'Configuration'", `what: '${words}'`));
      expect(await build()).toMatchObject({ code: 0 });
      seen.push(chunks());
    }
    expect(seen.map((names) => names.length)).toEqual([1, 2, 2]);
    expect(seen[2]).not.toContain(seen[0]?.[0]);
  });

  it('says in one line what is wrong, leaves the bundle as it is, and ends with 1', async () => {
    const build = (): Promise<Ended> => run(join(root, '.build/build.mjs'));
    const before = builtAt();
    installPackages('rolldown');
    const missing = 'dist/ could not be built (rolldown is not installed).\n';
    expect(await build()).toEqual({ code: 1, said: '', complained: missing });
    installPackages();
    const file = join(root, 'src/check.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}export const broken = ;\n`);
    const { code, complained } = await build();
    writeFileSync(file, text);
    expect(code).toBe(1);
    expect(complained).toMatch(/^dist\/ could not be built \(.*Unexpected token.*\)\.\n$/);
    expect(builtAt()).toBe(before);
  });

  it('writes nothing but ASCII, because one other character doubles the memory of its file', () => {
    const files = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.js'));
    const others = files.filter((name) => /[^\0-\x7f]/.test(readFileSync(join(root, 'dist', name), 'utf8')));
    expect(files.length).toBeGreaterThan(5);
    expect(others).toEqual([]);
  });
});
