// What the demo writes for a terminal: each message of the workspace as text, warnings of the log as sentences, charts as files.
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type HidingLogger, type LogFields } from '../logger.ts';
import { demoZone } from './configuration.ts';
import type { Message, SlackFile, Workspace, WorkspaceEvent } from './workspace/workspace.ts';

/** Prints new messages, and of an edited message the lines that are new. The returned function ends it. */
export function printMessages(workspace: Workspace, print: (text: string) => void): () => void {
  return workspace.on((event) => {
    const text = textOfEvent(event, workspace);
    if (text !== undefined) print(text);
  });
}

/** What is printed of an event; undefined for an event that is not printed. */
function textOfEvent(event: WorkspaceEvent, workspace: Workspace): string | undefined {
  const render = (message: Message): string => workspace.renderText(message, { timezone: demoZone, width: 110 });
  switch (event.type) {
    case 'message':
    case 'ephemeral':
      return `\n--- ${headingOf(event.message, workspace)}\n${render(event.message)}`;
    case 'changed': {
      const added = newLines(render(event.previous), render(event.message));
      return added === '' ? undefined : `\n--- ${headingOf(event.message, workspace)}, edited; what is new:\n${added}`;
    }
    case 'command':
      return `\n>>> ${nameOf(event.user, workspace)} types ${event.command} ${event.text}`.trimEnd();
    case 'failed':
      return `\n!!! ${event.what} failed: ${event.outcome}`;
    case 'violation':
      return `\n!!! Slack would not forgive this: ${event.text}`;
    default:
      return undefined;
  }
}

function headingOf({ channel, user, threadTs, broadcast, ephemeralTo }: Message, workspace: Workspace): string {
  const name = workspace.channels.find(({ id }) => id === channel)?.name ?? channel;
  const thread = threadTs === undefined ? '' : broadcast ? ', in a thread and in the channel' : ', in a thread';
  const visibility = ephemeralTo === undefined ? '' : `, only visible to ${nameOf(ephemeralTo, workspace)}`;
  const author = user === workspace.bot.userId ? '' : `, ${nameOf(user, workspace)}`;
  return `#${name}${thread}${visibility}${author}`;
}

function nameOf(user: string, workspace: Workspace): string {
  return workspace.users.find(({ id }) => id === user)?.name ?? user;
}

/** The lines of `after` that `before` does not have. */
function newLines(before: string, after: string): string {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !known.has(line))
    .join('\n');
}

/** Writes JSON lines to `file`; warnings and errors are also printed as sentences, so that no JSON is between the messages. */
export function createDemoLogger(options: {
  readonly file: string;
  readonly secrets: readonly string[];
  readonly print: (text: string) => void;
}): HidingLogger {
  const log = createLogger({
    level: 'info',
    secrets: options.secrets,
    write: (line) => appendFileSync(options.file, line),
  });
  const printLine = (level: string, message: string, fields: LogFields = {}): void =>
    options.print(`    (log, ${level}: ${asSentence(message, fields)})`);
  return {
    ...log,
    warn: (message, fields) => {
      log.warn(message, fields);
      printLine('warning', message, fields);
    },
    error: (message, fields) => {
      log.error(message, fields);
      printLine('error', message, fields);
    },
  };
}

function asSentence(message: string, fields: LogFields): string {
  const { stack, ...rest } = fields;
  const details = Object.entries(rest).filter(([, value]) => value !== undefined);
  return [message, ...details.map(([name, value]) => `${name} ${String(value)}`)].join(', ');
}

/** The charts that the bot has uploaded. */
export interface ChartCollector {
  /** Keeps the file of an upload that is a PNG; other events are ignored. */
  readonly keep: (event: WorkspaceEvent) => void;
  /** Writes them into a new folder in the system's temporary folder, which stays; gives its path and their number. */
  save(): { readonly folder: string; readonly count: number };
}

export function createChartCollector(): ChartCollector {
  const files: SlackFile[] = [];
  return {
    keep: (event) => {
      if (event.type === 'file' && event.file.mimetype === 'image/png') files.push(event.file);
    },
    save: () => {
      const folder = mkdtempSync(join(tmpdir(), 'imstats-charts-'));
      for (const [index, { title, bytes }] of files.entries()) {
        const name = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
        writeFileSync(join(folder, `${String(index + 1).padStart(2, '0')}-${name.slice(0, 60)}.png`), bytes);
      }
      return { folder, count: files.length };
    },
  };
}
