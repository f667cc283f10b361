// The files of the page, read once, with their content types.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** By path; the page itself is at `/`. Only these files are served, so no path can reach others. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder);
  const files = names.flatMap((name): [string, PageFile][] => {
    const type = types[extname(name)];
    if (type === undefined) return [];
    if (name === 'index.html') return [['/', { type, bytes: withModules(readFileSync(join(folder, name)), names) }]];
    return [[`/${name}`, { type, bytes: readFileSync(join(folder, name)) }]];
  });
  return new Map(files);
}

/** Adds a preload link for every module, so that the browser requests all of them at once. */
function withModules(page: Buffer, names: readonly string[]): Buffer {
  const links = names
    .filter((name) => extname(name) === '.js')
    .map((name) => `<link rel="modulepreload" href="/${name}" />`);
  return Buffer.from(page.toString().replace('</head>', `${links.join('')}</head>`));
}
