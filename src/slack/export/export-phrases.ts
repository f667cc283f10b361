// English of an export: what it is of, how far it is, how it ended.
import type { Phrase, PhraseSet } from '../../metrics/phrase.ts';

/** What an export is of. `what` is a metric or a part; undefined for all. */
interface ExportTitle {
  readonly what?: string | undefined;
  readonly apps: readonly string[];
  /** The range of each app. */
  readonly ranges: readonly Phrase[];
}

/** Apps that are named. */
const mostNamed = 3;

export const exportPhrases = {
  'export.title': ({ what, apps, ranges }: ExportTitle, { list, text }) => {
    const said = ranges.map(text);
    const isOne = new Set(said).size <= 1;
    const named = apps.slice(0, mostNamed).map((app, index) => (isOne ? app : `${app} (${said[index] ?? ''})`));
    const more = apps.length - mostNamed;
    const names = list(more > 0 ? [...named, `${more} more`] : named);
    const subject = what === undefined ? names : `${what} of ${names}`;
    return `Export of ${subject}${isOne ? `: ${said[0] ?? ''}` : ''}`;
  },
  'export.waits': ({ before }: { readonly before: number }, { quantity }) =>
    `Waits for ${quantity(before, { one: 'export', other: 'exports' })} before it.`,
  'export.reads': ({ done }: { readonly done: number }) => `${Math.floor(done * 100)} % read.`,
  'export.sends': () => 'All is read; the file is on its way to Slack.',
  'export.rows': ({ rows, note }: { readonly rows: number; readonly note: Phrase }, { quantity, text }) =>
    `${quantity(rows, { one: 'row', other: 'rows' })}. ${text(note)}`,
  'export.ofSlots': () =>
    'Each is a sample or, where samples are kept no more, 5 minutes, an hour or a day; what was not measured is empty.',
  'export.empty': () => 'Nothing is stored of it. Ask for another range.',
  'export.stopped': ({ user }: { readonly user: string }) => `Stopped by ${user}; no file was sent.`,
  'export.ended': () => 'imstats was stopped before the file was whole. Ask again.',
  'export.tooLarge': () => 'This is too much for one file. Ask for one app, one metric or a shorter range.',
  'export.failed': ({ why, advice }: { readonly why: Phrase; readonly advice?: Phrase | undefined }, { text }) =>
    ['The file could not be sent.', text(why), ...(advice === undefined ? [] : [text(advice)])].join(' '),
  'export.broke': ({ id }: { readonly id: string }) =>
    `The numbers could not be read, id ${id}. Ask again; if it stays so, tell whoever runs imstats the id.`,
  'export.unknown': () => 'Slack did not say whether it took the file. If it does not appear here, ask again.',
  'export.letFiles': () => 'Ask an admin of the workspace to let apps upload files.',
  'export.comes': ({ place }: { readonly place: 'direct' | 'channel' }) =>
    place === 'direct' ? 'The file comes to you as a direct message.' : 'The file comes into this channel.',
  'export.stop': () => 'Stop',
} satisfies PhraseSet;
