// Draws the modal in which the limits of a rule are changed: the form, what the limits would have done, and what came of it.
import type { Rule } from '../../alerting/rule.ts';
import { type RuleSettings, versionTag } from '../../alerting/rule-override.ts';
import type { Phrase, Wording } from '../../metrics/phrase.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { TunableRule } from '../../service-types.ts';
import { type TuneField, type TuneMetadata, tuneElement, yamlOf } from '../tune-values.ts';
import { actions, type Block, button, context, plainText, section, truncate, withPeople } from './block.ts';
import type { ModalView } from './modal-view.ts';
import type { tuneFormPhrases } from './tune-form-phrases.ts';

const say = phrasesOf<typeof tuneFormPhrases>();

/** A user group that can be pinged, with its handle where Slack tells it. */
export interface PingableGroup {
  readonly id: string;
  readonly handle?: string | undefined;
}

/** Slack's limits of a title and of the text of an option. */
const [longestTitle, longestOption] = [24, 75];

interface FormInput {
  readonly tunable: TunableRule;
  /** What stands in the fields. */
  readonly settings: RuleSettings;
  readonly groups: readonly PingableGroup[];
  /** Stands above the fields: why these settings were suggested. */
  readonly reason?: readonly Phrase[];
}

/** The form, whose Enter tries the limits. */
export function tuneForm({ tunable, settings, groups, reason = [] }: FormInput, wording: Wording): ModalView {
  const { rule, app } = tunable;
  const { text } = wording;
  const { direction } = rule;
  const { critical } = settings;
  const field = (id: TuneField, label: Phrase, value: string | undefined, hint?: Phrase): Block =>
    textInput(id, { label: text(label), value, hint: hint && text(hint) });
  const metadata: TuneMetadata = { rule: rule.id, version: versionTag(rule) };
  return {
    ...modalOf(rule, 'tune', metadata),
    submit: plainText(text(say('tune.try'))),
    close: plainText(text(say('tune.cancel'))),
    blocks: [
      section(withPeople(text(say('tune.about', { rule: rule.id, app: app.name, metric: rule.metric })))),
      ...reason.map((line) => context(withPeople(text(line)))),
      ...tunedBlocks(tunable, wording),
      field(
        'limit',
        say('tune.limitField', { direction }),
        settings[direction],
        say('tune.limitHint', { metric: rule.metric }),
      ),
      field('clearAt', say('tune.clearField'), settings.clearAt, say('tune.clearHint', { direction })),
      field('for', say('tune.forField'), settings.for, say('tune.durationHint')),
      field(
        'critical_limit',
        say('tune.criticalField', { direction }),
        critical?.[direction],
        say('tune.criticalHint'),
      ),
      field('critical_clearAt', say('tune.criticalClearField'), critical?.clearAt),
      field('critical_for', say('tune.criticalForField'), critical?.for),
      field('keepFiring', say('tune.keepField'), settings.keepFiring),
      ...places(settings, rule, groups, wording),
    ],
  };
}

function modalOf({ id }: Pick<Rule, 'id'>, callback: string, metadata: TuneMetadata) {
  return {
    type: 'modal',
    callback_id: callback,
    title: plainText(truncate(id, longestTitle)),
    private_metadata: JSON.stringify(metadata),
  } as const;
}

function textInput(
  id: TuneField,
  {
    label,
    value,
    hint,
  }: { readonly label: string; readonly value: string | undefined; readonly hint: string | undefined },
): Block {
  const element = { type: 'plain_text_input', action_id: tuneElement, max_length: 40 };
  return {
    ...{ type: 'input', block_id: id, optional: true, label: plainText(label) },
    element: value === undefined ? element : { ...element, initial_value: value },
    ...(hint === undefined ? {} : { hint: plainText(hint) }),
  };
}

/** That the rule is not as the file has it, with the way back. */
function tunedBlocks({ rule, app }: Pick<TunableRule, 'rule' | 'app'>, { text }: Wording): readonly Block[] {
  const { tuned, id } = rule;
  if (tuned === undefined) return [];
  return [
    context(withPeople(text(say('tune.isTuned', { ...tuned, zone: app.timezone })))),
    actions([backButton(id, text)]),
  ];
}

export function backButton(rule: string, text: Wording['text']): Block {
  const label = text(say('tune.back'));
  const confirm = {
    ...{ title: text(say('tune.backTitle')), text: text(say('tune.backText', { rule })) },
    ...{ confirm: label, deny: text(say('tune.cancel')) },
  };
  return button({ action: 'tune_restore', label, about: rule, value: rule, confirm });
}

export function tuneButton(rule: string, { text }: Wording): Block {
  return button({ action: 'tune', label: text(say('tune.button')), about: rule, value: rule });
}

/** Where it is told and who is pinged. Slack has no picker of user groups, so they are a list. */
function places(
  { channel = [], mention = [] }: RuleSettings,
  { channel: usual }: Rule,
  groups: readonly PingableGroup[],
  { text }: Wording,
): readonly Block[] {
  const users = mention.filter((id) => /^[UW]/.test(id));
  const options = [
    { text: plainText(text(say('tune.here'))), value: 'here' },
    ...groups.map(({ id, handle }) => ({
      text: plainText(truncate(handle === undefined ? id : `@${handle}`, longestOption)),
      value: id,
    })),
  ];
  const chosen = options.filter(({ value }) => mention.includes(value));
  const input = (id: TuneField, label: Phrase, element: Block): Block => ({
    ...{ type: 'input', block_id: id, optional: id !== 'channel', label: plainText(text(label)) },
    element: { ...element, action_id: tuneElement },
  });
  return [
    input('channel', say('tune.channelField'), {
      type: 'multi_conversations_select',
      initial_conversations: channel.length === 0 ? [usual] : [...channel],
      filter: { include: ['public', 'private'] },
      max_selected_items: 10,
    }),
    input('mention_groups', say('tune.groupsField'), {
      type: 'multi_static_select',
      options,
      ...(chosen.length === 0 ? {} : { initial_options: chosen }),
    }),
    input('mention_users', say('tune.usersField'), {
      type: 'multi_users_select',
      ...(users.length === 0 ? {} : { initial_users: users }),
      max_selected_items: 10,
    }),
  ];
}

interface TriedInput {
  readonly rule: Rule;
  readonly metadata: TuneMetadata & { readonly settings: RuleSettings };
  /** What differs from the rule that holds, and what both would have done. */
  readonly lines: readonly Phrase[];
  /** Why the person cannot save; undefined where they can. */
  readonly refusal?: string | undefined;
}

/** What the limits would have done, to be saved or changed again. */
export function tuneResult({ rule, metadata, lines, refusal }: TriedInput, wording: Wording): ModalView {
  const { text } = wording;
  const yaml = yamlOf(rule.id, metadata.settings);
  return {
    ...modalOf(rule, 'tune_save', metadata),
    ...(refusal === undefined ? { submit: plainText(text(say('tune.save'))) } : {}),
    close: plainText(text(say('tune.cancel'))),
    blocks: [
      ...lines.map((line) => section(withPeople(wording.text(line)))),
      ...(refusal === undefined ? [] : [section(withPeople(refusal))]),
      actions([
        button({
          action: 'tune_change',
          label: text(say('tune.change')),
          about: rule.id,
          value: JSON.stringify(metadata),
        }),
      ]),
      context(text(say('tune.forFile'))),
      section(`\`\`\`${yaml.replaceAll('`', "'")}\`\`\``),
    ],
  };
}

/** A view with words alone: while something is done, and what came of it. */
export function tuneWords(rule: string, words: readonly string[], extra: readonly Block[] = []): ModalView {
  return {
    ...{ type: 'modal', callback_id: 'tune_words', title: plainText(truncate(rule, longestTitle)) },
    blocks: [...words.map((line) => section(withPeople(line))), ...extra],
  };
}
