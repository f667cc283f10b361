// Counts a question and writes its line into the log: which view, what came of it, and which platform failed how.
import type { LogFields } from '../logger.ts';
import type { Desk } from './desk.ts';
import type { Asked } from './questions.ts';
import type { Failed } from './view.ts';

/** What the log and the metrics hold of a question. `view` is empty for the summary, absent for one that was not understood. */
export interface Done {
  readonly view?: string;
  /** One word: `answered`, `partly` and `platform` where some or all platforms failed, `refused`, `broken`, `busy`. */
  readonly result: string;
  /** How long the work took; absent where there was none. */
  readonly ms?: number;
  /** The platforms that did not answer. */
  readonly failed?: Failed;
}

/** Counts a question and writes its line. */
export function recordQuestion(
  { deps }: Desk,
  { asker }: Pick<Asked, 'asker'>,
  { view: id, result, ms, failed }: Done,
): void {
  const view = id === '' ? 'summary' : (id ?? 'unknown');
  deps.telemetry.commands.inc({ view, result });
  // What took no work is counted; a line for each would cost more than the answer.
  const log = ms === undefined ? deps.logger.debug : deps.logger.info;
  const { user, channel } = asker;
  log('Question answered', { view, result, ...failureFields(failed), user, channel, ms: ms ?? 0 });
}

/** Which apps failed and in which way, in the same order. */
function failureFields(failed: Failed | undefined): LogFields {
  if (failed === undefined) return {};
  const { failures } = failed;
  return {
    failed: failures.map(({ app }) => app.id).join(', '),
    failure: failures.map(({ failure }) => failure.kind).join(', '),
  };
}
