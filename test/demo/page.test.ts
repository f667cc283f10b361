// The demo in a real browser: what a newcomer does in the first minute. Each test goes on where the one before it left off.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, watch, whySkipped } from './browser.ts';
import { type RunningDemo, startDemo } from './running-demo.ts';

describe.skipIf(chromiumPath === undefined)(`the page of the demo${whySkipped}`, () => {
  let demo: RunningDemo;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launch()]);
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(10_000);
    complaints = watch(page, demo.url);
    await page.goto(demo.url);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const message = (text: string | RegExp): Locator => page.locator('article', { hasText: text });
  const composer = (): Locator => page.getByRole('combobox', { name: 'Write a message or a command' });
  const go = (name: RegExp): Promise<void> => page.getByRole('link', { name }).click();
  const ask = async (command: string): Promise<void> => {
    await composer().fill(command);
    await composer().press('Enter');
  };

  it('takes a newcomer through a tour that Esc ends for good', async () => {
    await page.getByRole('dialog', { name: 'Read' }).waitFor();
    await page.locator('article.private.toured', { hasText: 'Production chat' }).waitFor();
    for (const step of ['Ask', 'Watch', 'Break something']) {
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('dialog', { name: step }).waitFor();
    }
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: '#im-ops' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('shows a digest of yesterday, a summary with its chart, and an alert that opened and resolved', async () => {
    await message(/Daily digest/).waitFor();
    await message(/Production chat is quiet/).waitFor();
    const chart = page.getByRole('img', { name: /Connection peak.*Limit 2,000/ });
    await chart.first().waitFor();
    await go(/# oncall/);
    await message(/^.*Resolved after .* is back to/)
      .first()
      .waitFor();
    await go(/# im-ops/);
  });

  it('loads in under a second', async () => {
    const times: number[] = [];
    for (let visit = 0; visit < 3; visit += 1) {
      const begun = performance.now();
      await page.reload();
      await message(/Daily digest/).waitFor();
      times.push(performance.now() - begun);
    }
    // The best of three: other programs on the machine take their time too.
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  it('hints at commands while one is typed and answers with numbers', async () => {
    await composer().fill('/imstats me');
    await page.getByRole('option', { name: /\/imstats messages \[app\]/ }).waitFor();
    await composer().press('ArrowDown');
    await composer().press('ArrowDown');
    await composer().press('Enter');
    expect(await composer().inputValue()).toBe('/imstats memory ');
    await ask('/imstats memory prod');
    const answer = message(/memory free now/);
    await answer.waitFor();
    expect(await answer.innerText()).toMatch(/\d of 8\.0\sGiB \(\d/);
    expect(await answer.innerText()).toContain('Only visible to you');
  });

  it('shares a private answer with everybody in the channel', async () => {
    await message(/memory free now/)
      .getByRole('button', { name: 'Share to channel' })
      .click();
    await message(/Shared by @alice/).waitFor();
    await page.getByLabel('You are').selectOption({ label: 'Mona (manager)' });
    const shared = message(/Shared by @alice/);
    await shared.waitFor();
    expect(await shared.innerText()).toContain('memory free now');
    expect(await page.getByText('Only visible to you').count()).toBe(0);
    await page.getByLabel('You are').selectOption({ label: 'Alice (on call)' });
  });

  it('opens an alert when the slider goes under the limit; acknowledged and given back it resolves', async () => {
    await go(/# oncall/);
    await page.getByRole('slider', { name: 'Free memory' }).fill('6');
    const alert = message(/Critical.* has 6/);
    await alert.waitFor();
    expect(await alert.innerText()).toContain('@oncall');
    await alert.getByRole('button', { name: 'Acknowledge' }).click();
    await message(/Critical.* has 6.*acknowledged by @alice until/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Natural' }).first().click();
    const resolved = message(/Resolved after .* is back to .* lowest 6\s%/);
    const root = resolved.filter({ has: page.getByRole('button', { name: 'Report' }) });
    await root.waitFor();
    // Slack marks no edit of a message with blocks.
    expect(await root.innerText()).not.toContain('(edited)');
  });

  it('opens the thread of the alert by keyboard, answers a mention in it, and Esc leads back', async () => {
    const replies = page.getByRole('button', { name: /repl(y|ies) last at/ }).last();
    await replies.focus();
    await page.keyboard.press('Enter');
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread
      .getByText(/Acknowledged by/)
      .first()
      .waitFor();
    await page.keyboard.type('@imstats users prod');
    await page.keyboard.press('Enter');
    await thread
      .getByText(/active users/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    expect(await thread.isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.dataset.control')).toBe('thread');
  });

  it('can be walked by keyboard alone, beginning with a way past the sidebar', async () => {
    await page.reload();
    await message(/Resolved/)
      .first()
      .waitFor();
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent.trim()');
    const stops: unknown[] = [];
    for (let stop = 0; stop < 4; stop += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops).toEqual([
      'Skip to the messages',
      expect.stringContaining('Alice'),
      expect.stringContaining('# im-ops'),
      '# oncall',
    ]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '#im-ops' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('messages');
  });

  it('draws the Home tab of the bot', async () => {
    await page.getByRole('link', { name: 'Home tab of imstats' }).click();
    await page.getByRole('heading', { name: 'Your apps' }).waitFor();
    await page.getByText(/daily: tomorrow/).waitFor();
  });

  it('posts the next digest when a day passes, with the whole day measured', async () => {
    await go(/# im-ops/);
    const before = await message(/Daily digest/).count();
    await page.getByRole('button', { name: 'A day passes' }).click();
    await message(/Daily digest/)
      .nth(before)
      .waitFor();
    expect(
      await message(/Daily digest/)
        .nth(before)
        .innerText(),
    ).toContain('24 of 24 hours measured on Production chat');
  });

  it('shows a guest only what a guest may see', async () => {
    await page.getByLabel('You are').selectOption({ label: 'Gus (guest)' });
    await page.getByRole('link', { name: /# oncall/ }).waitFor({ state: 'detached' });
    await message(/Daily digest/)
      .first()
      .waitFor();
    await expect.poll(() => page.getByText('Only visible to you').count()).toBe(0);
  });

  it('has sent nothing anywhere else and complained about nothing', () => {
    expect(complaints).toEqual([]);
    expect(demo.printed.filter((text) => text.includes('!!!'))).toEqual([]);
  });

  it('ends when it is told to, and says so on the page', async () => {
    expect(await demo.stop()).toBe(0);
    await expect.poll(() => page.locator('body.lost').count()).toBe(1);
  });
});
