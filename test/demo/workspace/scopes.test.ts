// Scopes are read from a list or from a manifest.
import { expect, it } from 'vitest';
import { readScopes } from '../../../src/demo/workspace/scopes.ts';

it.each([
  ['a list', ['chat:write', 'commands']],
  [
    'a manifest in blocks',
    'oauth_config:\n  scopes:\n    bot:\n      # why\n      - chat:write # posts\n      - commands\nsettings:\n  socket_mode_enabled: true\n',
  ],
  [
    'a manifest with the list at the same depth',
    'oauth_config:\n  scopes:\n    bot:\n    - chat:write\n    - commands\n',
  ],
  [
    'a manifest in one line',
    'features:\n  bot_user: {display_name: x}\noauth_config: {scopes: {bot: [chat:write, commands]}}\n',
  ],
  ['a manifest in JSON', '{"oauth_config":{"scopes":{"bot":["chat:write","commands"]}}}'],
])('%s', (_name, given) => {
  expect([...readScopes(given)].sort()).toEqual(['chat:write', 'commands']);
});
