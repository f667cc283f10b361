// Draws a chart on a QuickChart server, hosted or self-hosted. The only file that imports quickchart-js, when first needed.
import { type Clock, withTimeout } from '../clock.ts';
import { BotError } from '../errors.ts';
import { formatDuration } from '../metrics/format.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { toChartJs } from './kinds.ts';
import * as colours from './theme.ts';
import { pictureSize } from './theme.ts';

export interface QuickChartOptions {
  /** Address of the server, with or without a path and a last slash. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** For the whole exchange, in ms. */
  readonly timeoutMs?: number;
}

export interface QuickChartRenderer {
  /** A PNG. Every failure is a BotError that names the server's host and no more of its address. */
  draw(model: ChartModel): Promise<Uint8Array>;
}

const largestPicture = 5_000_000;
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** quickchart-js turns a text with these marks into program code, and its server runs program code. */
const functionMarks = ['__BEGINFUNCTION__', '__ENDFUNCTION__'] as const;

const reachHint = 'Check quickchart.url in the configuration, and that the server runs and can be reached from here.';

type QuickChart = InstanceType<typeof import('quickchart-js')['default']>;

export function createQuickChartRenderer(options: QuickChartOptions): QuickChartRenderer {
  return {
    draw: async (model) => {
      const body = await requestBody(model);
      return exchange(options, body);
    },
  };
}

async function requestBody(model: ChartModel): Promise<string> {
  const text = JSON.stringify(toChartJs(model));
  if (functionMarks.some((mark) => text.includes(mark))) {
    throw new BotError('A name in the chart holds a mark that QuickChart would run as program code.', {
      hint: 'Rename what is called so, or take "quickchart" out of charts in the configuration.',
    });
  }
  const chart = await newQuickChart();
  // The server refuses texts such as "for (" because they could be program code; in JSON a bracket may be written like this as well.
  chart.setConfig(text.replaceAll('(', '\\u0028'));
  chart.setVersion('4').setFormat('png').setBackgroundColor(colours.background);
  chart.setWidth(pictureSize.width).setHeight(pictureSize.height).setDevicePixelRatio(pictureSize.pixelRatio);
  return JSON.stringify(chart.getPostData());
}

async function newQuickChart(): Promise<QuickChart> {
  const { default: QuickChart } = await import('quickchart-js');
  // Its types describe the CommonJS build, where the class is one `default` further down; as an ES module it is the default itself.
  return new (QuickChart as unknown as typeof QuickChart.default)();
}

async function exchange(options: QuickChartOptions, body: string): Promise<Uint8Array> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const host = new URL(options.url).host;
  const late = (): BotError => unreachable(host, `did not answer within ${formatDuration(timeoutMs)}`);
  try {
    return await withTimeout(options.clock, { after: timeoutMs, late }, async (signal) => {
      const response = await options.fetch(`${options.url.replace(/\/+$/, '')}/chart`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'image/png' },
        body,
        redirect: 'error',
        signal,
      });
      return await readPicture(response, host);
    });
  } catch (error) {
    throw error instanceof BotError ? error : unreachable(host, 'could not be reached');
  }
}

function unreachable(host: string, what: string): BotError {
  return new BotError(`The QuickChart server ${host} ${what}.`, { hint: reachHint });
}

async function readPicture(response: Response, host: string): Promise<Uint8Array> {
  if (!response.ok) {
    throw new BotError(`The QuickChart server ${host} refused the chart with HTTP ${response.status}.`, {
      hint: hintFor(response.status),
    });
  }
  const type = response.headers.get('content-type') ?? 'nothing';
  if (!/^image\/png\b/i.test(type)) throw notAPicture(host, `it answered ${type.slice(0, 60)}`);
  const bytes = await readAtMost(response, largestPicture);
  if (bytes === undefined) throw notAPicture(host, 'it sent more than 5 MB');
  if (!pngSignature.every((byte, index) => bytes[index] === byte)) throw notAPicture(host, 'the bytes are not a PNG');
  return bytes;
}

/** The body, or undefined as soon as it is longer than `most` bytes. */
async function readAtMost(response: Response, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > most) return undefined; // leaving the loop cancels the rest
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function notAPicture(host: string, what: string): BotError {
  return new BotError(`The QuickChart server ${host} did not send a picture: ${what}.`, { hint: reachHint });
}

function hintFor(status: number): string {
  if (status === 429)
    return 'The server limits charts per minute. Run a server of your own, or put "image" first under charts in the configuration.';
  if (status === 404) return 'Set quickchart.url to the address above /chart, for example https://quickchart.io.';
  return status >= 500 ? 'Look at the log of the QuickChart server; it must know Chart.js 4.' : reachHint;
}
