// What stands below the report on a past incident, and the report as text to copy.
import { ruleOfIncident } from '../../alerting/transitions.ts';
import { phrasesOf, type Wording } from '../../metrics/phrase.ts';
import { actions, type Block, button, type DrawnMessage, maxMessageText, plain, section, truncate } from './block.ts';
import type { alertBlockPhrases, answerPhrases } from './block-phrases.ts';

const say = phrasesOf<typeof alertBlockPhrases & typeof answerPhrases>();

/** `isShared`: it stands in the channel already. */
export function incidentButtons(id: string, { text }: Wording, { isShared = false } = {}): Block {
  const share = button({
    action: 'incident_share',
    label: text(say('button.share')),
    about: ruleOfIncident(id),
    value: id,
  });
  return actions([
    ...(isShared ? [] : [share]),
    button({ action: 'incident_text', label: text(say('button.asText')), about: ruleOfIncident(id), value: id }),
  ]);
}

/** Slack's limit of a text in a block, with room for what its own count adds. */
const longestText = 2_900;

/** A text that can be copied as it is: nothing in it is a link or a mention. */
export function drawTextToCopy(words: string, { text }: Wording): DrawnMessage {
  const copied = truncate(words, longestText);
  const title = text(say('incident.toCopy'));
  const preformatted = { type: 'rich_text_preformatted', elements: [{ type: 'text', text: copied }] };
  return {
    blocks: [section(title), { type: 'rich_text', elements: [preformatted] }],
    text: truncate(`${title}\n${plain(words)}`, maxMessageText),
  };
}
