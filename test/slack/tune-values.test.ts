// What people write into the form of limits: read as settings of the file, with any digits, and its mistakes at their fields.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWithSettings, writtenSettings } from '../../src/alerting/rule-override.ts';
import { roundedTo, writtenValue } from '../../src/alerting/suggest-limits.ts';
import { parseValue } from '../../src/metrics/parse-quantity.ts';
import { formErrors, readTuneMetadata, settingsOfForm, yamlOf } from '../../src/slack/tune-values.ts';
import { prod } from '../support/sample-app.ts';
import '../support/properties.ts';
import { writtenRule } from '../support/written-rule.ts';

const typed = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, { value: { type: 'plain_text_input', value } }]),
  );

describe('the form', () => {
  it.each([
    ['12%', '12%'],
    [' 12 % ', '12 %'],
    ['１２％', '12%'],
    ['١٢%', '12%'],
    ['१२%', '12%'],
  ])('reads %j as %j', (written, read) => {
    expect(settingsOfForm(typed({ limit: written }), 'below').below).toBe(read);
  });

  it('leaves out what is empty, and reads lists of channels, groups and people', () => {
    const settings = settingsOfForm(
      {
        ...typed({ limit: '12%', clearAt: ' ', critical_limit: '', critical_for: '' }),
        channel: { value: { selected_conversations: ['C0A', 'C0B'] } },
        mention_groups: { value: { selected_options: [{ value: 'here' }, { value: 'S0A' }] } },
        mention_users: { value: { selected_users: ['U0A'] } },
      },
      'below',
    );
    expect(JSON.parse(JSON.stringify(settings))).toEqual({
      ...{ below: '12%', channel: ['C0A', 'C0B'], mention: ['here', 'S0A', 'U0A'] },
    });
  });

  it('never fails on what Slack or anybody else sends', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.anything())),
        fc.string(),
        (values, text) => {
          settingsOfForm({ ...values, limit: { value: text } }, 'above');
          readTuneMetadata(text);
          const read = readWithSettings(
            writtenRule(),
            settingsOfForm(typed({ limit: text, for: text }), 'below'),
            prod,
          );
          if ('problems' in read) expect(Object.keys(formErrors(read.problems)).length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('settings', () => {
  it.each([
    [{}],
    [{ critical: undefined, for: undefined, mention: undefined }],
    [
      {
        below: undefined,
        above: 1_600,
        clearAt: 1_400,
        metric: 'connections.peak',
        critical: { above: 1_800, channel: 'C0LEAD' },
      },
    ],
    [{ channel: ['C0A', 'C0B'], mention: ['here', 'U0A'] }],
    [{ below: 0.15, clearAt: 0.2, critical: { below: 0.08 } }],
  ])('of the file %j mean the same rule again', (over) => {
    const given = writtenRule(over);
    const read = readWithSettings(given, writtenSettings(given), prod);
    expect('rule' in read && read.rule).toEqual(given.rule);
  });

  it('are offered as lines for the file', () => {
    const settings = {
      below: '12%',
      for: '5m',
      critical: { below: '6%', for: '2m' },
      channel: ['C0A'],
      mention: ['S0A', 'here'],
    };
    expect(yamlOf('memory-low', settings).split('\n')).toEqual([
      '- id: memory-low',
      '  below: 12%',
      '  for: 5m',
      '  critical: { below: 6%, for: 2m }',
      '  channel: C0A',
      '  mention: [S0A, here]',
    ]);
  });

  it('that are suggested are written so that they can be read', () => {
    const units = fc.constantFrom('ratio' as const, 'count' as const, 'bytes' as const);
    fc.assert(
      fc.property(
        units,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e9 }),
        (unit, share, many) => {
          const value = roundedTo(unit === 'ratio' ? share : many, unit, true);
          const read = parseValue(writtenValue(Math.min(value, unit === 'ratio' ? 1 : value), unit), unit);
          expect(read).toBeDefined();
        },
      ),
    );
  });
});
