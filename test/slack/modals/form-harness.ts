// A bot with two rules on one app and alerts that write down what they are asked, and what a person sees of its forms.
import { minute } from '../../../src/clock.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import type { ActResult, AlertLine, AlertService } from '../../../src/service-types.ts';
import { ruleWith } from '../../alerting/sample-rules.ts';
import { type Changes, startBot, type TestBot, words } from '../slack-harness.ts';

export const incident = 'memory-low@1';

export type Act = Parameters<AlertService['act']>[0];

export interface FormBot extends TestBot {
  readonly acts: readonly Act[];
  /** What the person sees of the modal on top; empty where none is open. */
  readonly shown: () => string;
  /** Resolves when the modal shows a text. */
  readonly shows: (text: string) => Promise<unknown>;
  /** Opens Home and presses a control of its open alert. */
  readonly press: (action: string, choice?: string) => Promise<unknown>;
  readonly submit: (values: Readonly<Record<string, string>>) => ReturnType<TestBot['workspace']['submitView']>;
}

const open: AlertLine = {
  ...{ rule: 'memory-low', app: { id: 'prod', name: 'Production chat' }, condition: 'firing', level: 'warning' },
  ...{ incident, words: verbatim('Low.'), actions: ['acknowledge', 'silence', 'why'] },
};

const rule = ruleWith({
  id: 'memory-low',
  levels: { warning: { trigger: 0.15, clear: 0.2, holdFor: 0 }, critical: { trigger: 0.08, clear: 0.12, holdFor: 0 } },
});
const rules = [rule, ruleWith({ id: 'connections-high', metric: 'connections.peak', direction: 'above' })];

export async function startWithForms(
  undo: (() => unknown)[],
  { outcome, ...changes }: Changes & { readonly outcome?: ActResult } = {},
): Promise<FormBot> {
  const acts: Act[] = [];
  const alerts: AlertService = {
    undoLast: async () => ({ state: 'done', words: verbatim('Undone.') }),
    list: async () => [open],
    why: async () => undefined,
    test: async () => ({ state: 'done', words: verbatim('Tested.') }),
    act: async (act) => {
      acts.push(act);
      return outcome ?? { state: 'done', words: verbatim('It is done.'), undo: 'u1' };
    },
  };
  const { values, ...rest } = changes;
  const bot = await startBot(undo, { alerts, values: { rules, ...values }, renderers: [words], ...rest });
  const { workspace, person: user } = bot;
  const shown = (): string => {
    const top = workspace.modals(user).at(-1);
    return top === undefined ? '' : workspace.renderView(top);
  };
  const shows = (text: string) => workspace.until(() => shown().includes(text), `a modal with ${text}`);
  return {
    ...bot,
    ...{ acts, shown, shows },
    press: async (action, choice) => {
      await workspace.openHome({ user });
      const home = await workspace.until(() => workspace.home(user), 'Home');
      return workspace.click({ user, viewId: home.id, action, ...(choice === undefined ? {} : { choice }) });
    },
    submit: (given) => workspace.submitView({ user, values: given }),
  };
}

/** Seconds, as the picker of a date and time gives them. */
export const inMinutes = (minutes: number): string => String(Math.floor((Date.now() + minutes * minute) / 1_000));
