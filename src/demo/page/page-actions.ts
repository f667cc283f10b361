// Parses and performs the user's actions on the page: type, click, submit, open, change the world controls.
import { z } from 'zod';
import type { Workspace } from '../workspace/workspace.ts';
import { WorldChange, type WorldControls } from '../world-controls.ts';

const id = z.string().min(1).max(255);
const text = z.string().max(4_000);
const who = { user: id };
const choice = z.union([z.string().max(3_000), z.array(z.string().max(3_000)).max(100)]);
const place = z.union([z.strictObject({ channel: id, ts: id }), z.strictObject({ viewId: id })]);

const PageAction = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('write'), ...who, channel: id, text: text.min(1), threadTs: id.optional() }),
  z.strictObject({
    act: z.literal('click'),
    ...who,
    place,
    action: id,
    block: id.optional(),
    choice: choice.optional(),
  }),
  z.strictObject({
    act: z.literal('shortcut'),
    ...who,
    shortcut: id,
    message: z.strictObject({ channel: id, ts: id }).optional(),
  }),
  z.strictObject({ act: z.literal('submit'), ...who, viewId: id, values: z.record(z.string(), choice) }),
  z.strictObject({ act: z.literal('close'), ...who, viewId: id }),
  z.strictObject({ act: z.literal('home'), ...who }),
  z.strictObject({ act: z.literal('world'), change: WorldChange }),
]);

type PageAction = z.infer<typeof PageAction>;

/** The response to the page: success or the error; for a modal the errors by block id. */
export interface ActionResult {
  readonly ok: boolean;
  readonly error?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

export interface ActionDeps {
  readonly workspace: Workspace;
  readonly controls: WorldControls;
}

/** Performs the action in the body of a request. Never rejects: a failure is in the result. */
export async function performAction(body: unknown, deps: ActionDeps): Promise<ActionResult> {
  const parsed = PageAction.safeParse(body);
  if (!parsed.success)
    return { ok: false, error: `The page asked for something odd: ${z.prettifyError(parsed.error)}` };
  try {
    return (await dispatch(parsed.data, deps)) ?? { ok: true };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

async function dispatch(act: PageAction, { workspace, controls }: ActionDeps): Promise<ActionResult | undefined> {
  switch (act.act) {
    case 'write':
      await write(act, workspace);
      return undefined;
    case 'click':
      await workspace.click({
        ...{ user: act.user, action: act.action },
        ...optional('choice', act.choice),
        ...optional('block', act.block),
        ...act.place,
      });
      return undefined;
    case 'shortcut':
      await workspace.shortcut({
        ...{ user: act.user, shortcut: act.shortcut },
        ...optional('message', act.message),
      });
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
      await controls.apply(act.change);
      return undefined;
  }
}

/** A line of the composer: a command where it begins with a slash, a mention where the bot is named, else a message. */
async function write(
  { user, channel, text: written, threadTs }: Extract<PageAction, { act: 'write' }>,
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

/** Escapes typed text as Slack's own client does. */
function escapeText(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  // A computed key widens to an index signature, although it has exactly this key.
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: V });
}
