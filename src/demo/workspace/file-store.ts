// Uploaded files: upload URL, bytes, completion, and the second for which Slack processes them.
import { second } from '../../clock.ts';
import { emit, recordViolation, type State } from './state.ts';
import type { SlackFile } from './workspace-types.ts';

const processingTime = second;

/** Why a file cannot be shown in a message now; undefined when it can. */
export function fileProblem(state: State, id: string): string | undefined {
  const file = state.files.get(id)?.file;
  const processed = file?.completedAt !== undefined && state.clock.now() - file.completedAt >= processingTime;
  return processed && file.mimetype.startsWith('image/') ? undefined : 'invalid slack file';
}

/** True once Slack has processed a file; until then `files.info` shows no type. */
export function isProcessed(state: State, file: SlackFile): boolean {
  return file.completedAt !== undefined && state.clock.now() - file.completedAt >= processingTime;
}

/** Makes an id whose upload URL takes `length` bytes. */
export function openUpload(
  state: State,
  upload: { name: string; length: number; altText: string | undefined },
): string {
  const id = state.ids.next('F');
  const file: SlackFile = {
    id,
    name: upload.name,
    title: upload.name,
    mimetype: '',
    altText: upload.altText,
    bytes: new Uint8Array(),
    user: state.bot.userId,
    completedAt: undefined,
    channels: [],
  };
  state.files.set(id, { file, length: upload.length, uploaded: false });
  return id;
}

/** Stores the bytes; false when there is no such upload or their number is not the announced one. */
export function receiveUpload(state: State, id: string, bytes: Uint8Array): boolean {
  const stored = state.files.get(id);
  if (stored === undefined || stored.file.completedAt !== undefined) return false;
  if (bytes.length !== stored.length) {
    recordViolation(state, `upload ${id}: ${bytes.length} bytes came, ${stored.length} were announced`);
    return false;
  }
  stored.file = { ...stored.file, bytes, mimetype: typeOf(bytes, stored.file.name) };
  stored.uploaded = true;
  return true;
}

/** Completes an upload; undefined when the bytes are missing or it was completed before. */
export function completeUpload(state: State, id: string, title: string | undefined): SlackFile | undefined {
  const stored = state.files.get(id);
  if (stored === undefined || !stored.uploaded || stored.file.completedAt !== undefined) return undefined;
  stored.file = { ...stored.file, title: title ?? stored.file.name, completedAt: state.clock.now() };
  emit(state, { type: 'file', file: stored.file });
  return stored.file;
}

const imageStarts: readonly (readonly [string, readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];

/** The type by the first bytes for images, by the name for the rest; a false `.png` gets no image type. */
function typeOf(bytes: Uint8Array, name: string): string {
  const image = imageStarts.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  if (image !== undefined) return image[0];
  return name.endsWith('.csv') ? 'text/csv' : 'application/octet-stream';
}
