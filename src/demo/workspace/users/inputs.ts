// Values of the selects and inputs of a message or view: the initial ones, then what the user chose.
import { elementsOf, type Fields, fieldsOf, isFields, withChildren } from '../blocks/walk.ts';
import type { State } from '../state.ts';
import type { Choice, SlackBlock } from '../workspace-types.ts';

/** The user, and the `ts` of the message or the id of the view that holds the inputs. */
export interface InputScope {
  readonly container: string;
  readonly user: string;
}

interface InputKind {
  /** Field of the value in `state.values`. */
  readonly field: string;
  /** Field of the element that presets it. */
  readonly initial: string;
  readonly many: boolean;
  /** The choice is one of the element's options. */
  readonly options: boolean;
}

const kind = (field: string, initial: string, more: Partial<InputKind> = {}): InputKind => ({
  field,
  initial,
  many: false,
  options: false,
  ...more,
});

const inputKinds: ReadonlyMap<string, InputKind> = new Map([
  ['plain_text_input', kind('value', 'initial_value')],
  ['number_input', kind('value', 'initial_value')],
  ['static_select', kind('selected_option', 'initial_option', { options: true })],
  ['radio_buttons', kind('selected_option', 'initial_option', { options: true })],
  ['multi_static_select', kind('selected_options', 'initial_options', { options: true, many: true })],
  ['checkboxes', kind('selected_options', 'initial_options', { options: true, many: true })],
  ['users_select', kind('selected_user', 'initial_user')],
  ['conversations_select', kind('selected_conversation', 'initial_conversation')],
  ['channels_select', kind('selected_channel', 'initial_channel')],
  ['multi_users_select', kind('selected_users', 'initial_users', { many: true })],
  ['multi_conversations_select', kind('selected_conversations', 'initial_conversations', { many: true })],
  ['multi_channels_select', kind('selected_channels', 'initial_channels', { many: true })],
  ['datepicker', kind('selected_date', 'initial_date')],
  ['timepicker', kind('selected_time', 'initial_time')],
  ['datetimepicker', kind('selected_date_time', 'initial_date_time')],
]);

type Values = Record<string, Record<string, Fields>>;

/** `state.values` of a payload, initial values included. */
export function stateValues(state: State, blocks: readonly SlackBlock[], scope: InputScope): Values {
  const values: Values = {};
  for (const { block, element, input } of inputsOf(blocks)) {
    const actionId = String(element['action_id']);
    const key = keyOf(scope, block, actionId);
    const empty = input.many ? [] : null;
    const value = state.picked.has(key) ? state.picked.get(key) : (element[input.initial] ?? empty);
    const blockId = block.block_id ?? '';
    values[blockId] = { ...values[blockId], [actionId]: { type: element['type'], [input.field]: value } };
  }
  return values;
}

/** Remembers a choice and gives the fields that describe it in a payload; buttons have none. Throws when there is no such option. */
export function choose(
  state: State,
  target: { block: SlackBlock; element: Fields; scope: InputScope },
  choice: Choice | undefined,
): Fields {
  const { block, element, scope } = target;
  if (element['type'] === 'overflow') return { selected_option: optionOf(element, choice) };
  const input = inputKinds.get(String(element['type']));
  if (input === undefined) return {};
  if (choice === undefined) throw new Error(`a ${String(element['type'])} needs a choice`);
  const list = typeof choice === 'string' ? [choice] : choice;
  const chosen = input.options ? list.map((one) => optionOf(element, one)) : list;
  const value = input.many ? chosen : typed(element, chosen[0]);
  state.picked.set(keyOf(scope, block, String(element['action_id'])), value);
  return { [input.field]: value };
}

/** Every element that holds a value, with its block. */
export function inputsOf(blocks: readonly SlackBlock[]): { block: SlackBlock; element: Fields; input: InputKind }[] {
  return blocks.flatMap(withChildren).flatMap((block) =>
    elementsOf(block).flatMap((element) => {
      const input = inputKinds.get(String(element['type']));
      return input === undefined ? [] : [{ block, element, input }];
    }),
  );
}

function typed(element: Fields, value: unknown): unknown {
  if (value === '') return null;
  return element['type'] === 'datetimepicker' ? Number(value) : value;
}

function optionOf(element: Fields, choice: unknown): Fields {
  const groups = fieldsOf(element['option_groups']).flatMap((group) => fieldsOf(group['options']));
  const options = [...fieldsOf(element['options']), ...groups];
  const found = options.find(
    (option) => option['value'] === choice || (isFields(option['text']) && option['text']['text'] === choice),
  );
  if (found === undefined)
    throw new Error(`there is no option ${String(choice)}; there are ${options.map((one) => one['value']).join(', ')}`);
  return found;
}

function keyOf(scope: InputScope, block: SlackBlock, actionId: string): string {
  return [scope.container, scope.user, block.block_id, actionId].join('|');
}
