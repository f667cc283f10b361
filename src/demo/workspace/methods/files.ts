// files.getUploadURLExternal, files.completeUploadExternal, files.info, files.delete.
import { z } from 'zod';
import type { Fields } from '../blocks/walk.ts';
import { channelToPost, isMember, threadRoot } from '../channels.ts';
import { jsonArgument } from '../content.ts';
import { completeUpload, isProcessed, openUpload } from '../file-store.ts';
import { post } from '../messages.ts';
import { filePayload } from '../payloads.ts';
import type { State } from '../state.ts';
import { WebApiError } from '../web-api-error.ts';
import type { SlackFile } from '../workspace-types.ts';
import { type Method, readArguments, whole } from './method.ts';

const getUploadUrl: Method = {
  name: 'files.getUploadURLExternal',
  token: 'bot',
  scopes: ['files:write'],
  run: (state, args) => {
    const asked = readArguments(
      z.object({
        filename: z.string().min(1),
        length: whole.pipe(z.number().min(1).max(1_000_000_000)),
        alt_txt: z.string().max(1000).optional(),
        snippet_type: z.string().optional(),
      }),
      args,
    );
    const id = openUpload(state, { name: asked.filename, length: asked.length, altText: asked.alt_txt });
    return { upload_url: `${state.url}/upload/${id}`, file_id: id };
  },
};

const completion = z.object({
  channel_id: z.string().optional(),
  thread_ts: z.string().optional(),
  initial_comment: z.string().optional(),
});
const fileList = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

const complete: Method = {
  name: 'files.completeUploadExternal',
  token: 'bot',
  scopes: ['files:write'],
  run: (state, args) => {
    const asked = readArguments(completion, args);
    const given = readArguments(z.object({ files: fileList }), {
      files: jsonArgument(args['files'], 'invalid_arguments'),
    });
    // A message may go to a person, a file only to a conversation.
    const id = asked.channel_id;
    if (id !== undefined && state.users.has(id)) throw new WebApiError('channel_not_found');
    const channel = id === undefined ? undefined : channelToPost(state, id);
    if (channel !== undefined && !isMember(state, channel)) throw new WebApiError('not_in_channel');
    const threadTs = channel === undefined ? undefined : threadRoot(state, channel, asked.thread_ts);
    const files = given.files.map(({ id, title }) => {
      const file = completeUpload(state, id, title);
      if (file === undefined) throw new WebApiError('file_not_found');
      return file;
    });
    if (channel !== undefined)
      share(state, files, { channel: channel.id, threadTs, text: asked.initial_comment ?? '' });
    return { files: files.map((file) => filePayload(state, file, 'processing')) };
  },
};

const info: Method = {
  name: 'files.info',
  token: 'bot',
  scopes: ['files:read'],
  run: (state, args: Fields) => {
    const { file: id } = readArguments(z.object({ file: z.string() }), args);
    const stored = state.files.get(id);
    if (stored?.file.completedAt === undefined) throw new WebApiError('file_not_found');
    return { file: filePayload(state, stored.file, isProcessed(state, stored.file) ? 'processed' : 'processing') };
  },
};

const remove: Method = {
  name: 'files.delete',
  token: 'bot',
  scopes: ['files:write'],
  run: (state, args) => {
    const { file: id } = readArguments(z.object({ file: z.string() }), args);
    if (state.files.get(id)?.file.completedAt === undefined) throw new WebApiError('file_not_found');
    state.files.delete(id);
    return {};
  },
};

function share(
  state: State,
  files: readonly SlackFile[],
  to: { channel: string; threadTs: string | undefined; text: string },
): void {
  for (const { id } of files) {
    const stored = state.files.get(id);
    if (stored !== undefined) stored.file = { ...stored.file, channels: [...stored.file.channels, to.channel] };
  }
  post(state, {
    channel: to.channel,
    user: state.bot.userId,
    text: to.text,
    blocks: [],
    files: files.map((file) => file.id),
    threadTs: to.threadTs,
    origin: 'api',
  });
}

export const fileMethods: readonly Method[] = [getUploadUrl, complete, info, remove];
