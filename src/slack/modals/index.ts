// The modals that the bot understands. A new one is a file here and a line below.
import type { Modal } from './modal.ts';
import { noteForm } from './note.ts';
import { silenceForm } from './silence.ts';

import { saveTuned, tune } from './tune.ts';

export const modals: readonly Modal[] = [silenceForm, noteForm, tune, saveTuned];
