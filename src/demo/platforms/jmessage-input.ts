// What every part of the sample JMessage server works with, and its error body.
import type { Instant } from '../../clock.ts';
import type { Answer } from './faulty-server.ts';
import type { MessageWorld } from './message-world.ts';

export interface JMessageServerInput {
  readonly appKey: string;
  readonly masterSecret: string;
  readonly now: () => Instant;
  readonly world: MessageWorld;
}

/** The vendor's error body. */
export function refuse(status: number, code: number, message: string): Answer {
  return { status, body: { error: { code, message } } };
}
