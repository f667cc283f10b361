// The page of the demo at the widths of a phone, a tablet and two screens, light and dark: what can be measured of how it looks.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { openPage, type Page as PageOfDemo } from '../../src/demo/page/page.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { packageRoot } from '../support/package-root.ts';
import { chromiumPath, launch, whySkipped } from './browser.ts';
import { inertControls } from './inert-controls.ts';
import { controlsOf, faintIn, sidewaysOf, splitWords } from './page-measures.ts';
import { digestTable, everyBlock } from './sample-blocks.ts';
import { allScopes, connectSockets, createClient, type RunningBot } from './workspace/clients.ts';

const widths = [390, 768, 1280, 1600];

describe.skipIf(chromiumPath === undefined)(`the look of the page${whySkipped}`, () => {
  const clock = createMovingClock(systemClock);
  let workspace: Workspace;
  let bot: RunningBot;
  let server: PageOfDemo;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    workspace = await startWorkspace({ clock, scopes: allScopes, rateLimit: 'off' });
    bot = await connectSockets(workspace);
    server = await openPage({
      environment: { workspace, clock },
      controls: inertControls,
      port: 0,
      running: () => undefined,
      root: packageRoot,
    });
    const { chat } = createClient(workspace);
    const summary = { channel: 'C0IMOPS', user: 'U0ALICE', text: 'a summary' };
    await chat.postEphemeral({ ...summary, blocks: everyBlock['fields and an accessory'] ?? [] });
    for (const [text, blocks] of Object.entries({ ...everyBlock, 'a digest': [digestTable] })) {
      await chat.postMessage({ channel: 'C0IMOPS', text, blocks });
    }
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await bot?.stop();
    await workspace?.stop();
  });

  /** A fresh visit; the tour is shown. */
  async function visit(colorScheme: 'light' | 'dark'): Promise<void> {
    await page?.context().close();
    const viewport = { width: 1280, height: 844 };
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.setDefaultTimeout(5_000);
    await page.goto(server.url);
    await page.getByRole('dialog', { name: 'Read' }).waitFor();
    await page.locator('article', { hasText: 'sample of controls' }).waitFor();
  }

  const resize = (width: number): Promise<void> => page.setViewportSize({ width, height: 844 });
  const open = (name: string): Promise<void> => page.getByRole('button', { name }).click();

  describe.each(['light', 'dark'] as const)('%s', (scheme) => {
    beforeAll(() => visit(scheme));

    it.each(widths)('at %i points the tour hides nothing of the summary, at which it begins', async (width) => {
      await resize(width);
      const summary = page.locator('article.private');
      expect(await summary.getAttribute('class')).toContain('toured');
      const [bubble, target] = await Promise.all([page.locator('.tour').boundingBox(), summary.boundingBox()]);
      if (bubble === null || target === null) throw new Error('The tour or its target is not there.');
      const isBeside = bubble.x >= target.x + target.width || target.x >= bubble.x + bubble.width;
      const isAboveOrBelow = bubble.y >= target.y + target.height || target.y >= bubble.y + bubble.height;
      expect(isBeside || isAboveOrBelow).toBe(true);
    });

    it.each(widths)('at %i points no word of a table is split, and a table scrolls in its own box', async (width) => {
      await resize(width);
      await page.keyboard.press('Escape');
      expect(await page.evaluate(splitWords)).toEqual([]);
      expect(await page.evaluate(sidewaysOf)).toEqual([]);
    });

    it('every text and every control can be read, also in the drawers', async () => {
      await resize(1280);
      expect(await page.evaluate(faintIn('document.body'))).toEqual([]);
      await resize(390);
      for (const drawer of ['Channels', 'The world beside it']) {
        await open(drawer);
        expect(await page.evaluate(faintIn('document.body'))).toEqual([]);
        await page.keyboard.press('Escape');
      }
    });

    it.each([390, 1280])(
      'at %i points a control stays readable while it is hovered and has the focus',
      async (width) => {
        await resize(width);
        const controls = await controlsOf(page);
        expect(controls.length).toBeGreaterThan(10);
        for (const control of controls) {
          for (const [reach, state] of [
            ['hover', ':hover'],
            ['focus', ':focus'],
          ] as const) {
            await control[reach]();
            const around = `document.querySelector('[data-look]${state}').parentElement.parentElement`;
            expect(await page.evaluate(faintIn(around))).toEqual([]);
          }
        }
      },
    );
  });

  it('on a phone the sidebar and the sliders are drawers, and the messages are all that scrolls', async () => {
    await resize(390);
    const slider = page.getByRole('slider', { name: 'Free memory' });
    expect(await slider.isVisible()).toBe(false);
    await open('The world beside it');
    await slider.fill('7');
    await page.keyboard.press('Escape');
    expect(await slider.isVisible()).toBe(false);
    await open('Channels');
    await page.getByRole('link', { name: /# oncall/ }).click();
    await page.getByRole('heading', { name: '#oncall' }).waitFor();
    expect(await page.getByRole('link', { name: /# oncall/ }).isVisible()).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
  });
});
