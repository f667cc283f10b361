// Log lines: flat, with a fixed message, and without secrets whatever is put into them.
import { describe, expect, it } from 'vitest';
import { createLogger, errorFields, hideSecrets } from '../src/logger.ts';

function record(secrets: readonly string[] = []) {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level: 'info', secrets, write: (line) => lines.push(line) }) };
}

it('a secret that comes later is hidden like the first ones', () => {
  const { lines, logger } = record(['first-secret']);
  logger.hide(['later-secret']);
  logger.info('asked', { address: 'first-secret later-secret' });
  expect(lines.join('')).toContain('[secret] [secret]');
});

describe('the logger', () => {
  it('writes one JSON object a line with message and fields', () => {
    const { lines, logger } = record();

    logger.info('Poll failed', { app: 'prod', failures: 3 });

    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'Poll failed', app: 'prod', failures: 3, level: 30 });
  });

  it('drops what is below its level', () => {
    const { lines, logger } = record();

    logger.debug('detail');

    expect(lines).toEqual([]);
  });

  it.each([
    ['a field', (secret: string) => ({ field: secret })],
    ['the middle of a text', (secret: string) => ({ field: `before ${secret} after` })],
    ['a JSON text', (secret: string) => ({ field: JSON.stringify({ deep: { deeper: secret } }) })],
    ['an error', (secret: string) => errorFields(new Error(`failed with ${secret}`))],
    ['a stack', (secret: string) => errorFields(Object.assign(new Error('x'), { stack: `Error\n at ${secret}` }))],
  ])('hides a secret in %s', (_where, fields) => {
    const secret = 'canary"secret\\value';
    const { lines, logger } = record([secret]);

    logger.error(`message ${secret}`, fields(secret));

    expect(lines[0]).toContain('[secret]');
    expect(lines[0]).not.toContain('canary');
  });

  it.each([
    'xoxb-1234567890-abcdefghij',
    'xoxe.xoxp-1-abcdefghijk',
    'xapp-1-A0-12345-abcdef',
    'wss://wss.slack.com/link/?ticket=abcdefabcdef&app_id=1',
    'https://hooks.slack.com/commands/T0/1/abcdef',
  ])('hides what looks like a secret of Slack: %s', (text) => {
    expect(hideSecrets(`before ${text} after`, [])).toMatch(/^before .*\[secret\].* after$/);
    expect(hideSecrets(text, [])).not.toMatch(/abcdef/);
  });

  it('hides a secret that holds another one as a whole', () => {
    expect(hideSecrets('postgres://u:canary@h/db', ['canary', 'postgres://u:canary@h/db'])).toBe('[secret]');
  });

  it('hides a secret that stands where a long text is cut', () => {
    const secret = 'canary-of-many-letters';
    const { lines, logger } = record([secret]);
    logger.error('x', { field: `${'a'.repeat(490)}${secret}` });
    logger.error('x', errorFields(new Error(`${'a'.repeat(490)}${secret}`)));
    logger.error('x', errorFields(`${'a'.repeat(190)}${secret}`));
    expect(lines.join()).not.toContain('canary');
  });

  it('cuts long texts and keeps line breaks of others out of its own lines', () => {
    const { lines, logger } = record();

    logger.warn('x', { field: `${'a'.repeat(10_000)}\n{"level":60}` });

    expect(lines[0]?.length).toBeLessThan(700);
    expect(lines[0]?.trim().split('\n')).toHaveLength(1);
  });

  it('keeps nothing of an error but its name, message and a short stack', () => {
    const error = Object.assign(new TypeError('boom'), { data: { token: 'x' }, config: 'y' });

    expect(Object.keys(errorFields(error)).sort()).toEqual(['error', 'reason', 'stack']);
    expect(errorFields('a thrown text')).toEqual({ error: 'a thrown text' });
  });
});
