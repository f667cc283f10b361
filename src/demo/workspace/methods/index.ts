// Every Web API method that the local workspace has; any other answers `unknown_method`.
import { authMethods } from './auth.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import type { Method } from './method.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

/** By name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [...authMethods, ...chatMethods, ...conversationMethods, ...fileMethods, ...userMethods, ...viewMethods].map(
    (method) => [method.name, method],
  ),
);
