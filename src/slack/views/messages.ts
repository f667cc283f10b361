// The view `messages`: how much is written.
import { partView } from '../part-view.ts';

export const messages = partView('messages', 'messages sent, by kind where the platform tells');
