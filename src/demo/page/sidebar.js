// The sidebar: the acting user, the channels, the app.
import { h, put } from './dom.js';
import { on, state, userOf } from './state.js';
import { nextTheme, themeName } from './theme.js';

/** `switchUser(user)` shows the page as another user. */
export function createSidebar(sidebar, switchUser) {
  const draw = () =>
    put(
      sidebar,
      h('p', { class: 'workspace' }, h('img', { src: '/icon.svg', alt: '' }), 'imstats demo'),
      userSelect(switchUser),
      group(
        'Channels',
        state.channels.filter(({ kind }) => kind !== 'direct').map(({ id, name }) => placeLink(id, `# ${name}`)),
      ),
      group('Apps', [placeLink('home', 'imstats', 'Home tab of imstats')]),
      h('div', { class: 'foot' }, themeButton(draw)),
    );
  on(['users', 'place', 'unread'], () => {
    const focused = sidebar.contains(document.activeElement) ? document.activeElement.dataset.control : undefined;
    draw();
    if (focused !== undefined) sidebar.querySelector(`[data-control="${focused}"]`)?.focus();
  });
}

function userSelect(switchUser) {
  const select = h(
    'select',
    { id: 'person', 'data-control': 'person', on: { change: () => switchUser(select.value) } },
    state.actors.map((id) => h('option', { value: id, selected: id === state.me }, userOf(id)?.realName ?? id)),
  );
  return h('label', { class: 'person' }, 'You are', select);
}

function group(title, links) {
  const id = `group-${title.toLowerCase()}`;
  return h(
    'section',
    { 'aria-labelledby': id },
    h('h2', { id }, title),
    h(
      'ul',
      {},
      links.map((link) => h('li', {}, link)),
    ),
  );
}

function placeLink(id, name, label) {
  const count = state.unread.get(id) ?? 0;
  const unread =
    count === 0 ? null : h('span', { class: 'unread' }, String(count), h('span', { class: 'unseen' }, ' unread'));
  return h(
    'a',
    {
      href: `#${id}`,
      class: count > 0 ? 'bold' : undefined,
      'data-control': `place-${id}`,
      'aria-label': label,
      'aria-current': state.place === id ? 'page' : undefined,
    },
    name,
    unread,
  );
}

function themeButton(draw) {
  const change = () => {
    nextTheme();
    draw();
    document.querySelector('[data-control="theme"]')?.focus();
  };
  return h(
    'button',
    { type: 'button', class: 'plain', 'data-control': 'theme', on: { click: change } },
    `Colours: ${themeName()}`,
  );
}
