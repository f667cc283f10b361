// What is measured in the page of the demo. The functions run in the browser and return what is wrong as texts.
import type { Locator, Page } from 'playwright-core';

/** The words of table cells that stand in more than one line. */
export const splitWords = `(() => {
  const split = [];
  for (const cell of document.querySelectorAll('th, td')) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      for (const { 0: word, index } of node.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) split.push(word);
      }
    }
    if (cell.scrollWidth > cell.clientWidth + 1) split.push('too narrow: ' + cell.textContent);
  }
  return split;
})()`;

/** The elements that can be scrolled sideways, tables and code aside. */
export const sidewaysOf = `(() =>
  [...document.querySelectorAll('*')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
    .filter((one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) || one === document.documentElement)
    .filter((one) => one.closest('.table, pre, .carousel, textarea') === null)
    .map((one) => one.tagName + '.' + one.className + '#' + one.id))()`;

/**
 * Texts and controls in `root`, an expression of an element, that are shown in less than 4.5 : 1 to what is behind them, are see-through, or are covered. Controls that wait for
 * a pointer over their message are left out while there is none.
 */
export const faintIn = (root: string): string => `(() => {
  const root = ${root};
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = ([r, g, b]) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (one) => {
    const layers = [];
    for (let at = one; at !== null; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const opacityOf = (one) => {
    let opacity = 1;
    for (let at = one; at !== null; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };
  const wrong = [];
  const judge = (one, words) => {
    if (one.closest('.unseen, .skip:not(:focus), .circle, option') !== null || !one.checkVisibility({ visibilityProperty: true })) return;
    const opacity = opacityOf(one);
    const waits = one.closest('.message > .tools') !== null && !one.closest('.message').matches(':hover') && matchMedia('(hover: hover)').matches;
    if (opacity < 1) {
      if (!waits) wrong.push(words + ': see-through');
      return;
    }
    const svgText = one instanceof SVGElement;
    const ground = behind(one);
    const ratio = contrast(over(rgba(getComputedStyle(one)[svgText ? 'fill' : 'color']), ground), ground);
    if (ratio < 4.5) wrong.push(words + ': ' + ratio.toFixed(2));
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const words = node.data.trim();
    if (words !== '' && !['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(node.parentElement.tagName)) judge(node.parentElement, words.slice(0, 40));
  }
  for (const one of root.querySelectorAll('button, select, input, textarea')) judge(one, one.ariaLabel ?? one.textContent);
  return wrong;
})()`;

/** Marks one control of each look that is to be seen now: of equal ones the first. */
const markLooks = `(() => {
  const seen = new Set();
  for (const old of document.querySelectorAll('[data-look]')) delete old.dataset.look;
  for (const one of document.querySelectorAll('button:enabled, a[href]:not(.skip), select, input, textarea')) {
    const look = [one.tagName, one.className, one.type, one.closest('[id]')?.id].join(' ');
    if (seen.has(look) || !one.checkVisibility({ visibilityProperty: true })) continue;
    seen.add(look);
    one.dataset.look = look;
  }
})()`;

/** One control of each look, in the order of the page. */
export async function controlsOf(page: Page): Promise<Locator[]> {
  await page.evaluate(markLooks);
  return page.locator('[data-look]').all();
}
