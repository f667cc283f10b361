// English for the modals: a silence, a note, how it all stands.
import type { PhraseSet } from '../../metrics/phrase.ts';

interface OfAlert {
  readonly rule: string;
  readonly app: string;
}

export const modalPhrases = {
  'modal.close': () => 'Close',
  'modal.cancel': () => 'Cancel',
  'modal.working': () => 'One moment …',
  'modal.overview': () => 'imstats',
  'modal.about': ({ rule, app }: OfAlert) => `Alert ${rule} on ${app}`,
  'button.silenceForm': () => 'Silence…',
  'button.noteForm': () => 'Note…',
  'silence.title': () => 'Silence an alert',
  'silence.submit': () => 'Silence',
  'silence.length': () => 'For how long',
  'silence.days': ({ days }: { readonly days: number }, { quantity }) => quantity(days, { one: 'day', other: 'days' }),
  /** `until 09:00, Asia/Taipei` */
  'silence.untilTime': ({ time, zone }: { readonly time: string; readonly zone: string }) => `until ${time}, ${zone}`,
  'silence.end': () => 'Or until',
  'silence.endHint': () => 'In your own time zone. Where it is set, it holds instead of the length.',
  'silence.covers': () => 'What it covers',
  'silence.coversAlert': () => 'This alert',
  'silence.coversWarnings': () => 'Warnings; critical still pages',
  'silence.coversIncident': () => 'This incident; the next critical one pages again',
  'silence.coversCritical': () => 'Critical too',
  'silence.coversApp': ({ app, count }: { readonly app: string; readonly count: number }) =>
    `All ${count} alerts of ${app}`,
  'silence.reason': () => 'Reason, which everybody sees',
  'note.title': () => 'Note on an incident',
  'note.submit': () => 'Keep the note',
  'note.text': () => 'What was seen or done',
  'note.textHint': () => 'It stands in the thread, in why and in the digest of the day.',
  'note.none': () => 'This is no incident',
  'note.noneWhy': () =>
    'A note is kept with an incident: use the shortcut on the message of an alert, or on a message in its thread.',
} satisfies PhraseSet;
