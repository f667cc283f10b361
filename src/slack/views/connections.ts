// The view `connections`: how many are connected.
import { partView } from '../part-view.ts';

export const connections = partView('connections', 'the connection peak against its limit');
