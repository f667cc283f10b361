// Cuts the one user, group or room that a history is asked of off a command: a name is read as it was typed, whatever else it means.
import type { HistorySubject } from '../../metrics/message-history.ts';
import { unescapeMarkup } from '../blocks/block.ts';
import type { SubcommandWords, Vocabulary } from './subcommand.ts';

export interface CutSubject {
  readonly command: string;
  /** Its name is empty where none was typed behind the word. */
  readonly subject?: HistorySubject;
}

/** Nearly every command has none of these, and needs not to be looked through. */
export const mayNameSubject = /(?:user|group|room)(?![a-z])|[用群房室]/i;

const kinds: Readonly<Record<string, HistorySubject['of']>> = {
  ...{ user: 'user', 用户: 'user', 用戶: 'user' },
  ...{ group: 'group', 群: 'group', 群组: 'group', 群組: 'group' },
  ...{ room: 'room', chatroom: 'room', 'chat room': 'room', 房间: 'room', 房間: 'room', 聊天室: 'room' },
};

/** The word, and behind it a name, which may stand in quotation marks; in Chinese also without a space. */
const named =
  /(?<![\p{L}\p{N}_.@-])(?:(user|group|chat ?room|room)(?:\s*[:：]\s*|\s+|$)|(用户|用戶|群组|群組|群|房间|房間|聊天室)\s*[:：]?\s*)(?:"([^"]*)"|“([^”]*)”|「([^」]*)」|([^\s"“「]\S*))?/iu;

/** Marks that end a sentence or a part of it, and no name. */
const endMarks = /[?!,;。？！，；]+$/u;

/** Unchanged where no subcommand of the command can be asked of one. */
export function cutSubject(text: string, { subcommands }: Vocabulary): CutSubject {
  const plain = unescapeMarkup(text.replace(/<(?:[^<>|]*\|)?([^<>|]*)>/g, '$1'));
  const found = hasVerb(plain, subcommands) ? named.exec(plain) : null;
  if (found === null) return { command: text };
  const [all, english, chinese, ...names] = found;
  const of = kinds[(english ?? chinese ?? '').toLowerCase()];
  if (of === undefined) return { command: text };
  const bare = names.at(-1);
  const name = (bare === undefined ? names.find((one) => one !== undefined) : bare.replace(endMarks, ''))?.trim() ?? '';
  const rest = `${plain.slice(0, found.index)} ${plain.slice(found.index + all.length)}`.trim();
  return { command: rest, subject: of === 'user' ? { of, name } : { of, id: name } };
}

function hasVerb(text: string, subcommands: readonly SubcommandWords[]): boolean {
  const lower = text.toLowerCase();
  const verbs = subcommands.filter(({ takes }) => takes.includes('subject'));
  return verbs.some(({ id, words = [] }) => [id, ...words].some((word) => lower.includes(word)));
}

/** `user caiyh`, `user "wang fang"`: as it can be typed again. */
export function subjectWords(subject: HistorySubject): string {
  const name = subject.of === 'user' ? subject.name : subject.id;
  const isPlain = name !== '' && !/["“「\s]/u.test(name) && !endMarks.test(name);
  return `${subject.of} ${isPlain ? name : name.includes('"') ? `“${name}”` : `"${name}"`}`;
}
