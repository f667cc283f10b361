// The view `help`: everything that can be asked, from the same data as the parser.
import { drawHelp } from '../blocks/help.ts';
import type { View } from '../view.ts';

export const help: View = {
  id: 'help',
  usage: '',
  gives: 'this list',
  examples: ['help'],
  takes: [],
  needs: [],
  atOnce: (deps, views) => drawHelp(views, deps),
};
