// Ranges in Chinese, simplified and traditional, as `昨天`, `最近7天` or `11月1日到11月10日`, in the English words of `range-words.ts`.

/** A part of a text, and the words that it stands for. */
export interface Translated {
  readonly length: number;
  readonly words: readonly string[];
}

/** What begins at this place of a text; undefined where it is nothing about time. */
export function rangeInChinese(text: string, at: number): Translated | undefined {
  if (!firstCharacters.test(text.charAt(at))) return undefined;
  for (const { form, words } of forms) {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found !== null) return { length: found[0].length, words: words(found.groups ?? {}) };
  }
  return undefined;
}

/** Nothing about time begins with another one. */
const firstCharacters =
  /[\d一二两兩三四五六七八九十最过過近前上本这這今当當周週星礼禮第去大昨现現目此至以开開到从從自之和与與跟及下明后後]/;

type Groups = Readonly<Record<string, string | undefined>>;

interface Form {
  readonly form: RegExp;
  readonly words: (groups: Groups) => readonly string[];
}

const number = '(?<count>\\d{1,4}|[一二两兩三四五六七八九十]{1,3})';
const unit = '(?<unit>分钟|分鐘|小时|小時|钟头|鐘頭|天|日|周|週|星期|礼拜|禮拜|个月|個月|月|季度|季|年)';
const weekWord = '(?:周|週|星期|礼拜|禮拜)';
const dayOfWeek = '(?<weekday>[一二三四五六日天])';
const one = '[个個]?';

const digits = '零一二三四五六七八九';

/** `3`, `三`, `十二`, `二十一`. */
function countOf(text = '1'): string {
  if (/^\d+$/.test(text)) return String(Number(text));
  const [tens, ones] = text.includes('十') ? text.split('十') : ['', text];
  const digit = (part = ''): number => (part === '两' || part === '兩' ? 2 : Math.max(0, digits.indexOf(part || '零')));
  return String((text.includes('十') ? 10 * (tens === '' ? 1 : digit(tens)) : 0) + digit(ones));
}

const unitWords: ReadonlyMap<string, string> = new Map([
  ...['分钟', '分鐘'].map((word): [string, string] => [word, 'minutes']),
  ...['小时', '小時', '钟头', '鐘頭'].map((word): [string, string] => [word, 'hours']),
  ...['天', '日'].map((word): [string, string] => [word, 'days']),
  ...['周', '週', '星期', '礼拜', '禮拜'].map((word): [string, string] => [word, 'weeks']),
  ...['个月', '個月', '月'].map((word): [string, string] => [word, 'months']),
  ...['季度', '季'].map((word): [string, string] => [word, 'quarters']),
  ['年', 'years'],
]);

const unitOf = (word = ''): string => unitWords.get(word) ?? '';
const single = (word: string | undefined): string => unitOf(word).replace(/s$/, '');

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const weekdayOf = (word = ''): string => weekdayNames['一二三四五六日'.indexOf(word === '天' ? '日' : word)] ?? '';

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const padded = (text: string | undefined): string => countOf(text).padStart(2, '0');

const form = (source: string, words: Form['words']): Form => ({ form: new RegExp(source, 'uy'), words });
const month = '(?<month>\\d{1,2}|十[一二]?|[一二三四五六七八九])月';
const date = '(?<date>\\d{1,2}|[一二三四五六七八九十]{1,3})[日号號]?';

/** The longer ones first. */
const forms: readonly Form[] = [
  form('(?<year>20\\d\\d)年(?<month>\\d{1,2})月(?<date>\\d{1,2})[日号號]?', (found) => [
    `${found['year']}-${padded(found['month'])}-${padded(found['date'])}`,
  ]),
  form('(?<year>20\\d\\d)年(?<month>\\d{1,2})月', (found) => [`${found['year']}-${padded(found['month'])}`]),
  form(`${month}${date}`, (found) => [`${padded(found['month'])}-${padded(found['date'])}`]),
  form(`${month}份?`, (found) => [monthNames[Number(countOf(found['month'])) - 1] ?? '']),
  form('第?(?<quarter>[一二三四1-4])季度?', (found) => [`q${countOf(found['quarter'])}`]),
  form(`(?:最近|过去|過去|近|前)的?${number}${one}${unit}(?:以?[内內]|[来來])?`, ({ count, unit: name }) => [
    ...['past', countOf(count), unitOf(name)],
  ]),
  form(`(?:最近|过去|過去)的?${unit}`, (found) => ['past', single(found['unit'])]),
  form(`${number}${one}${unit}(?:以?前)`, ({ count, unit: name }) => [countOf(count), unitOf(name), 'ago']),
  form(`${number}${one}${unit}(?:以?[内內])?`, ({ count, unit: name }) => [countOf(count), unitOf(name)]),
  form(`上${one}${weekWord}${dayOfWeek}`, ({ weekday }) => [`last-week-${weekdayOf(weekday)}`]),
  form(`(?:本|这|這|今)${one}${weekWord}${dayOfWeek}`, ({ weekday }) => [`this-week-${weekdayOf(weekday)}`]),
  form(`上${one}${weekWord}末`, () => ['last-week-saturday..last-week-sunday']),
  form(`(?:本|这|這)?${one}${weekWord}末`, () => ['weekend']),
  form(`上${one}${unit}`, (found) => ['last', single(found['unit'])]),
  form(`(?:本|这|這|当|當)${one}${unit}`, (found) => ['this', single(found['unit'])]),
  form(`${weekWord}${dayOfWeek}`, ({ weekday }) => [weekdayOf(weekday)]),
  form('今年', () => ['this', 'year']),
  form('去年', () => ['last', 'year']),
  form(`下${one}${unit}`, (found) => ['next', single(found['unit'])]),
  form('明[天日]|后天|後天', () => ['tomorrow']),
  form('大前天', () => ['3d-ago']),
  form('前[天日]', () => ['2d-ago']),
  form('昨[天日]?', () => ['yesterday']),
  form('今[天日]|当天|當天', () => ['today']),
  form('现在|現在|目前|此刻', () => ['now']),
  form('至今|以来|以來|开始|開始', () => ['onwards']),
  form('[到至]', () => ['to']),
  form('[从從自]', () => ['from']),
  form('之间|之間', () => ['between']),
  form('[和与與跟及]', () => ['and']),
];
