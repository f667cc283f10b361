// The folder of package.json, where the entry of the bot would find its assets.
import { resolve } from 'node:path';

export const packageRoot = resolve(import.meta.dirname, '../..');
