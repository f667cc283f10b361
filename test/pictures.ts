// Makes the pictures of the README from the real page: a summary, an alert, a digest. Run by `npm run pictures`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { chromiumPath, launch } from './demo/browser.ts';
import { startDemo } from './demo/running-demo.ts';
import { toIndexedPng } from './indexed-png.ts';

const folder = join(import.meta.dirname, 'pictures');
const patience = 15_000;
/** Pixels by which the label of a day hangs over the message below it. */
const overhang = 4;
/** Bytes; a README with larger ones opens slowly. */
const largest = 120_000;

/** One picture: how to come to its message. `height` cuts a long one. */
interface Picture {
  readonly name: string;
  readonly height?: number;
  /** Width of the window; 1240 unless said. */
  readonly width?: number;
  find(page: Page): Promise<Locator>;
}

const message = (page: Page, text: RegExp): Locator => page.locator('article', { hasText: text });
const withChart = (place: Locator): Locator => place.filter({ has: place.page().locator('figure img') });

const pictures: readonly Picture[] = [
  {
    name: 'summary',
    find: async (page) => {
      await page.locator('article.private').first().waitFor();
      await page.getByRole('button', { name: 'Share to channel' }).first().click();
      const shared = withChart(message(page, /Shared by/)).first();
      await shared.waitFor();
      return shared;
    },
  },
  {
    name: 'digest',
    height: 573,
    width: 1480,
    find: async (page) => {
      const digest = withChart(message(page, /Daily digest/)).first();
      await digest.waitFor();
      return digest;
    },
  },
  {
    name: 'alert',
    find: async (page) => {
      await page.getByRole('link', { name: /# oncall/ }).click();
      await page.getByRole('slider', { name: 'Free memory' }).fill('7.4');
      const alert = withChart(message(page, /Critical: Production chat has/)).first();
      await alert.waitFor();
      return alert;
    },
  },
];

if (chromiumPath === undefined) throw new Error('The pictures need a Chromium; there is none on this machine.');
const [demo, browser] = await Promise.all([startDemo(), launch()]);
try {
  const page = await browser.newPage({
    viewport: { width: 1240, height: 2600 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
  });
  page.setDefaultTimeout(patience);
  await page.goto(demo.url);
  await page.getByRole('dialog', { name: 'Read' }).waitFor();
  await page.keyboard.press('Escape');
  for (const picture of pictures) await take(picture, page);
} finally {
  await browser.close();
  await demo.stop();
}
process.exit(0);

async function take({ name, height, width = 1240, find }: Picture, page: Page): Promise<void> {
  await page.setViewportSize({ width, height: 2600 });
  const place = await find(page);
  await page.mouse.move(0, 0);
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (box === null) throw new Error(`There is nothing to see of the ${name}.`);
  const clip = { ...box, y: box.y + overhang, height: Math.min(box.height, height ?? box.height) - overhang };
  const picture = await toIndexedPng(await page.screenshot({ clip, animations: 'disabled' }));
  if (picture.length > largest) throw new Error(`The picture ${name} has ${picture.length} bytes, too many.`);
  const path = join(folder, `${name}.png`);
  writeFileSync(path, picture);
  process.stdout.write(`${path}: ${Math.ceil(picture.length / 1000)} kB\n`);
}
