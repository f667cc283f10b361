// The files of the page, read once, with the types that browsers want.
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

/** By path; the page itself is at `/`. Only what is here is served, so no path leads elsewhere. */
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

/** Names every module in the page, so that the browser asks for all of them at once and not one after the other. */
function withModules(page: Buffer, names: readonly string[]): Buffer {
  const links = names
    .filter((name) => extname(name) === '.js')
    .map((name) => `<link rel="modulepreload" href="/${name}" />`);
  return Buffer.from(page.toString().replace('</head>', `${links.join('')}</head>`));
}
