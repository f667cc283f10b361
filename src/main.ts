// The only file with side effects: reads arguments and environment, builds the real clock, network and logger, runs one command.
import { randomUUID } from 'node:crypto';
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import './node-version.cjs';
import type { Bot } from './bot.ts';
import { createChildStarter } from './charts/chart-child.ts';
import type { DrawReply, DrawRequest } from './charts/draw-charts.ts';
import { keepProcessAlive, systemClock } from './clock.ts';
import { type CommandLine, readCommandLine, usage } from './command-line.ts';
import type { Config } from './config/config.ts';
import { BotError } from './errors.ts';
import { createLogger, errorFields, type HidingLogger, type LogLevel } from './logger.ts';
import type { Network } from './network.ts';

const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** The exit code where the words after the command are wrong. */
const wrongUsage = 2;

function stopWith(message: string, code = 1): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** The folder of package.json, which every asset is below. This file is one folder below it, both in `src` and as `dist/main.js`. */
const root = resolve(import.meta.dirname, '..');

// Later starts read what the first one has compiled, which halves their time. Without write access there is no cache.
enableCompileCache(join(root, 'node_modules/.cache/imstats'));

const logLevels: readonly string[] = ['debug', 'info', 'warn', 'error'];

function openLogger(secrets: readonly string[]): HidingLogger {
  const requested = process.env['LOG_LEVEL'] ?? 'info';
  const level = logLevels.includes(requested) ? (requested as LogLevel) : 'info'; // just checked against the list
  return createLogger({ level, secrets, write: (line) => process.stdout.write(line) });
}

/** The effects that every command is given. Without a network everything is on this machine, as in the demo. */
function effects(logger: HidingLogger, network?: Network) {
  return {
    clock: systemClock,
    fetch: network?.fetch ?? globalThis.fetch,
    socketDispatcher: network?.socketDispatcher,
    logger,
    random: Math.random,
    newId: () => randomUUID().slice(0, 8),
    root,
    environment: process.env,
    folder: process.cwd(),
    print,
    startChartChild: createChildStarter({
      execPath: process.execPath,
      entry: fileURLToPath(import.meta.url),
      environment: process.env,
    }),
  };
}

/** A clean end may take so long; what hangs then is left to hang. */
const longestEnd = 9_500;

/** Ends the process when something hangs that was asked to end. */
function endInTime(): void {
  systemClock.after(longestEnd, () => process.exit(1));
}

/** Resolves at the first SIGTERM or SIGINT, or when npm has ended; a second signal ends the process at once, and time the latest. */
function stopSignal(): Promise<void> {
  return new Promise<void>((resolve) => {
    whenNpmEnds(resolve);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(1));
      });
    }
    // The terminal that it was started in is gone.
    if (isInTerminal()) process.once('SIGHUP', () => resolve());
  }).finally(endInTime);
}

const isInTerminal = (): boolean => isatty(0) || isatty(1);

/** A reader of the output may go, and a disk that it goes to be full: lines are lost then, and nothing else. */
function surviveClosedOutput(): void {
  process.stdout.once('error', (error) => {
    process.stderr.write(`What imstats writes is not read any more (${error.message}); it goes on without.\n`);
  });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Resolves when something failed that nobody caught, which is logged; what fails after it is logged a few times more. */
function uncaughtFailure(logger: HidingLogger): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(kind, (error: unknown) => {
        count += 1;
        if (count <= 5)
          logger.error(
            'A failure that nobody caught; the bot ends so that it can be started afresh.',
            errorFields(error),
          );
        resolve();
      });
    }
  });
}

/** Takes the configuration anew once the bot runs: at SIGHUP, where no terminal is gone, and when its files have changed. */
async function reloadWhileRunning(running: Promise<Bot>, files: ConfigFiles, logger: HidingLogger): Promise<void> {
  const { createReloader } = await import('./config/reload.ts');
  const reloader = running.then((bot) => {
    const made = createReloader({ bot, ...files, clock: systemClock, logger });
    made.start();
    return made;
  });
  if (!isInTerminal()) process.on('SIGHUP', () => void reloader.then(({ reload }) => reload()));
  await reloader;
}

/** Where the configuration came from, to read it again. */
interface ConfigFiles {
  /** The fingerprint of what it starts with. */
  readonly taken: string;
  readonly load: () => Config;
  readonly fingerprint: () => string;
}

/** The parent when this process was started: `.build/start.mjs` reads it first of all, before it builds and loads a bundle. */
const firstParent = Number(process.env['IMSTATS_PARENT'] ?? process.ppid);

/** npm starts this process through a shell, which ends at a signal without forwarding it: only the changed parent shows that. */
function whenNpmEnds(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const look = (): void => {
    if (process.ppid !== firstParent) stop();
    else systemClock.after(300, look);
  };
  look();
}

/**
 * Node parses HTTP in WebAssembly. After the first polls V8 would compile it again with its optimizing compiler, which costs
 * 12 to 16 MB for good and makes calls no faster.
 */
function disableWebAssemblyTierUp(): void {
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
}

/**
 * Gives back once what only the start has taken, 10 MB, so that the heap may have the room that it asks for under load: within a small
 * one, the many objects of a flood of commands would be moved and collected while commands wait. Takes some 45 ms.
 */
function releaseMemoryOfStart(): void {
  systemClock.after(1_000, () => void globalThis.gc?.({ type: 'major', flavor: 'last-resort' }));
}

/** The configuration, what the network is like, and a logger that hides the secrets of both. */
async function prepare(file: string | undefined) {
  const [{ configFile, configFingerprint, loadConfig, readEnvironment }, { openNetwork }] = await Promise.all([
    import('./config/load.ts'),
    import('./network.ts'),
  ]);
  const source = { file, folder: process.cwd(), environment: process.env };
  const network = openNetwork(readEnvironment(source));
  // A file that has gone is a mistake, not a wish for another configuration.
  const again = { ...source, file: configFile(source) ?? file };
  const taken = configFingerprint(again);
  const config = loadConfig(source);
  const files: ConfigFiles = { taken, load: () => loadConfig(again), fingerprint: () => configFingerprint(again) };
  return { config, files, network, logger: openLogger([...config.secrets, ...network.secrets]) };
}

async function start(file: string | undefined): Promise<number> {
  const stopped = stopSignal();
  disableWebAssemblyTierUp();
  const [{ config, files, network, logger }, { createBot }] = await Promise.all([prepare(file), import('./bot.ts')]);
  const uncaught = uncaughtFailure(logger);
  const { promise: running, resolve: runs } = Promise.withResolvers<Bot>();
  void reloadWhileRunning(running, files, logger);
  logger.info('network', { reason: network.words });
  const bot = await createBot(config, effects(logger, network));
  await Promise.race([bot.start(), stopped, uncaught]);
  runs(bot);
  releaseMemoryOfStart();
  const end = await Promise.race([stopped, bot.failed, uncaught.then(() => 'uncaught' as const)]);
  endInTime();
  await bot.stop();
  if (end instanceof Error) throw end;
  return end === 'uncaught' ? 1 : 0;
}

async function check(file: string | undefined, isPosting: boolean): Promise<number> {
  // The first process of a container ends at no signal that it does not listen to.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
  const [{ config, network, logger }, { runCheck }] = await Promise.all([prepare(file), import('./check.ts')]);
  return runCheck(config, { ...effects(logger, network), network, isPosting });
}

/** A command on the store that is given a file. */
async function onStore(command: 'backup' | 'import', file: string | undefined, target: string): Promise<number> {
  const [{ loadConfig }, { runBackup, runImport }] = await Promise.all([
    import('./config/load.ts'),
    import('./store-commands.ts'),
  ]);
  const config = loadConfig({ file, folder: process.cwd(), environment: process.env });
  const run = command === 'backup' ? runBackup : runImport;
  return run(config, resolve(target), effects(openLogger(config.secrets)));
}

async function demo({ headless, port }: Pick<CommandLine, 'headless' | 'port'>): Promise<number> {
  const { runDemo } = await import('./demo/demo.ts');
  return runDemo({
    headless,
    ...(port === undefined ? {} : { port }),
    ...effects(openLogger([])),
    stopped: stopSignal(),
  });
}

/** Internal: the chart process that the bot starts. Resolves when the bot has ended or disconnects it. */
async function drawCharts(): Promise<number> {
  if (process.send === undefined) stopWith('imstats runs "draw-charts" itself when it has a chart to draw.');
  const gone = new Promise<void>((resolve) => process.once('disconnect', resolve));
  // A terminal or a service manager sends these to every process of the group; the bot may still need a chart for its last message.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const charts = await import('./charts/draw-charts.ts');
  const port = {
    send: (reply: DrawReply) => void process.send?.(reply, undefined, undefined, () => {}),
    onRequest: (listener: (request: DrawRequest) => void) => void process.on('message', listener),
  };
  charts.drawCharts(port, root);
  await gone;
  return 0;
}

async function run(): Promise<number> {
  const given = readCommandLine(process.argv.slice(2));
  if (given === 'help') {
    print(usage);
    return 0;
  }
  if ('wrong' in given) return stopWith(`${given.wrong}\n${usage}`, wrongUsage);
  const { command, config, target = '' } = given;
  if (command === 'start') return start(config);
  if (command === 'check') return check(config, given.isPosting);
  if (command === 'backup' || command === 'import') return onStore(command, config, target);
  return command === 'demo' ? demo(given) : drawCharts();
}

surviveClosedOutput();
keepProcessAlive(); // else it would end within a wait of a stop, when all connections are closed
run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof BotError)
      stopWith(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
    stopWith(error instanceof Error ? (error.stack ?? error.message) : String(error));
  },
);
