// The words that people type beside the exact ones: fillers, courtesies, synonyms of views, metrics and the rest.
import { metricIds, wordsOf } from '../../metrics/catalog.ts';
import type { SubcommandWords, Vocabulary } from './subcommand.ts';
import { isChinese, isExactWord, splitWords, summaryName } from './tokens.ts';

/** Left out without a word. */
export const fillers: ReadonlySet<string> = new Set(
  [
    'how many much what which who whom whose where when is are was were be been do does did done has have had having',
    'show shows showing give gives get gets tell see look view display list find check draw graph graphs chart charts',
    'plot plots picture pic let lets us me my i we you your our please pls plz kindly can could would will shall should',
    'might want wants need needs like know thanks thank to for on in at of by per with from about over during across',
    'and or also so then than there here it its this that these those some any all every each both total number numbers',
    'count counts amount value values figure figures data statistics metric level levels rate usage used use using',
    'low high lower higher lowest highest up down going gone doing looking right currently current latest recent just',
    'really only quickly quick fast hi hello hey dear bot imstats app server platform host workspace channel',
    'overall time period range last past previous whole entire happened happen happening fine well normal wrong ok okay',
    'problem problems issue issues checking while more less fewer',
    '请 請 帮我 幫我 给我 給我 我 我们 我們 看看 看一下 看 查 查看 查询 查詢 查一下 显示 顯示 想 要 想要 想看 一下 的 了 是 在 有 吗 嗎 呢 吧 啊',
    '多少 几个 幾個 几 幾 怎么样 怎麼樣 如何 什么 什麼 情况 情況 数 數 数量 數量 数据 數據 数字 數字 统计 統計 图 圖 图表 圖表 曲线 曲線 谢谢 謝謝',
    '麻烦 麻煩 能 可以 能否 个 個 人 里 裡 内 內 上 共 总共 總共 一共 每 每天 各 和 与 與 应用 應用 告诉 告訴 让 讓 下 您好 你好 您 你 能不能',
  ].flatMap((line) => line.split(' ')),
);

/** Said to a person, not asked of a bot. */
export const courtesies: ReadonlySet<string> = new Set(
  'thanks thank thx ty cheers nice great good cool awesome perfect ok okay yes no lol 谢谢 謝謝 感谢 感謝 好的 辛苦了'.split(
    ' ',
  ),
);

/** True for an emoji, as a sign or by its name in Slack, and for a word of punctuation. */
export function isSymbol(word: string): boolean {
  return /^(:[\w+'-]+:|[^\p{L}\p{N}]+)$/u.test(word);
}

/** Synonyms of what is no view and no metric. */
const others: ReadonlyMap<string, string> = new Map([
  ...['everyone', 'everybody', 'publicly', '公开', '公開'].map((word): [string, string] => [word, 'public']),
  ...['for everyone', 'for all', 'in public', 'to the channel', 'to channel'].map((word): [string, string] => [
    word,
    'public',
  ]),
  ...[
    'versus',
    'against',
    'compared to',
    'compared with',
    'compare to',
    'compare with',
    'than',
    '对比',
    '對比',
    '相比',
    '比起',
  ].map((word): [string, string] => [word, 'vs']),
  ...['comparison', 'compared', 'comparing', '比较', '比較'].map((word): [string, string] => [word, 'compare']),
  ...['预览', '預覽'].map((word): [string, string] => [word, 'preview']),
  ...['right now', 'at the moment', 'at present', 'currently'].map((word): [string, string] => [word, 'now']),
  // Not the month.
  ...['may i', 'may we', 'may you'].map((word): [string, string] => [word, '']),
]);

/** Most words of a synonym. */
export const longestSynonym = 4;

export interface Synonyms {
  /** By their words in small letters, without articles. */
  readonly meanings: ReadonlyMap<string, string>;
  /** Those with Chinese characters by the first one, the longest first. */
  readonly chinese: ReadonlyMap<string, readonly string[]>;
}

/** By the list of subcommands that are offered, because every command is parsed before it is acknowledged. */
const known = new WeakMap<readonly SubcommandWords[], Synonyms>();

export function synonymsOf(subcommands: readonly SubcommandWords[]): Synonyms {
  const found = known.get(subcommands) ?? collectSynonyms(subcommands);
  known.set(subcommands, found);
  return found;
}

function collectSynonyms(subcommands: readonly SubcommandWords[]): Synonyms {
  const meanings = new Map<string, string>(others);
  for (const id of metricIds) for (const word of wordsOf(id)) meanings.set(word, id);
  for (const { id, words = [] } of subcommands)
    for (const word of words) meanings.set(word, id === '' ? summaryName : id);
  const chinese = [...meanings.keys(), ...fillers].filter(isChinese).sort((a, b) => b.length - a.length);
  return { meanings, chinese: Map.groupBy(chinese, (word) => word.charAt(0)) };
}

export const articles: ReadonlySet<string> = new Set(['the', 'a', 'an']);

/** A command, and what its person wrote in own words, which is read by people only. */
export interface CutText {
  readonly command: string;
  readonly own?: string | undefined;
}

const afterDuration =
  /(?:^|\s)(?:\d+(?:\.\d+)?\s?(?:m|mins?|minutes?|h|hrs?|hours?|d|days?)|(?:half )?an hour|(?:until|till)\s+\d{1,2}:\d{2})(?=$|[\s,:;.])/i;

/** Of a note, and of the reason of a silence. */
export const longestOwn = 300;

/**
 * Cuts the text of a note, and the reason behind the duration of a silence, off a command with one of the verbs: its words are no
 * names of anything. Behind a duration there is a reason only where some word is not known.
 */
export function cutOwnWords(text: string, verbs: readonly SubcommandWords[], vocabulary: Vocabulary): CutText {
  for (const verb of verbs) {
    const isNote = verb.needs.includes('text');
    const cut = isNote ? cutNote(text, verb, vocabulary) : cutReason(text, verb, vocabulary);
    if (cut.own !== undefined) return cut;
  }
  return { command: text };
}

/** The first word is the verb; the second one may be an alert. */
function cutNote(text: string, { id, words = [] }: SubcommandWords, { alerts }: Vocabulary): CutText {
  const [, first = '', rest = ''] = /^\s*([^\s:：]+)\s*[:：]?\s*(.*)$/su.exec(text) ?? [];
  if (first.toLowerCase() !== id && !words.includes(first.toLowerCase())) return { command: text };
  const named = /^(\S+)\s+(.+)$/su.exec(rest);
  const alert = alerts.find((name) => name.toLowerCase() === named?.[1]?.toLowerCase());
  const own = (alert === undefined ? rest : (named?.[2] ?? '')).trim();
  return { command: `${id} ${alert ?? ''}`.trim(), own: own === '' ? undefined : own.slice(0, longestOwn) };
}

function cutReason(text: string, verb: SubcommandWords, vocabulary: Vocabulary): CutText {
  const duration = afterDuration.exec(text);
  if (duration === null) return { command: text };
  const end = duration.index + duration[0].length;
  const [before, after] = [text.slice(0, end), text.slice(end).replace(/^[\s,:;.–-]+/u, '')];
  const isVerb = (word: string): boolean => verb.id === word || verb.words?.includes(word) === true;
  if (!splitWords(before).some((word) => isVerb(word.toLowerCase()))) return { command: text };
  const marked = /^(?:because(?: of)?|reason:?|while|due to)\s+(.+)$/isu.exec(after)?.[1];
  const rest = splitWords(after);
  const firstOwn = rest.findIndex((word) => !isKnownWord(word, vocabulary));
  if (marked === undefined && firstOwn < 0) return { command: text };
  const names = splitWords(text.slice(0, duration.index)).filter((word) => !isVerb(word.toLowerCase()));
  const hasTarget = names.some((word) => !fillers.has(word.toLowerCase()));
  const own = marked ?? (hasTarget ? after : rest.slice(firstOwn).join(' '));
  const kept = hasTarget || marked !== undefined ? [] : rest.slice(0, firstOwn);
  return { command: [before, ...kept].join(' '), own: own.trim().slice(0, longestOwn) };
}

/** True for every word that has a meaning, is the beginning of an alert's name, or is left out without a word. */
function isKnownWord(word: string, vocabulary: Vocabulary): boolean {
  const text = word.toLowerCase();
  if (fillers.has(text) || articles.has(text) || isExactWord(word, vocabulary)) return true;
  const isBeginning = text.length > 2 && vocabulary.alerts.some((id) => id.toLowerCase().startsWith(text));
  return isBeginning || synonymsOf(vocabulary.subcommands).meanings.has(text);
}
