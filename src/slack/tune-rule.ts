// Changes the limits of a rule by modal: opens the form, tries what was written into it, and saves it.
import type { changePhrases } from '../alerting/change-phrases.ts';
import type { Rule } from '../alerting/rule.ts';
import { isChannelId } from '../alerting/rule-fields.ts';
import { type RuleSettings, versionTag } from '../alerting/rule-override.ts';
import { settingFacts } from '../alerting/setting-change.ts';
import { sleep } from '../clock.ts';
import { UserError } from '../errors.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { TunableRule, TuningService } from '../service-types.ts';
import type { Block } from './blocks/block.ts';
import { withPeople } from './blocks/block.ts';
import type { ModalView } from './blocks/modal-view.ts';
import { backButton, type PingableGroup, tuneForm, tuneResult, tuneWords } from './blocks/tune-form.ts';
import type { tuneFormPhrases } from './blocks/tune-form-phrases.ts';
import { explainError } from './command/answer.ts';
import type { Requester, SubcommandDeps } from './command/subcommand.ts';
import type { SlackContext } from './context.ts';
import { toDeliveryError } from './errors.ts';
import type { ResponseTarget } from './response-target.ts';
import { sendMessage } from './send-report.ts';
import type { TuneMetadata } from './tune-values.ts';
import { showView } from './views.ts';

const say = phrasesOf<typeof tuneFormPhrases & typeof changePhrases>();

type Tried = TuneMetadata & { readonly settings: RuleSettings };

export function tuningOf({ tuning }: Pick<SubcommandDeps, 'tuning'>): TuningService {
  if (tuning === undefined) throw new UserError('Alerts are not available in this imstats.');
  return tuning;
}

/** Raises `UserError` for a rule that is gone or has no fixed limits. */
export async function tunableRule(id: string, deps: Pick<SubcommandDeps, 'tuning' | 'live'>): Promise<TunableRule> {
  const found = await tuningOf(deps).find(id);
  if (found !== undefined) return found;
  const isThere = deps.live.rules.some((rule) => rule.id === id);
  throw new UserError(
    isThere
      ? `${id} has no fixed limits that could be changed here; its settings stand in the configuration file.`
      : `There is no alert "${id}".`,
    { hint: '/imstats alerts lists the alerts.', command: 'alerts' },
  );
}

/** Longer nobody waits for names: a trigger holds for 3 s. */
const namesWait = 800;
const mostGroups = 50;

/** The groups that the configuration names, with their handles where Slack tells them soon enough. */
export async function pingableGroups(
  { live, clock }: Pick<SubcommandDeps, 'live' | 'clock'>,
  handleOf: (group: string) => Promise<string | undefined>,
): Promise<readonly PingableGroup[]> {
  const { run, manage } = live.access;
  const named = [
    ...live.rules.flatMap(({ mention, escalate }) => [...mention, ...(escalate?.mention ?? [])]),
    ...live.written.flatMap(({ rule }) => rule.mention),
    ...(run === 'everyone' ? [] : run),
    ...manage,
  ];
  const ids = [...new Set(named)].filter((id) => id.startsWith('S')).slice(0, mostGroups);
  const known = Promise.all(ids.map(async (id) => ({ id, handle: await handleOf(id).catch(() => undefined) })));
  return Promise.race([known, sleep(clock, namesWait).then(() => ids.map((id) => ({ id })))]);
}

/** The form of a rule with its settings, or with others. */
export async function formOf(
  id: string,
  {
    deps,
    handleOf,
    settings,
  }: {
    readonly deps: SubcommandDeps;
    readonly handleOf: (group: string) => Promise<string | undefined>;
    readonly settings?: RuleSettings | undefined;
  },
): Promise<ModalView> {
  const tunable = await tunableRule(id, deps);
  const groups = await pingableGroups(deps, handleOf);
  return tuneForm({ tunable, settings: settings ?? tunable.settings, groups }, deps.wording);
}

interface Submitted {
  readonly requester: Requester;
  readonly viewId: string;
  readonly open: () => ResponseTarget;
}

/** Shows in the modal what the limits would have done, beside those that hold. Never rejects. */
export function tryInModal(metadata: Tried, submitted: Submitted, slackContext: SlackContext): Promise<void> {
  return inModal(metadata.rule, submitted, slackContext, async () => {
    const { deps, access } = slackContext;
    const tuning = tuningOf(deps);
    const { rule: before } = await tunableRule(metadata.rule, deps);
    const after = tuning.read(metadata.rule, metadata.settings);
    if (after === undefined || 'problems' in after)
      throw new UserError('The rule was changed meanwhile; open the form again.');
    const refusal = await access.mayManage(submitted.requester);
    const lines = [...differenceLines(before, after), ...(await tuning.tried(after))];
    return tuneResult({ rule: after, metadata, lines, refusal: refusal?.message }, deps.wording);
  });
}

/** What the settings change, in words. */
export function differenceLines(before: Rule, after: Rule): readonly Phrase[] {
  const [old, now] = [settingFacts(before), settingFacts(after)];
  return old === undefined || now === undefined
    ? []
    : [say('change.tuned', { rule: after.id, before: old, after: now })];
}

/** Saves for managers, after each new channel has taken a line. Never rejects. */
export function saveInModal(metadata: Tried, submitted: Submitted, slackContext: SlackContext): Promise<void> {
  return inModal(metadata.rule, submitted, slackContext, async () => {
    const { deps, access } = slackContext;
    const { wording } = deps;
    const refusal = await access.mayManage(submitted.requester);
    if (refusal !== undefined) throw refusal;
    const { rule, app } = await tunableRule(metadata.rule, deps);
    const actor = submitted.requester.user;
    const proof = say('tune.proof', { rule: rule.id, app: app.name, by: actor });
    if (versionTag(rule) === metadata.version)
      await proveChannels(rule, { metadata, text: withPeople(wording.text(proof)) }, slackContext);
    const outcome = await tuningOf(deps).save({ ...metadata, actor });
    const after = outcome.state === 'done' ? [backRow(rule.id, slackContext)] : [];
    return tuneWords(rule.id, [wording.text(outcome.words)], after);
  });
}

function backRow(rule: string, { deps: { wording } }: SlackContext): Block {
  return { type: 'actions', elements: [backButton(rule, wording.text)] };
}

/** Raises `UserError` for a channel into which Slack lets the bot not write. */
async function proveChannels(
  { channel, channels = [] }: Rule,
  { metadata, text }: { readonly metadata: Tried; readonly text: string },
  { client, deps: { wording } }: SlackContext,
): Promise<void> {
  const known = new Set([channel, ...channels]);
  for (const fresh of (metadata.settings.channel ?? []).filter((one) => isChannelId(one) && !known.has(one))) {
    try {
      await client.chat.postMessage({ channel: fresh, text, unfurl_links: false });
    } catch (error) {
      const why = toDeliveryError(error).code;
      throw new UserError(wording.text(say('tune.noChannel', { channel: fresh, why })));
    }
  }
}

/** Shows in the modal what the work came to, also where that is why it failed; in a direct message where the modal was closed. */
async function inModal(
  rule: string,
  { viewId, open, requester }: Submitted,
  { client, deps }: SlackContext,
  work: () => Promise<ModalView>,
): Promise<void> {
  let view: ModalView;
  try {
    view = await work();
  } catch (error) {
    const { shown, id } = explainError(error, deps);
    if (id !== undefined) deps.logger.error('Modal failed', { id, rule, user: requester.user, error: String(error) });
    view = tuneWords(rule, [shown.message, ...(shown.hint === undefined ? [] : [shown.hint])]);
  }
  if (await showView(viewId, view, { client })) return;
  await sendMessage({ blocks: [...view.blocks].filter(({ type }) => type === 'section'), text: rule }, open());
}
