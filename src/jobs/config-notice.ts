// Tells of a configuration that is wrong while the old one goes on, and of its mending: in health and in the fallback channel.
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { ConfigNotice, JobsDeps } from './job.ts';

const say = phrasesOf<typeof healthPhrases>();

/** So many mistakes are shown; the log has all of them. */
const mostShown = 3;

export function createConfigNotice(deps: JobsDeps): ConfigNotice {
  const { problems } = deps;
  let isWrong = false;
  /** Why tokens were not taken. */
  let refused: string | undefined;
  const tell = (text: Phrase): Promise<void> => tellInFallback(text, deps);
  const tokensRefused = (why: string): Phrase => {
    refused = why;
    const words = say('config.tokensRefused', { why });
    problems.add(say('problem.tokens'), words, { lasts: true });
    return words;
  };
  const clear = (): void => {
    isWrong = false;
    refused = undefined;
    problems.clear(say('problem.config'));
    problems.clear(say('problem.tokens'));
  };
  return {
    refused: (mistakes) => {
      isWrong = true;
      const words = say('config.refused', { mistakes: mistakes.slice(0, mostShown), count: mistakes.length });
      problems.add(say('problem.config'), words, { lasts: true });
      return tell(words);
    },
    taken: async (refusal) => {
      const before = { isWrong, refused };
      clear();
      if (refusal === undefined)
        return before.isWrong || before.refused !== undefined ? tell(say('config.mended')) : undefined;
      const words = tokensRefused(refusal);
      // Once for the same reason.
      if (before.isWrong || before.refused !== refusal) await tell(words);
    },
    tokensTried: async (refusal) => {
      if (refused === undefined) return;
      // In health the newest reason; the message stands, as it is tried again and again.
      if (refusal !== undefined) return void tokensRefused(refusal);
      refused = undefined;
      problems.clear(say('problem.tokens'));
      await tell(say('config.tokensTaken'));
    },
  };
}

async function tellInFallback(text: Phrase, { clock, live, store, wake }: JobsDeps): Promise<void> {
  const channel = live.fallbackChannel;
  if (channel === undefined) return;
  const at = clock.now();
  const key = `config:${at}`;
  await store.outbox.add({
    key,
    stream: key,
    lane: 'slack',
    seq: 1,
    channel,
    operation: 'reply',
    broadcast: false,
    message: { kind: 'line', text, mentions: [] },
    causedAt: undefined,
    createdAt: at,
    notBefore: at,
  });
  wake();
}
