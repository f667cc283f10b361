// The subcommand `tune`: the form with the limits of a rule, which tries them on the past before they are saved.
import { phrasesOf } from '../../metrics/phrase.ts';
import { actions, type DrawnMessage, section, withPeople } from '../blocks/block.ts';
import { tuneButton } from '../blocks/tune-form.ts';
import type { tuneFormPhrases } from '../blocks/tune-form-phrases.ts';
import { alertAsked } from '../command/meant-alert.ts';
import type { Subcommand, SubcommandDeps } from '../command/subcommand.ts';
import { formOf } from '../tune-rule.ts';
import { hasAlerts } from './alerts.ts';

const say = phrasesOf<typeof tuneFormPhrases>();

export const tune: Subcommand = {
  id: 'tune',
  words: ['change limit', 'change limits', '调整', '調整', '阈值', '閾值'],
  usage: '[ALERT]',
  group: 'alerts',
  gives: 'changes limits, tried on the past first (managers save)',
  examples: ['tune memory-low'],
  takes: ['alert', 'app', 'metric'],
  needs: [],
  isOffered: hasAlerts,
  answer: async (query, context) => {
    const { deps, handleOf } = context;
    const { id } = await alertAsked(query, 'tune', context);
    const view = await formOf(id, { deps, handleOf });
    return { kind: 'modal', view, otherwise: message('tune.press', id, deps), late: message('tune.late', id, deps) };
  },
};

function message(kind: 'tune.press' | 'tune.late', rule: string, { wording }: SubcommandDeps): DrawnMessage {
  const text = withPeople(wording.text(say(kind, { rule })));
  return { blocks: [section(text), actions([tuneButton(rule, wording)])], text };
}
