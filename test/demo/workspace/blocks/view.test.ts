// Modals and Home tabs that Slack takes or refuses.
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../src/demo/workspace/blocks/problem.ts';
import { checkView } from '../../../../src/demo/workspace/blocks/view-schema.ts';
import { input, line, long, plain, section, select } from './builders.ts';

describe('views', () => {
  const modal = (more: object = {}) => ({ type: 'modal', title: plain('Silence'), blocks: [section()], ...more });
  const home = (more: object = {}) => ({ type: 'home', blocks: [section()], ...more });
  const problems = (view: unknown, surface: 'modal' | 'home' = 'modal') => {
    const checked = checkView(view, surface, () => undefined);
    return 'problems' in checked ? checked.problems.map(describeProblem).join('\n') : '';
  };

  it.each<[string, unknown, string]>([
    [
      'a title of 25 characters',
      modal({ title: plain(long(25)) }),
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'a submit of 25 characters',
      modal({ submit: plain(long(25)) }),
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    [
      'metadata of 3,001 characters',
      modal({ private_metadata: long(3001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'a callback id of 256 characters',
      modal({ callback_id: long(256) }),
      'must be less than 256 characters [json-pointer:/view/callback_id]',
    ],
    ['no blocks', modal({ blocks: [] }), 'no fewer than 1 items allowed [json-pointer:/view/blocks]'],
    [
      'an input without submit',
      modal({ blocks: [input({ type: 'plain_text_input' })] }),
      'missing required field: submit [json-pointer:/view]',
    ],
    ['a chart', modal({ blocks: [line()] }), 'unsupported type: data_visualization [json-pointer:/view/blocks/0/type]'],
    ['a home where a modal is due', home(), 'must be modal [json-pointer:/view/type]'],
    ['a title on a home tab', home({ title: plain('x') }), 'invalid additional property: title [json-pointer:/view]'],
  ])('%s is refused', (_name, view, problem) => {
    expect(problems(view)).toContain(problem);
  });

  it('a modal with an input and a submit is taken, and so is a home tab', () => {
    const full = modal({
      submit: plain('Save'),
      close: plain('Cancel'),
      notify_on_close: true,
      blocks: [input(select())],
    });
    expect(problems(full)).toBe('');
    expect(problems(home(), 'home')).toBe('');
  });
});
