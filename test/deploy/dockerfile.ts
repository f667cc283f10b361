// Reads the Dockerfile, and makes in a folder what the image holds, by exactly the lines that Docker would go by.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { packageRoot } from '../support/package-root.ts';

export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The stages of a Dockerfile in order, each from its FROM on. */
export function readDockerfile(path: string): Instruction[][] {
  const text = readFileSync(path, 'utf8').replace(/^\s*#.*\n/gm, '');
  const stages: Instruction[][] = [];
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) continue;
    if (word === 'FROM') stages.push([]);
    stages.at(-1)?.push({ word, rest: rest.trim() });
  }
  return stages;
}

/** The rest of the last instruction with this word; throws where there is none. */
export function instruction(stage: readonly Instruction[], word: string): string {
  const found = stage.findLast((one) => one.word === word);
  if (found === undefined) throw new Error(`the Dockerfile has no ${word}`);
  return found.rest;
}

/** The words of an instruction in its JSON form. */
export function execForm(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf('[')));
}

interface Image {
  /** What stands for `/` of the container. */
  readonly root: string;
  /** The Node of the base image. */
  readonly node: string;
}

/**
 * Makes both stages below `folder`. Of the installed packages only what the last stage takes is copied; the first one builds with
 * those of this checkout. What is made is owned by whoever runs this.
 */
export function makeImage([build = [], last = []]: readonly Instruction[][], folder: string): Image {
  const [buildRoot, root] = [join(folder, 'build'), join(folder, 'image')];
  copyAll(build, { context: packageRoot, root: buildRoot });
  const app = join(buildRoot, instruction(build, 'WORKDIR'));
  symlinkSync(join(packageRoot, 'node_modules'), join(app, 'node_modules'), 'junction');
  execFileSync(process.execPath, [join(app, '.build/build.mjs')], { cwd: folder });
  copyAll(last, { context: packageRoot, root, build: buildRoot });
  mkdirSync(join(root, 'bin'));
  const node = join(root, 'bin/node');
  cpSync(process.execPath, node);
  return { root, node };
}

interface Places {
  readonly context: string;
  readonly root: string;
  /** The root of the stage before. */
  readonly build?: string;
}

function copyAll(stage: readonly Instruction[], { context, root, build }: Places): void {
  const folder = stage.find(({ word }) => word === 'WORKDIR')?.rest ?? '/';
  mkdirSync(join(root, folder), { recursive: true });
  for (const { word, rest } of stage) {
    if (word !== 'COPY') continue;
    const words = rest.split(/\s+/);
    const isFromBuild = words[0]?.startsWith('--from=') === true;
    const names = isFromBuild ? words.slice(1) : words;
    const target = names.at(-1) ?? '';
    for (const name of names.slice(0, -1)) {
      const source = isFromBuild ? join(build ?? '', name) : join(context, name);
      if (!existsSync(source)) throw new Error(`the Dockerfile copies ${name}, which is not there`);
      const into = join(root, resolve(folder, target));
      // As Docker does: the content of a folder, a file into a folder that ends with a slash.
      const to = statSync(source).isDirectory() || !/(^\.|\/)$/.test(target) ? into : join(into, basename(name));
      cpSync(realpathSync(source), to, { recursive: true, dereference: true });
    }
  }
}

/** Every file and folder below a folder, with its size and the time of its last change. */
export function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .sort();
}

/** Takes or gives the right to write into a folder and all below it. */
export function setWritable(folder: string, isWritable: boolean): void {
  for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const { mode } = statSync(join(folder, name));
    chmodSync(join(folder, name), isWritable ? mode | 0o200 : (mode | 0o055) & ~0o222);
  }
}
