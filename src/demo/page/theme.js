// Light or dark theme: the system's, or the user's choice here.
import { recall, remember } from './local-storage.js';

const names = ['as the system', 'light', 'dark'];

export function themeName() {
  const name = recall('theme');
  return names.includes(name) ? name : names[0];
}

export function applyTheme() {
  document.documentElement.dataset.theme = themeName().split(' ')[0];
}

export function nextTheme() {
  remember('theme', names[(names.indexOf(themeName()) + 1) % names.length]);
  applyTheme();
}
