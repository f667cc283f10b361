// Saves the charts that the bot uploaded as files that can be looked at.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkspaceEvent } from './slack/slack.ts';

export interface PictureFolder {
  /** Writes the file of an upload as PNG; anything else is left alone. */
  readonly keep: (event: WorkspaceEvent) => void;
  /** Where they are. */
  readonly path: string;
  /** How many there are. */
  count(): number;
}

/** A new folder among the machine's temporary ones; it stays. */
export function createPictureFolder(): PictureFolder {
  const path = mkdtempSync(join(tmpdir(), 'imstats-charts-'));
  let count = 0;
  return {
    path,
    count: () => count,
    keep: (event) => {
      if (event.type !== 'file' || event.file.mimetype !== 'image/png') return;
      count += 1;
      const name = event.file.title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
      writeFileSync(join(path, `${String(count).padStart(2, '0')}-${name.slice(0, 60)}.png`), event.file.bytes);
    },
  };
}
