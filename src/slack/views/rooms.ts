// The view `rooms`: the rooms of an app.
import { partView } from '../part-view.ts';

export const rooms = partView('rooms', 'rooms that are active, of how many');
