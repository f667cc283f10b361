// People in a drawn message: `{user:U…}`, as alerting writes them, becomes a mention where Slack can show one.
import { replaceUsers } from '../../alerting/notification.ts';
import type { Block, Drawn } from './block.ts';

/** Only for messages whose foreign parts hold no such token; alerting sees to that for its own words. */
export function namePeople(drawn: Drawn): Drawn {
  const blocks = drawn.blocks.map((block) => named(block) as Block); // the same block with other strings
  return { blocks, text: mentioned(drawn.text) };
}

const mentioned = (text: string): string => replaceUsers(text, (id) => `<@${id}>`);

/** Mrkdwn gets mentions; a cell or a label, which would show them as they are written, gets a word. */
function named(part: unknown): unknown {
  if (typeof part === 'string') return replaceUsers(part, () => 'somebody');
  if (Array.isArray(part)) return part.map(named);
  if (typeof part !== 'object' || part === null) return part;
  if ('type' in part && part.type === 'mrkdwn' && 'text' in part)
    return { ...part, text: mentioned(String(part.text)) };
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, named(value)]));
}
