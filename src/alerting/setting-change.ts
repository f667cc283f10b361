// A change of what is set, kept for `alerts changes`: who, when, from where, what, before and after. Never a secret: a file is told by names.
import { z } from 'zod';
import { Phrase } from '../metrics/phrase.ts';

/** Facts; the words are made where it is shown. */
export const SettingChange = z.object({
  /** The same for the same change, so that two replicas that see it keep it once. */
  id: z.string(),
  at: z.number(),
  /** A Slack user id; absent for what was written in the file, which does not say by whom. */
  by: z.string().optional(),
  from: z.enum(['file', 'slack']),
  /** Id of the rule, the app or whatever it is about. */
  subject: z.string(),
  what: Phrase,
  before: Phrase.optional(),
  after: Phrase.optional(),
});
export type SettingChange = Readonly<z.infer<typeof SettingChange>>;
