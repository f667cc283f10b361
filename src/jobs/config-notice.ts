// Tells of a configuration that is wrong while the old one goes on, and of its mending: in health and in the fallback channel.
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { ConfigNotice, JobsDeps } from './job.ts';

const say = phrasesOf<typeof healthPhrases>();

/** So many mistakes are shown; the log has all of them. */
const mostShown = 3;

export function createConfigNotice({ clock, live, problems, store, wake }: JobsDeps): ConfigNotice {
  let isWrong = false;
  const tell = async (text: Phrase): Promise<void> => {
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
  };
  const wrong = async (words: Phrase): Promise<void> => {
    isWrong = true;
    problems.add(say('problem.config'), words, { lasts: true });
    await tell(words);
  };
  return {
    refused: (mistakes) =>
      wrong(say('config.refused', { mistakes: mistakes.slice(0, mostShown), count: mistakes.length })),
    taken: async (refusal) => {
      if (refusal !== undefined) return wrong(say('config.tokensRefused', { why: refusal }));
      if (!isWrong) return;
      isWrong = false;
      problems.clear(say('problem.config'));
      await tell(say('config.mended'));
    },
  };
}
