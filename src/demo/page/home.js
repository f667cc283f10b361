// The Home tab of the bot.
import { drawBlocks } from './blocks.js';
import { h, put } from './dom.js';
import { placeBar } from './drawers.js';
import { act } from './server-connection.js';
import { on, state } from './state.js';

export function createHome(place) {
  let asked = false;
  function draw() {
    if (state.place !== 'home') {
      asked = false;
      return;
    }
    // Slack sends an event each time that a user opens it.
    if (!asked) void act({ act: 'home' });
    asked = true;
    const blocks =
      state.home === null
        ? h('p', { class: 'soft' }, 'imstats draws its Home tab …')
        : drawBlocks(state.home.blocks, { viewId: state.home.id });
    put(
      place,
      placeBar(h('h1', { id: 'place-title' }, 'imstats'), h('span', { class: 'badge' }, 'APP')),
      h('div', { id: 'messages', class: 'messages home', tabindex: -1 }, h('h2', { class: 'tab' }, 'Home'), blocks),
    );
  }
  on(['place', 'home'], draw);
}
