// Keeps the charts that the bot uploads, to be saved as files that can be looked at.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlackFile, WorkspaceEvent } from './workspace/workspace.ts';

export interface Pictures {
  /** Remembers the file of an upload that is a PNG; anything else is left alone. */
  readonly keep: (event: WorkspaceEvent) => void;
  /** Writes them into a new folder among the machine's temporary ones, which stays; gives its path and their number. */
  save(): { readonly folder: string; readonly count: number };
}

export function collectPictures(): Pictures {
  const files: SlackFile[] = [];
  return {
    keep: (event) => {
      if (event.type === 'file' && event.file.mimetype === 'image/png') files.push(event.file);
    },
    save: () => {
      const folder = mkdtempSync(join(tmpdir(), 'imstats-charts-'));
      for (const [index, { title, bytes }] of files.entries()) {
        const name = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
        writeFileSync(join(folder, `${String(index + 1).padStart(2, '0')}-${name.slice(0, 60)}.png`), bytes);
      }
      return { folder, count: files.length };
    },
  };
}
