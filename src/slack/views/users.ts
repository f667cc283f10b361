// The view `users`: the people of an app.
import { partView } from '../part-view.ts';

export const users = partView('users', 'who is active, registered, new and writing');
