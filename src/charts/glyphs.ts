// Which texts a picture can show: whether each of their signs has a glyph in the shipped fonts or in those of the machine.
import type { ChartModel } from '../reports/word-report.ts';
import { drawable } from './label-text.ts';
import { fontFamily } from './theme.ts';

/** True where none of the signs of a text, as `drawable` has it, would be an empty box. */
export type HasGlyphs = (text: string) => boolean;

/** What is used of a canvas and its context. */
interface Sheet {
  getContext(kind: '2d'): {
    font: string;
    textBaseline: string;
    clearRect(x: number, y: number, width: number, height: number): void;
    fillText(text: string, x: number, y: number): void;
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** CSS pixels: enough to tell a box from a letter, and room for the widest sign. */
const [size, room] = [16, 32];

/** A sign that is for nobody to define, so that no font has it. */
const undefinedSign = '\u{10FFFE}';

/**
 * Draws a sign and looks whether it is the box that stands for what no font has: the machine may have fonts beside the shipped ones,
 * and the drawing library tells neither which it took nor that it found none. What was seen of a sign is remembered.
 */
export function createGlyphs(createCanvas: (width: number, height: number) => Sheet): HasGlyphs {
  const context = createCanvas(room, room).getContext('2d');
  context.font = `${size}px ${fontFamily}`;
  context.textBaseline = 'middle';
  const draw = (sign: string): Buffer => {
    context.clearRect(0, 0, room, room);
    context.fillText(sign, room / 4, room / 2);
    return Buffer.from(context.getImageData(0, 0, room, room).data);
  };
  const box = draw(undefinedSign);
  const known = new Map<string, boolean>();
  return (text) =>
    [...drawable(text)].every((sign) => {
      const seen = known.get(sign) ?? !draw(sign).equals(box);
      known.set(sign, seen); // at most as many as Unicode has, in a process that ends when it is idle
      return seen;
    });
}

/** The chart with the id of its app where a picture cannot show the name. An id is plain ASCII; words and alt text keep the name. */
export function withReadableApp(model: ChartModel, hasGlyphs: HasGlyphs): ChartModel {
  const { app, id } = model.place ?? {};
  if (model.place === undefined || app === undefined || id === undefined) return model;
  const isReadable = drawable(app) !== '' && hasGlyphs(app);
  return isReadable ? model : { ...model, place: { ...model.place, app: id } };
}
