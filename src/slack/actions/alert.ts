// The controls below an alert: acknowledge, silence for a while, end a silence, why; and below an answer: undo, take over, silence critical too.
import { hour, type Instant } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { parseDuration } from '../../metrics/parse-quantity.ts';
import type { AlertAction, AlertService } from '../../service-types.ts';
import { nextTime } from '../../time-zone.ts';
import { drawOutcome } from '../blocks/alert.ts';
import { sendMessage, sendReport } from '../send-report.ts';
import { explanationTail } from '../subcommands/alerts.ts';
import type { Action, ActionContext, Click } from './action.ts';

export const alertControls: Action = {
  answers: true,
  ids: ['acknowledge', 'silence', 'unsilence', 'resolve', 'normal', 'undo', 'take_over', 'silence_all', 'call'],
  handle: async (click, context) => {
    const alerts = await requireAlerts(click, context, 'mayChange');
    const { wording } = context.slackContext.deps;
    const request = await requestOf(click, context);
    const outcome = await alerts.act({ ...request, actor: click.requester.user });
    await sendMessage(
      drawOutcome(outcome, outcome.target ?? request.target, wording),
      click.open(placeOf(click, outcome.state)),
    );
  },
};

/** Controls of an answer, which no longer holds once one of them was pressed. */
const ofAnswer: readonly string[] = ['undo', 'take_over', 'silence_all'];

/** Who read that something was done reads what became of it: a private answer is replaced, one that all see is followed by another. */
function placeOf({ action, isEphemeral }: Click, state: string): 'private' | 'replace' | 'public' {
  if (!ofAnswer.includes(action) || state !== 'done') return 'private';
  return isEphemeral ? 'replace' : 'public';
}

/** What a control asks for. Its value is the alert; of a silence and of an undo it is what else they need, a space, and the alert. */
async function requestOf(
  { action, value = '' }: Click,
  context: ActionContext,
): Promise<Omit<Parameters<AlertService['act']>[0], 'actor'>> {
  const verb = verbOf(action);
  const [first = '', ...rest] = value.split(' ');
  const target = rest.join(' ');
  if (action === 'take_over') {
    const until = isInstant(first) && target !== '' ? Number(first) : undefined;
    return { target: until === undefined ? value : target, action: 'acknowledge', takesOver: true, until };
  }
  if (action === 'silence_all') {
    if (!isInstant(first)) throw tooOld();
    return { target, action: 'silence', until: Number(first), level: 'critical' };
  }
  if (verb === 'undo') return { target, action: verb, undo: first };
  if (verb === 'silence') return { target, action: verb, until: await endOf(first, target, context) };
  return { target: value, action: verb };
}

const isInstant = (text: string): boolean => /^\d{1,15}$/.test(text);

/** For managers, as the command. */
export const endMaintenance: Action = {
  answers: true,
  ids: ['end_maintenance'],
  handle: async (click, { slackContext }) => {
    const { access, deps } = slackContext;
    const refusal = (await access.mayChange(click.requester)) ?? (await access.mayManage(click.requester));
    if (refusal !== undefined) throw refusal;
    if (deps.maintenance === undefined) throw new UserError('Alerts are not available in this imstats.');
    const target = { kind: 'period', id: click.value ?? '' } as const;
    const outcome = await deps.maintenance.end({ target, actor: click.requester.user });
    await sendMessage(drawOutcome(outcome, outcome.target ?? '', deps.wording), click.open('private'));
  },
};

export const whyButton: Action = {
  answers: true,
  ids: ['why'],
  handle: async (click, context) => {
    const alerts = await requireAlerts(click, context, 'mayRun');
    const found = await alerts.why(click.value ?? '');
    if (found === undefined) throw new UserError('The rule of this alert is not there any more.');
    const { deps, identity, chartDeps } = context.slackContext;
    const tail = explanationTail(found, { identity: identity(), wording: deps.wording });
    await sendReport({ report: found.report, tail, people: 'named', responseTarget: click.open('private') }, chartDeps);
  },
};

/** A link button needs no answer, but Slack sends its click too; older messages have one to the console. */
export const linkButton: Action = { ids: ['open_runbook', 'open_console', 'open_thread'], handle: async () => {} };

async function requireAlerts(
  click: Click,
  { slackContext }: ActionContext,
  right: 'mayRun' | 'mayChange',
): Promise<AlertService> {
  const refusal = await slackContext.access[right](click.requester);
  if (refusal !== undefined) throw refusal;
  if (slackContext.deps.alerts === undefined) throw new UserError('Alerts are not available in this imstats.');
  return slackContext.deps.alerts;
}

function verbOf(action: string): AlertAction {
  const verbs = ['acknowledge', 'silence', 'resolve', 'normal', 'undo', 'call'] as const;
  return verbs.find((verb) => verb === action) ?? 'unsilence';
}

const tooOld = (): UserError => new UserError('This button or menu is too old to be understood.');

/** The end of a silence from the menu: after a duration, or at the next 09:00 in the zone of the app. */
async function endOf(choice: string, target: string, { slackContext }: ActionContext): Promise<Instant> {
  const { clock, live, alerts } = slackContext.deps;
  const length = parseDuration(choice);
  if (length !== undefined && length <= 24 * hour) return clock.now() + length;
  if (!/^\d{2}:\d{2}$/.test(choice)) throw tooOld();
  const line = (await alerts?.list())?.find((one) => one.incident === target || one.rule === target);
  const zone = live.apps.find((app) => app.id === line?.app.id)?.timezone ?? live.timezone;
  return nextTime(choice, zone, clock.now());
}
