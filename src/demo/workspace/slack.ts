// The strict local stand-in for Slack, as the demo and the tests use it.
export { startSlack } from './start.ts';
export type * from './workspace.ts';
