// Every Web API method that the stand-in knows; any other answers `unknown_method`.
import { authMethods } from './auth.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import type { Method } from './method.ts';
import { peopleMethods } from './people.ts';
import { viewMethods } from './views.ts';

/** By name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [...authMethods, ...chatMethods, ...conversationMethods, ...fileMethods, ...peopleMethods, ...viewMethods].map(
    (method) => [method.name, method],
  ),
);
