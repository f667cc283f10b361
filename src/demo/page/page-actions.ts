// What a person does on the page, read and done: type, click, submit, open, move the world beside it.
import { z } from 'zod';
import type { Workspace } from '../workspace/workspace.ts';
import { type Beside, WorldChange } from '../world-controls.ts';

const id = z.string().min(1).max(255);
const text = z.string().max(4_000);
const who = { user: id };
const choice = z.union([z.string().max(3_000), z.array(z.string().max(3_000)).max(100)]);
const place = z.union([z.strictObject({ channel: id, ts: id }), z.strictObject({ viewId: id })]);

const PageAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('write'), ...who, channel: id, text: text.min(1), threadTs: id.optional() }),
  z.strictObject({ act: z.literal('click'), ...who, place, action: id, choice: choice.optional() }),
  z.strictObject({ act: z.literal('submit'), ...who, viewId: id, values: z.record(z.string(), choice) }),
  z.strictObject({ act: z.literal('close'), ...who, viewId: id }),
  z.strictObject({ act: z.literal('home'), ...who }),
  z.strictObject({ act: z.literal('world'), change: WorldChange }),
]);

type PageAct = z.infer<typeof PageAct>;

/** What the page is told of an act: that it was taken, or why not; for a modal what was wrong, by block id. */
export interface ActAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

export interface Stagehands {
  readonly workspace: Workspace;
  readonly beside: Beside;
}

/** Does what the body of a request asks. Never rejects: what cannot be done is said. */
export async function doAct(body: unknown, hands: Stagehands): Promise<ActAnswer> {
  const parsed = PageAct.safeParse(body);
  if (!parsed.success)
    return { ok: false, error: `The page asked for something odd: ${z.prettifyError(parsed.error)}` };
  try {
    return (await perform(parsed.data, hands)) ?? { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

async function perform(act: PageAct, { workspace, beside }: Stagehands): Promise<ActAnswer | undefined> {
  switch (act.act) {
    case 'write':
      await write(act, workspace);
      return undefined;
    case 'click':
      await workspace.click({ user: act.user, action: act.action, ...optional('choice', act.choice), ...act.place });
      return undefined;
    case 'submit': {
      const { action, errors } = await workspace.submitView(act);
      return action === 'errors' ? { ok: false, errors } : undefined;
    }
    case 'close':
      await workspace.closeView(act);
      return undefined;
    case 'home':
      await workspace.openHome(act);
      return undefined;
    case 'world':
      await beside.apply(act.change);
      return undefined;
  }
}

/** A line of the composer: a command where it begins with a slash, a mention where the bot is named, else just words. */
async function write(
  { user, channel, text: written, threadTs }: Extract<PageAct, { act: 'write' }>,
  workspace: Workspace,
): Promise<void> {
  const line = written.trim();
  const at = { user, channel, ...optional('threadTs', threadTs) };
  const command = /^(\/[\w-]+)\s*([\s\S]*)$/.exec(line);
  const mention = /(?:^|\s)@imstats\b/.exec(line);
  if (command !== null) {
    await workspace.command({ ...at, command: command[1] ?? '', text: command[2] ?? '' });
  } else if (mention !== null) {
    await workspace.mention({ ...at, text: escapeText(line.replace(/@imstats\b/, '').trim()) });
  } else workspace.say({ ...at, text: escapeText(line) });
}

/** As Slack's own client sends what a person types. */
function escapeText(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  // A computed key widens to an index signature, although it is exactly this one.
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: V });
}
