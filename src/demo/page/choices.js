// The options of a menu: its own, or the users and channels of the workspace.
import { state } from './state.js';
import { plainOf } from './text.js';

/** `{value, label, initial}` or `{group, options}` each; undefined for an element that is not a menu. */
export function choicesOf(element) {
  const kind = element.type.replace(/^multi_/, '');
  if (kind === 'users_select')
    return namesOf(
      state.users.filter(({ role }) => role !== 'bot'),
      'user',
      element,
    );
  if (kind === 'channels_select') return namesOf(state.channels, 'channel', element);
  if (kind === 'conversations_select') return namesOf(state.channels, 'conversation', element);
  if (element.option_groups !== undefined) {
    return element.option_groups.map(({ label, options }) => ({
      group: plainOf(label),
      options: options.map((option) => choiceOf(option, element)),
    }));
  }
  return element.options?.map((option) => choiceOf(option, element));
}

function choiceOf(option, element) {
  const initial = element.initial_options ?? [element.initial_option];
  return {
    value: option.value,
    label: plainOf(option.text),
    description: option.description === undefined ? undefined : plainOf(option.description),
    initial: initial.some((one) => one?.value === option.value),
  };
}

function namesOf(list, what, element) {
  const initial = element[`initial_${what}s`] ?? [element[`initial_${what}`]];
  return list.map((one) => ({
    value: one.id,
    label: what === 'user' ? one.realName : `#${one.name}`,
    initial: initial.includes(one.id),
  }));
}
