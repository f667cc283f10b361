// The view `memory`: how much memory the host has left.
import { partView } from '../part-view.ts';

export const memory = partView('memory', 'free memory of the chat host');
