// Forms and shortcuts on the page of the demo, in a real browser: silence from Home, a note by the shortcut on a message, how it all stands.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, watch, whySkipped } from './browser.ts';
import { type RunningDemo, startDemo } from './running-demo.ts';

describe.skipIf(chromiumPath === undefined)(`forms and shortcuts in the demo${whySkipped}`, () => {
  let demo: RunningDemo;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launch()]);
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(20_000);
    complaints = watch(page, demo.url);
    await page.goto(demo.url);
    await page.getByRole('dialog', { name: 'Read' }).waitFor();
    await page.keyboard.press('Escape');
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const dialog = (name: string): Locator => page.getByRole('dialog', { name });
  const go = (name: RegExp): Promise<void> => page.getByRole('link', { name }).click();
  const root = (): Locator => page.locator('article', { hasText: /Critical.* has 6/ }).first();

  it('notes what was done by the shortcut on the message of an alert', async () => {
    await go(/# oncall/);
    await page.getByRole('slider', { name: 'Free memory' }).fill('6');
    await root().waitFor();
    await root().getByLabel('More actions').press('Enter');
    await page.getByRole('button', { name: 'Note on this incident' }).click();
    const form = dialog('Note on an incident');
    await form.getByLabel('What was seen or done').fill('restarted node 2');
    await form.getByRole('button', { name: 'Keep the note' }).click();
    await form.getByText('restarted node 2').waitFor();
    await form.getByRole('button', { name: 'Close' }).click();
    await root()
      .getByRole('button', { name: /repl(y|ies) last at/ })
      .click();
    await page
      .getByRole('complementary', { name: 'Thread' })
      .getByText(/restarted node 2/)
      .waitFor();
  });

  it('silences from Home by a form, which is said where it was said wrong, shown in Home, and taken back', async () => {
    await go(/imstats/);
    const open = page.getByRole('button', { name: /^Silence…: memory-low/ });
    await open.click();
    const form = dialog('Silence an alert');
    await form.getByLabel(/Or until/).fill('2020-01-01T09:00');
    await form.getByRole('button', { name: 'Silence', exact: true }).click();
    await form.getByText('A silence lasts from 1 minute to 30 days.').waitFor();
    await form.getByLabel(/Or until/).fill('');
    await form.getByLabel('For how long').selectOption({ label: '4 hours' });
    await form.getByLabel('Critical too').check();
    await form.getByLabel(/Reason/).fill('moving house');
    await form.getByRole('button', { name: 'Silence', exact: true }).click();
    await form.getByText(/moving house/).waitFor();
    await form.getByRole('button', { name: /^Undo/ }).waitFor();
    await form.getByRole('button', { name: 'Close' }).click();
    await page
      .locator('.home')
      .getByText(/silenced by.*until/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^End silence: memory-low/ }).waitFor();
  });

  it('tells how it all stands from the menu beside the composer', async () => {
    await go(/# im-ops/);
    await page.getByLabel('Shortcuts').click();
    await page.getByRole('button', { name: 'imstats: how is it?' }).click();
    const overview = dialog('imstats');
    await overview.getByText('Your apps').waitFor();
    await overview
      .getByText(/silenced by/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await overview.waitFor({ state: 'detached' });
  });

  it('complains of nothing meanwhile', () => {
    expect(complaints).toEqual([]);
  });
});
