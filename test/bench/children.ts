// Processes of a benchmark: started with this Node, ended by their own id, none left behind.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Child {
  readonly pid: number;
  /** SIGTERM, and SIGKILL for one that is still there after 5 s. */
  end(): Promise<void>;
}

interface Command {
  /** A file of this repository, or a script of its package.json. */
  readonly file: URL | { readonly script: string };
  readonly words?: readonly string[];
  /** A file is run with the options that `npm start` gives to Node. */
  readonly asBot?: boolean;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server that says nothing that anybody reads. */
export function startChild(command: Command): Child {
  return asChild(launch(command, 'ignore'));
}

/** Starts a server and reads its first line, which is JSON. */
export async function startTellingChild<T>(command: Command): Promise<Child & { readonly told: T }> {
  const process = launch(command, 'pipe');
  const child = asChild(process);
  if (process.stdout === null) throw new Error('the child has no output');
  const lines = createInterface({ input: process.stdout });
  const gone = once(process, 'exit').then(() =>
    Promise.reject(new Error(`${JSON.stringify(command.file)} ended at once`)),
  );
  const [line] = await Promise.race([once(lines, 'line'), gone]);
  gone.catch(() => {}); // it may end now
  return { ...child, told: JSON.parse(String(line)) as T }; // printed by our own script
}

/** Runs a script of ours to its end and reads the JSON that it prints; after `limit` ms it is ended. */
export async function measureInChild<T>(command: Command, limit = 60_000): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, wordsOf(command), {
    cwd: root,
    env: process.env,
    timeout: limit,
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout) as T; // printed by our own script
}

function launch(command: Command, output: 'ignore' | 'pipe'): ChildProcess {
  const child = spawn(process.execPath, wordsOf(command), {
    cwd: root,
    env: process.env,
    stdio: ['ignore', output, 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What this Node is given for a command. A script runs as npm runs it, without npm's own third of a second. */
function wordsOf({ file, words = [], asBot = false }: Command): readonly string[] {
  if (!(file instanceof URL)) return [...scriptOf(file.script), ...words];
  const options = asBot ? scriptOf('start').filter((word) => word.startsWith('--')) : [];
  return [...options, file.pathname, ...words];
}

/** The words of a script after "node". */
function scriptOf(name: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>; // our own file
  };
  const script = scripts[name];
  const [program, ...words] = script?.split(' ') ?? [];
  if (program !== 'node') throw new Error(`package.json has no script ${name} that runs node`);
  return words;
}

function asChild(child: ChildProcess): Child {
  if (child.pid === undefined) throw new Error('the child did not start');
  return {
    pid: child.pid,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** Bytes of memory that a process holds; undefined where the system does not tell. */
export function memoryOf({ pid }: Pick<Child, 'pid'>): number | undefined {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? undefined : Number(found[1]) * 1_024;
  } catch {
    return undefined;
  }
}

/** Milliseconds that a process had a processor; NaN where the system does not tell. */
export function cpuTimeOf({ pid }: Child): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10; // ticks of a hundredth of a second, for programs and for the system
  } catch {
    return Number.NaN;
  }
}

/** Resolves when a process has hardly been on a processor for 0.4 s, after 20 s at the latest; at once where the system does not tell. */
export async function untilIdle(child: Child): Promise<void> {
  const latest = performance.now() + 20_000;
  for (let before = cpuTimeOf(child); performance.now() < latest; ) {
    if (Number.isNaN(before)) return;
    await new Promise((resolve) => setTimeout(resolve, 400));
    const now = cpuTimeOf(child);
    if (now - before <= 20) return;
    before = now;
  }
}

/** A port of loopback that nobody uses just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return address.port;
}
