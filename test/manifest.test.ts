// Holds manifest.yml against the code: command, events, scopes and interactivity are exactly those that are used.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Scope, scopes } from '../src/slack/identity.ts';

const root = resolve(import.meta.dirname, '..');
const text = readFileSync(join(root, 'manifest.yml'), 'utf8');

const Manifest = z.object({
  display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean() }),
    shortcuts: z.array(
      z.object({
        name: z.string().max(24),
        type: z.enum(['global', 'message']),
        callback_id: z.string().max(255),
        description: z.string().max(150),
      }),
    ),
    slash_commands: z.array(
      z.object({
        command: z.string(),
        description: z.string().max(2_000),
        usage_hint: z.string().max(1_000),
        should_escape: z.boolean(),
      }),
    ),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.boolean() }),
    socket_mode_enabled: z.boolean(),
  }),
});

const manifest = Manifest.parse(parse(text));

/** All that talks to Slack, without the table of scopes and what it names, methods and events. */
const code = readdirSync(join(root, 'src/slack'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'src/slack', file), 'utf8'))
  .join('\n')
  .replace(/const lookUps = [\s\S]*?\nexport const scopes = \{[\s\S]*?\n\} as const/, '');

/** Web API methods as the code calls them: on a client, or by their name in quotes. */
function methodsInCode(): string[] {
  const family = '(?:apps|auth|chat|conversations|files|usergroups|users|views)';
  const called = [...code.matchAll(new RegExp(`[\\w)]\\.(${family}\\.[a-zA-Z.]+)\\(`, 'g'))];
  const named = [...code.matchAll(new RegExp(`'(${family}\\.[a-zA-Z.]+)'`, 'g'))];
  const methods = [...called, ...named]
    .map((match) => match[1] ?? '')
    .filter((name) => !/\.(every|find|flatMap|has|join|map|slice|some|filter)$/.test(name));
  return [...new Set(methods)].sort();
}

/** Methods that the bot calls and that need no bot scope. */
const freeMethods = [
  ...['auth.test', 'chat.getPermalink', 'apps.connections.open'],
  ...['views.open', 'views.publish', 'views.push', 'views.update'],
];

const all: readonly [string, Scope][] = Object.entries(scopes);

describe('manifest.yml', () => {
  it('asks for the scopes that the code has a reason for, and no other; the optional ones in both lists, as Slack wants them', () => {
    const { bot, bot_optional: optional } = manifest.oauth_config.scopes;
    expect(bot).toEqual(Object.keys(scopes));
    expect(optional).toEqual(all.flatMap(([scope, { isOptional }]) => (isOptional === true ? [scope] : [])));
  });

  it('has a scope for every method that the code calls, and every scope is used', () => {
    const covered = [...all.flatMap(([, scope]) => scope.methods), ...freeMethods];
    expect(methodsInCode().filter((method) => !covered.includes(method))).toEqual([]);
    expect(covered.filter((method) => !methodsInCode().includes(method))).toEqual([]);
  });

  it('says of each scope in a sentence why it is asked for and what is lost without it', () => {
    for (const [, { reason, lost }] of all) for (const words of [reason, lost]) expect(words).toMatch(/^[A-Z].*\.$/);
  });

  it('subscribes to the events that the code listens to', () => {
    const heard = [...code.matchAll(/^ +(app_[a-z_]+): handle\w+,$/gm)].map((match) => match[1]);
    expect(heard).not.toEqual([]);
    expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual([...heard].sort());
    const needed = all.flatMap(([, scope]) => scope.events ?? []);
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(expect.arrayContaining([...needed]));
  });

  it('declares the shortcuts that the code answers, and no other', () => {
    const answered = [...code.matchAll(/^ +([a-z_]+): open\w+Of,$/gm)].map((match) => match[1]);
    expect(answered).not.toEqual([]);
    expect(manifest.features.shortcuts.map((one) => one.callback_id)).toEqual(answered);
  });

  it('has the one command, with interactivity, a Home tab and Socket Mode switched on', () => {
    expect(manifest.features.slash_commands.map((one) => one.command)).toEqual(['/imstats']);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
    expect(manifest.features.app_home.home_tab_enabled).toBe(true);
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });

  it('says at each place what HTTP needs instead', () => {
    expect(text.match(/# HTTP: (url|request_url): https:\/\/imstats\.example\.com\/slack\/events/g)).toHaveLength(3);
    expect(text).toContain('# HTTP: false');
  });
});
