// The child process that draws charts: real children, and ones that hang, die or do not start; the limits run on a clock of the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCanvasRenderer } from '../../src/charts/canvas-renderer.ts';
import { type ChildOptions, createChildStarter, type StartChartChild } from '../../src/charts/chart-child.ts';
import {
  type ChartProcess,
  createChartProcess,
  idleTime,
  maxWaiting,
  pictureLimit,
  startLimit,
} from '../../src/charts/chart-process.ts';
import type { DrawReply } from '../../src/charts/draw-charts.ts';
import { BotError } from '../../src/errors.ts';
import { startChartChild } from '../support/chart-child.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { packageRoot } from '../support/package-root.ts';
import { chartModel, oneSeries } from './sample-models.ts';

/** What happened to the children of a test, and what is waited for. */
interface Seen {
  starts: number;
  /** Titles of the charts that were handed to a child, in order. */
  readonly sent: string[];
  readonly ends: string[];
  /** Whether a child's word is passed on to the parent. */
  passes: (reply: DrawReply) => boolean;
}

let clock: FakeClock;
let seen: Seen;
let undo: (() => Promise<void>)[];

beforeEach(() => {
  clock = createFakeClock('2026-11-23T00:00:00Z');
  seen = { starts: 0, sent: [], ends: [], passes: () => true };
  undo = [];
});
afterEach(async () => {
  for (const one of undo) await one();
});

/** Starts children by `start` and notes what happens to them. */
function watched(start: StartChartChild): StartChartChild {
  return (listener) => {
    seen.starts += 1;
    const child = start({
      reply: (reply) => {
        if (seen.passes(reply)) listener.reply(reply);
      },
      ended: (how) => {
        seen.ends.push(how);
        listener.ended(how);
      },
    });
    return {
      ...child,
      send: (request) => {
        seen.sent.push(request.model.title);
        child.send(request);
      },
    };
  };
}

function processOf(start: StartChartChild): ChartProcess {
  const charts = createChartProcess({ start: watched(start), clock });
  undo.push(async () => {
    const stopped = charts.stop();
    await clock.advance(5_000);
    await stopped;
  });
  return charts;
}

function stub(changes: Partial<ChildOptions> = {}): ChartProcess {
  const entry = fileURLToPath(import.meta.resolve('./stub-child.ts'));
  return processOf(createChildStarter({ execPath: process.execPath, entry, environment: process.env, ...changes }));
}

async function until(probe: () => unknown): Promise<void> {
  while (!probe()) await new Promise((done) => setTimeout(done, 5));
}

const titled = (title: string) => chartModel({ title });
const ask = async (charts: ChartProcess, title: string): Promise<string> =>
  Buffer.from(await charts.draw(titled(title))).toString();
const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('a picture of the child', () => {
  it('has the very bytes that this process draws, gaps included', async () => {
    const charts = processOf(startChartChild);
    const models = [chartModel(), oneSeries([1, undefined, 3]), oneSeries([0.1, 0.4], { kind: 'bar', unit: 'ratio' })];
    const here = createCanvasRenderer({ root: packageRoot });
    for (const model of models) {
      const png = await charts.draw(model);
      expect(Buffer.from(png).equals(await here.draw(model))).toBe(true);
    }
    expect(seen.starts).toBe(1);
  });
});

describe('the child', () => {
  it('is not started before the first chart, and has no secret in its environment', async () => {
    const environment = {
      ...process.env,
      SLACK_BOT_TOKEN: 'xoxb-1',
      IM_API_KEY: 'secret',
      DATABASE_URL: 'postgres://u:p@h/d',
    };
    const charts = stub({ environment });
    expect(seen.starts).toBe(0);
    const known: Record<string, string> = JSON.parse(await ask(charts, 'say what you know'));
    expect(known['PATH']).toBe(process.env['PATH']);
    const allowed = /^(PATH|LD_LIBRARY_PATH|TMPDIR|TZ|DISABLE_SYSTEM_FONTS_LOAD|NODE_\w+)$/;
    expect(Object.keys(known).filter((name) => !allowed.test(name))).toEqual([]);
  });

  it('that is killed from outside costs the picture it was on, and the next chart starts another', async () => {
    const charts = stub();
    const first = Number(await ask(charts, 'say who you are 1'));
    const lost = failureOf(ask(charts, 'never answer'));
    process.kill(first, 'SIGKILL');
    const failure = await lost;
    expect(failure).toBeInstanceOf(BotError);
    expect(failure).toMatchObject({
      message: expect.stringContaining('SIGKILL'),
      hint: expect.stringContaining('memory'),
    });
    expect(Number(await ask(charts, 'say who you are 2'))).not.toBe(first);
  });

  it('that is killed with several pictures in work costs none that can be drawn', async () => {
    const charts = stub();
    const first = Number(await ask(charts, 'say who you are'));
    seen.passes = () => seen.starts > 1; // the first child has not answered yet when it is killed
    const asked = ['a', 'b', 'c', 'd'].map((title) => ask(charts, title));
    await until(() => seen.sent.includes('b'));
    process.kill(first, 'SIGKILL');
    expect(await Promise.all(asked)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('that dies of one picture costs that picture alone, the others are drawn', async () => {
    const charts = stub();
    const others = ['a', 'b', 'c'].map((title) => ask(charts, title));
    const deadly = failureOf(ask(charts, 'end at once'));
    const later = ['d', 'e', 'f'].map((title) => ask(charts, title));
    expect(await deadly).toMatchObject({ name: 'BotError', message: expect.stringContaining('exit code 3') });
    expect(await Promise.all([...others, ...later])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('that is over one picture for 5 s is killed, which costs that picture alone', async () => {
    const charts = stub();
    const endless = failureOf(ask(charts, 'hold the thread'));
    const beside = ask(charts, 'beside');
    const behind = ask(charts, 'behind');
    await until(() => seen.sent.length === 2);
    await clock.advance(pictureLimit);
    await until(() => seen.sent.length === 3); // alone in another child, because it may have been the other's fault
    expect(seen.sent).toEqual(['hold the thread', 'beside', 'hold the thread']);
    await clock.advance(pictureLimit);
    expect(await endless).toMatchObject({ name: 'BotError', message: expect.stringContaining('longer than 5 s') });
    expect(await Promise.all([beside, behind])).toEqual(['beside', 'behind']);
    await until(() => seen.ends.length === 2);
    expect(seen.ends).toEqual(['SIGKILL', 'SIGKILL']);
  });

  it('ends by itself when it has drawn nothing for two minutes, and the next chart starts another', async () => {
    const charts = processOf(startChartChild);
    await charts.draw(chartModel());
    await clock.advance(idleTime - 1);
    expect(seen.ends).toEqual([]);
    clock.advance(1).catch(() => {});
    await until(() => seen.ends.length === 1);
    expect((await charts.draw(titled('another'))).length).toBeGreaterThan(1_000);
    expect(seen.starts).toBe(2);
  });

  it('rests for two minutes from its last picture, not its first', async () => {
    const charts = stub();
    for (const title of ['a', 'b', 'c']) {
      await ask(charts, title);
      await clock.advance(idleTime - 1);
    }
    expect([seen.starts, seen.ends]).toEqual([1, []]);
  });

  it('that cannot be started leaves the charts to another way, after a second try', async () => {
    const charts = stub({ execPath: resolve(packageRoot, 'no-such-node') });
    const failures = await Promise.all(['a', 'b'].map((title) => failureOf(ask(charts, title))));
    for (const failure of failures)
      expect(failure).toMatchObject({ name: 'BotError', message: expect.stringContaining('ENOENT') });
    expect(seen.starts).toBe(2);
  });

  it('that is not ready in time is killed, and the charts are left to another way after a second try', async () => {
    seen.passes = ({ kind }) => kind !== 'ready';
    const charts = stub();
    const asked = failureOf(ask(charts, 'a'));
    await clock.advance(startLimit);
    expect(seen.starts).toBe(2);
    await clock.advance(startLimit);
    expect(await asked).toMatchObject({ name: 'BotError', message: expect.stringContaining('could not be started') });
  });
});

describe('the queue', () => {
  it('takes no more than a hundred charts; who comes then is told at once', async () => {
    const charts = stub();
    const [held, beside] = [failureOf(ask(charts, 'never answer 1')), failureOf(ask(charts, 'never answer 2'))];
    await until(() => seen.sent.length === 2);
    const waiting = Array.from({ length: maxWaiting }, (_, index) => failureOf(ask(charts, `waits ${index}`)));
    const failure = await failureOf(ask(charts, 'one too many'));
    expect(failure).toMatchObject({ name: 'BotError', message: expect.stringContaining('wait to be drawn') });

    await charts.stop();
    const ends = await Promise.all([held, beside, ...waiting]);
    for (const end of ends)
      expect(end).toMatchObject({ name: 'BotError', message: expect.stringContaining('stopped') });
  });
});

describe('the stop', () => {
  it('ends the child, and no other is started afterwards', async () => {
    const charts = processOf(startChartChild);
    await charts.draw(chartModel());
    await charts.stop();
    expect(seen.ends).toEqual(['exit code 0']);
    expect(await failureOf(charts.draw(titled('late')))).toBeInstanceOf(BotError);
    expect(seen.starts).toBe(1);
  });

  it('kills a child that does not end by itself within a second', async () => {
    const charts = stub();
    const lost = failureOf(ask(charts, 'hold the thread'));
    await until(() => seen.sent.length === 1);
    const stopped = charts.stop();
    await clock.advance(1_000);
    await stopped;
    expect(seen.ends).toEqual(['SIGKILL']);
    expect(await lost).toBeInstanceOf(BotError);
  });

  it('needs nothing where no chart was drawn', async () => {
    await processOf(startChartChild).stop();
    expect(seen.starts).toBe(0);
  });
});

describe('the parent', () => {
  const address = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
  const script = `
    const { createChartProcess } = await import(${address('src/charts/chart-process.ts')});
    const { systemClock } = await import(${address('src/clock.ts')});
    const { startChartChild } = await import(${address('test/support/chart-child.ts')});
    const charts = createChartProcess({ start: startChartChild, clock: systemClock });
    const png = await charts.draw(${JSON.stringify(chartModel())});
    console.log(png.length);`;

  /** Its error output is the child's too, so it is closed only when both are gone. */
  function parent(after: string) {
    const words = ['--input-type=module', '-e', script + after];
    return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  it('is not kept alive by a child that has nothing to do, and takes it along', async () => {
    const [code] = await once(parent(''), 'close');
    expect(code).toBe(0);
  });

  it('that is killed leaves no child behind', async () => {
    const killed = parent('setInterval(() => {}, 1_000);');
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'close');
  });

  it('is needed: the command is nothing for people', async () => {
    const alone = spawn(process.execPath, [resolve(packageRoot, 'src/main.ts'), 'draw-charts']);
    let words = '';
    alone.stderr.on('data', (text) => {
      words += text;
    });
    const [code] = await once(alone, 'close');
    expect([code, words]).toEqual([1, expect.stringContaining('imstats runs "draw-charts" itself')]);
  });
});
