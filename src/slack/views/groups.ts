// The view `groups`: the groups of an app.
import { partView } from '../part-view.ts';

export const groups = partView('groups', 'groups that exist, are active, are new');
