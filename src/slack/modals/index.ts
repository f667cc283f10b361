// The modals that the bot understands. A new one is a file here and a line below.
import type { Modal } from './modal.ts';

/** None yet. */
export const modals: readonly Modal[] = [];
