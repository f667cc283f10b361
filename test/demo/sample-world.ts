// A world beside the page in which nothing moves, for tests that need one and do not look at it.
import type { Beside } from '../../src/demo/world-controls.ts';

export const quietWorld: Beside = {
  view: () => ({
    memory: null,
    connections: null,
    natural: { memory: 0.4, connections: 700 },
    faults: { imkit: 'none', jmessage: 'none' },
  }),
  apply: async () => {},
  on: () => {},
};
