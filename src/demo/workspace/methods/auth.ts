// auth.test, apps.connections.open, blocks.validate.
import { describeProblem, type Problem } from '../blocks/problem.ts';
import { blockProblems, isTooMuchText } from '../blocks/validate.ts';
import { checkView } from '../blocks/view-schema.ts';
import { type Fields, isFields } from '../blocks/walk.ts';
import { jsonArgument } from '../content.ts';
import { invalidArguments, WebApiError } from '../web-api-error.ts';
import type { Method } from './method.ts';

const authTest: Method = {
  name: 'auth.test',
  token: 'bot',
  scopes: [],
  run: (state) => ({
    url: `${state.url}/`,
    team: 'Local workspace',
    user: state.users.get(state.bot.userId)?.name,
    team_id: state.bot.teamId,
    user_id: state.bot.userId,
    bot_id: state.bot.botId,
    is_enterprise_install: false,
  }),
};

const connectionsOpen: Method = {
  name: 'apps.connections.open',
  token: 'app',
  scopes: [],
  run: (state) => {
    const ticket = state.ids.word();
    state.tickets.add(ticket);
    return { url: `${state.url.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${state.bot.appId}` };
  },
};

const blocksValidate: Method = {
  name: 'blocks.validate',
  token: 'none',
  scopes: [],
  run: (_state, args) => {
    const given = ['blocks', 'message', 'view'].filter((key) => args[key] !== undefined);
    const key = given[0];
    if (key === undefined || given.length > 1)
      throw invalidArguments('exactly one of blocks, message, view is required');
    const problems = problemsWith(key, jsonArgument(args[key], `invalid_${key}`));
    if (problems.length === 0) return {};
    const errors = problems.map(({ pointer, message }) => ({ pointer, code: 'invalid', message }));
    throw new WebApiError(`invalid_${key}`, {
      extra: { errors, response_metadata: { messages: problems.map(describeProblem) } },
    });
  },
};

function problemsWith(key: string, value: unknown): Problem[] {
  if (key === 'view') {
    const surface = isFields(value) && value['type'] === 'home' ? 'home' : 'modal';
    const checked = checkView(value, surface, () => undefined);
    return 'problems' in checked ? checked.problems : [];
  }
  const message: Fields = key === 'message' && isFields(value) ? value : { blocks: value };
  const blocks = message['blocks'];
  if (!Array.isArray(blocks)) return [{ pointer: '/blocks', message: 'must provide a value of type array' }];
  const problems = blockProblems(blocks, { surface: 'message', root: '/blocks', fileProblem: () => undefined });
  return problems.length === 0 && isTooMuchText(blocks)
    ? [{ pointer: '/blocks', message: 'msg_blocks_too_long' }]
    : problems;
}

export const authMethods: readonly Method[] = [authTest, connectionsOpen, blocksValidate];
