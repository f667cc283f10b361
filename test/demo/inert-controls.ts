// A world controls the page in which nothing moves, for tests that need one and do not look at it.
import type { WorldControls } from '../../src/demo/world-controls.ts';

export const inertControls: WorldControls = {
  view: () => ({
    memory: null,
    connections: null,
    natural: { memory: 0.4, connections: 700 },
    settings: { memoryLimit: 15, hasStaging: false, hasHourlyDigest: false },
    faults: { imkit: 'none', jmessage: 'none' },
  }),
  apply: async () => {},
  on: () => {},
};
