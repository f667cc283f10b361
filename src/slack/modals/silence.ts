// The form of a silence: a length or an end, what it covers, a reason.
import { z } from 'zod';
import { highestLevel, lowestLevel, type Rule } from '../../alerting/rule.ts';
import { allOf, ruleOfIncident } from '../../alerting/transitions.ts';
import { type Instant, second } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { parseDuration } from '../../metrics/parse-quantity.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { AlertLine } from '../../service-types.ts';
import { nextTime } from '../../time-zone.ts';
import { drawOutcome } from '../blocks/alert.ts';
import { context as smallPrint } from '../blocks/block.ts';
import type { alertBlockPhrases } from '../blocks/block-phrases.ts';
import type { ModalView } from '../blocks/modal-view.ts';
import { longestOwn } from '../command/lexicon.ts';
import { alertsOf } from '../command/meant-alert.ts';
import { isForManagers, isSilenceLength, wrongSilence } from '../command/silence-length.ts';
import type { SlackContext } from '../context.ts';
import { sendMessage } from '../send-report.ts';
import { type Choice, choiceOf, formView, givenIn, input, problemBlocks, problemIn, workingView } from './form.ts';
import type { Modal, ModalSubmission } from './modal.ts';
import type { modalPhrases } from './modal-phrases.ts';

const say = phrasesOf<typeof modalPhrases & typeof alertBlockPhrases>();

const id = 'silence';
const title = say('silence.title');

/** What the form carries: an incident or a rule. */
const Metadata = z.object({ target: z.string() });

/** What was given in the form. */
interface AskedSilence {
  readonly length?: string | undefined;
  readonly end?: number | undefined;
  readonly covers?: string | undefined;
  readonly reason?: string | undefined;
}

/** What the form is drawn with. */
export interface SilenceFacts {
  readonly target: string;
  readonly rule: Rule;
  readonly app: { readonly id: string; readonly name: string; readonly zone: string };
  /** How many rules the app has. */
  readonly count: number;
  /** The level that fires; undefined while nothing is open. */
  readonly level: AlertLine['level'];
  /** Longer ones are offered to managers alone. */
  readonly isManager: boolean;
  /** Of a form that is shown again: what was given, and what was wrong. */
  readonly asked?: AskedSilence;
  readonly problem?: Pick<UserError, 'message' | 'hint'> | undefined;
}

const morning = '09:00';
const usualLength = '2h';

/** The content of the form. */
export function silenceView(facts: SilenceFacts, wording: SlackContext['deps']['wording']): ModalView {
  const { target, rule, app, asked = {}, problem } = facts;
  const end = { type: 'datetimepicker', ...(asked.end === undefined ? {} : { initial_date_time: asked.end }) };
  const covers = coverChoices(facts);
  const reason = {
    ...{ type: 'plain_text_input', max_length: longestOwn },
    ...(asked.reason === undefined ? {} : { initial_value: asked.reason }),
  };
  const field = { isOptional: true };
  const length = choiceOf('static_select', lengthChoices(facts), asked.length ?? usualLength, wording);
  return formView(
    {
      ...{ id, title, submit: say('silence.submit'), metadata: JSON.stringify({ target }) },
      blocks: [
        ...problemBlocks(problem),
        smallPrint(wording.text(say('modal.about', { rule: rule.id, app: app.name }))),
        input({ id: 'length', label: say('silence.length') }, length, wording),
        input({ ...field, id: 'end', label: say('silence.end'), hint: say('silence.endHint') }, end, wording),
        ...(covers.length < 2
          ? []
          : [
              input(
                { id: 'covers', label: say('silence.covers') },
                choiceOf('radio_buttons', covers, asked.covers, wording),
                wording,
              ),
            ]),
        input({ ...field, id: 'reason', label: say('silence.reason') }, reason, wording),
      ],
    },
    wording,
  );
}

function lengthChoices({ app, isManager }: SilenceFacts): readonly Choice[] {
  const hours = [30, 60, 120, 240, 480].map((minutes) => ({
    value: minutes < 60 ? `${minutes}m` : `${minutes / 60}h`,
    label: say('button.silenceFor', { minutes }),
  }));
  const days = isManager ? [3, 7, 30] : [];
  return [
    ...hours,
    { value: morning, label: say('silence.untilTime', { time: morning, zone: app.zone }) },
    { value: '24h', label: say('button.silenceFor', { minutes: 24 * 60 }) },
    ...days.map((count) => ({ value: `${count}d`, label: say('silence.days', { days: count }) })),
  ];
}

/** Of a rule with one level there is one thing to cover, beside all of the app. */
function coverChoices({ rule, app, count, level }: SilenceFacts): readonly Choice[] {
  const [lowest, highest] = [lowestLevel(rule), highestLevel(rule)];
  const isIncident = level === highest && lowest !== highest;
  const usual = isIncident ? say('silence.coversIncident') : say('silence.coversWarnings');
  return [
    { value: 'usual', label: lowest === highest ? say('silence.coversAlert') : usual },
    ...(lowest === highest ? [] : [{ value: 'critical', label: say('silence.coversCritical') }]),
    ...(count < 2 ? [] : [{ value: 'app', label: say('silence.coversApp', { app: app.name, count }) }]),
  ];
}

/** Reads what the form shows. Raises `UserError` where the alert is gone. */
export async function silenceFacts(
  target: string,
  requester: ModalSubmission['requester'],
  { deps, access }: SlackContext,
): Promise<SilenceFacts> {
  const [lines, isManager] = await Promise.all([alertsOf(deps).list(), access.isManager(requester)]);
  const { rule, app } = ruleOf(target, deps.live);
  const level = lines.find((line) => line.rule === rule.id)?.level;
  const count = deps.live.rules.filter((one) => one.app === app.id).length;
  const { id: appId, name, timezone: zone } = app;
  return { target, rule, app: { id: appId, name, zone }, count, level, isManager };
}

function ruleOf(target: string, { rules, apps }: SlackContext['deps']['live']) {
  const named = target.includes('@') ? ruleOfIncident(target) : target;
  const rule = rules.find((one) => one.id === target) ?? rules.find((one) => one.id === named);
  const app = apps.find((one) => one.id === rule?.app);
  if (rule === undefined || app === undefined)
    throw new UserError(`The rule ${named} is not there any more.`, { hint: '/imstats alerts shows what there is.' });
  return { rule, app };
}

export const silenceForm: Modal = {
  id,
  submit: (submission, context) => {
    const { target } = Metadata.parse(JSON.parse(submission.metadata));
    const asked = askedIn(submission);
    const { clock, live, wording } = context.deps;
    const now = clock.now();
    const until = endOf(asked, { now, zone: zoneOf(target, live) });
    if (until === undefined || !isSilenceLength(until - now))
      return {
        response: {
          response_action: 'errors',
          errors: { [asked.end === undefined ? 'length' : 'end']: wrongSilence },
        },
      };
    return {
      response: { response_action: 'update', view: workingView(id, title, wording) },
      work: () => silenceNow({ target, asked, until }, submission, context),
    };
  },
};

function askedIn(submission: ModalSubmission): AskedSilence {
  const text = (name: string): string | undefined => givenIn(submission, name)?.toString();
  const end = givenIn(submission, 'end');
  return {
    length: text('length'),
    covers: text('covers'),
    reason: text('reason'),
    end: typeof end === 'number' ? end : undefined,
  };
}

function zoneOf(target: string, live: SlackContext['deps']['live']): string {
  const named = target.includes('@') ? ruleOfIncident(target) : target;
  const app = live.rules.find((rule) => rule.id === named)?.app;
  return live.apps.find((one) => one.id === app)?.timezone ?? live.timezone;
}

/** The end that was given, else that of the length. */
function endOf({ end, length = '' }: AskedSilence, { now, zone }: { readonly now: Instant; readonly zone: string }) {
  if (end !== undefined) return end * second;
  if (length === morning) return nextTime(morning, zone, now);
  const duration = parseDuration(length);
  return duration === undefined ? undefined : now + duration;
}

/** Whoever lost the right while the form was open reads so, with what was given still there. */
async function silenceNow(
  { target, asked, until }: { readonly target: string; readonly asked: AskedSilence; readonly until: Instant },
  submission: ModalSubmission,
  context: SlackContext,
): Promise<void> {
  const { access, deps, home } = context;
  const { requester } = submission;
  try {
    const isLong = isForManagers(until - deps.clock.now());
    const refusal = (await access.mayChange(requester)) ?? (isLong ? await access.mayManage(requester) : undefined);
    if (refusal !== undefined) throw refusal;
    const { app } = ruleOf(target, deps.live);
    const meant = asked.covers === 'app' ? allOf(app.id) : target;
    const outcome = await alertsOf(deps).act({
      ...{ target: meant, action: 'silence', actor: requester.user, until },
      text: asked.reason,
      level: asked.covers === 'critical' ? 'critical' : undefined,
    });
    if (outcome.state !== 'done') throw new UserError(deps.wording.text(outcome.words));
    await sendMessage(drawOutcome(outcome, outcome.target ?? meant, deps.wording), submission.open());
    await home.follow(requester.user);
  } catch (error) {
    const problem = problemIn(error, context, id);
    // A rule that is gone has no form any more.
    const facts = await silenceFacts(target, requester, context).catch(() => undefined);
    const blocks = problemBlocks(problem);
    const again =
      facts === undefined
        ? formView({ id, title, blocks }, deps.wording)
        : silenceView({ ...facts, asked, problem }, deps.wording);
    await submission.show(again);
  }
}
