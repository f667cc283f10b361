// Plays the child that draws charts: the title of a chart says what it does instead of drawing.
import type { DrawReply, DrawRequest } from '../../src/charts/draw-charts.ts';

const send = (reply: DrawReply): void => void process.send?.(reply);
const answer = (id: number, text: string): void => send({ kind: 'drawn', id, png: Buffer.from(text) });

const acts: Readonly<Record<string, (id: number) => void>> = {
  'say who you are': (id) => answer(id, String(process.pid)),
  'say what you know': (id) => answer(id, JSON.stringify(process.env)),
  'never answer': () => {},
  'end at once': () => process.exit(3),
  'hold the thread': () => {
    const end = performance.now() + 60_000; // not for ever, should nobody kill it
    while (performance.now() < end);
  },
};

process.on('disconnect', () => process.exit(0));
// Typed by its parent.
process.on('message', ({ id, model }: DrawRequest) => {
  const act = Object.entries(acts).find(([title]) => model.title.startsWith(title))?.[1];
  if (act === undefined) answer(id, model.title);
  else act(id);
});
send({ kind: 'ready' });
