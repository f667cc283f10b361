// Draws what the outbox tells: the root of an incident, a line of its thread, a digest.
import { toDataVisualization } from '../charts/slack-renderer.ts';
import { toTextChart } from '../charts/text-renderer.ts';
import type { ChartModel } from '../reports/report.ts';
import type { ShownPicture, SlackMessage } from '../store/outbox.ts';
import { drawAlert } from './blocks/alert.ts';
import { context, type Drawn, section } from './blocks/block.ts';
import { maxMessageText, truncate } from './blocks/limits.ts';
import { type ChartPlace, chartsOf, drawReport } from './blocks/report.ts';
import { mentionAll, withPeople } from './blocks/text.ts';

/** Blocks and text of a message with what stands in the places of its charts. */
export function drawMessage(message: SlackMessage, pictures: readonly ShownPicture[]): Drawn {
  if (message.kind === 'alert') {
    const files = pictures.filter((picture) => picture.kind === 'file');
    const alt = files[0]?.alt;
    return drawAlert(message.view, { files: files.map(({ id }) => id), ...(alt === undefined ? {} : { alt }) });
  }
  if (message.kind === 'line') return drawLine(message.text, message.mentions);
  const charts = chartsOf(message.report);
  const places = charts.map((chart, index) => placeOf(chart, pictures[index]));
  const pings = mentionAll(message.mentions);
  const drawn = drawReport(message.report, { places, ...(pings === '' ? {} : { tail: [context(pings)] }) });
  return pings === '' ? drawn : { ...drawn, text: `${drawn.text}\n${pings}` };
}

/** A line of a thread: who is pinged, then what happened. `{user:U…}` in it names a person without foreign text. */
function drawLine(words: string, mentions: readonly string[]): Drawn {
  const line = withPeople(words);
  const text = truncate([mentionAll(mentions), line].filter((part) => part !== '').join(' '), maxMessageText);
  return { blocks: [section(truncate(text, 2_900))], text };
}

function placeOf(chart: ChartModel, picture: ShownPicture | undefined): ChartPlace | undefined {
  if (picture === undefined) return undefined;
  if (picture.kind === 'file') return { kind: 'file', id: picture.id };
  const block = picture.by === 'slack' ? toDataVisualization(chart) : undefined;
  return block === undefined ? { kind: 'text', text: toTextChart(chart) } : { kind: 'block', block: { ...block } };
}
