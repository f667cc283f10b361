// Starts the child process that draws charts and is the only one to speak to it. The only file that forks a process.
import { type ChildProcess, fork } from 'node:child_process';
import type { DrawReply, DrawRequest } from './draw-charts.ts';

/** The child as its parent sees it. */
export interface ChartChild {
  /** A request that cannot be delivered is dropped: the child has ended, which `ended` reports. */
  send(request: DrawRequest): void;
  /** Whether the child keeps the process of its parent alive; it does from the start. */
  hold(isHeld: boolean): void;
  /** Closes the channel, upon which the child ends by itself. */
  disconnect(): void;
  /** Ends the child whatever it does. */
  kill(): void;
}

export interface ChildListener {
  reply(reply: DrawReply): void;
  /** Called once, also when the child could not be started. `how` names the signal, exit code or error code. */
  ended(how: string): void;
}

/** Throws where the system refuses a new process at once. */
export type StartChartChild = (listener: ChildListener) => ChartChild;

export interface ChildOptions {
  /** The Node that runs it. */
  readonly execPath: string;
  /** The entry of the program, which is told to draw charts by the word `draw-charts`. */
  readonly entry: string;
  /** Environment of this process; of it the child gets only what it needs, which includes no secret. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What is given on: how programs, libraries and temporary files are found, and how Node and the drawing library work. */
const variables = [
  ...(['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TZ'] as const),
  ...(['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'DISABLE_SYSTEM_FONTS_LOAD'] as const),
];

/**
 * The heap of a child has about 20 MB; one that needs ten times that ends instead of taking memory from the bot. A small young heap is
 * collected often, and with it the pixels of pictures that are done: after 120 pictures a child holds 190 MB instead of 250.
 */
const heapOptions = ['--max-old-space-size=256', '--max-semi-space-size=2'];

/** Returns what starts a child; its error output is that of this process. */
export function createChildStarter({ execPath, entry, environment }: ChildOptions): StartChartChild {
  const given = variables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return (listener) => {
    const child = fork(entry, ['draw-charts'], {
      execPath,
      execArgv: heapOptions,
      env: Object.fromEntries(given),
      serialization: 'advanced', // bytes travel as bytes, and a value that is not known stays so
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    listen(child, listener);
    return {
      send: (request) => void child.send(request, () => {}),
      hold: (isHeld) => {
        for (const handle of [child, child.channel]) {
          if (isHeld) handle?.ref();
          else handle?.unref();
        }
      },
      disconnect: () => {
        if (child.connected) child.disconnect();
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

function listen(child: ChildProcess, listener: ChildListener): void {
  // Only our own `draw-charts` writes into this channel.
  child.on('message', (message) => listener.reply(message as DrawReply));
  child.once('exit', (code, signal) => listener.ended(signal ?? `exit code ${code}`));
  child.on('error', (error) => {
    // An error of a running child is a request that could not be sent; its end is reported separately.
    if (child.pid === undefined) listener.ended('code' in error ? String(error.code) : error.name);
  });
}
