// What every part of the sample JMessage server is given, and its error body.
import type { Instant } from '../../clock.ts';
import type { SampleResponse } from './faulty-server.ts';
import type { SampleMessages } from './sample-messages.ts';

export interface JMessageServerInput {
  readonly appKey: string;
  readonly masterSecret: string;
  readonly now: () => Instant;
  readonly messages: SampleMessages;
}

/** The vendor's error body. */
export function refuse(status: number, code: number, message: string): SampleResponse {
  return { status, body: { error: { code, message } } };
}
