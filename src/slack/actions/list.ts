// The buttons and menus that the bot understands. A new one is a file here and a line below.
import type { Action } from '../action.ts';
import { alertControls, consoleLink, whyButton } from './alert.ts';
import { askAgain } from './ask-again.ts';
import { share } from './share.ts';

export const actions: readonly Action[] = [askAgain, share, alertControls, whyButton, consoleLink];
