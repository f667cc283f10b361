// The page draws and uses every block and element that Slack has, with a small bot of its own behind it.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { openPage, type Page as PageOfDemo } from '../../src/demo/page/page.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { packageRoot } from '../support/package-root.ts';
import { chromiumPath, launch, watch, whySkipped } from './browser.ts';
import { inertControls } from './inert-controls.ts';
import { everyBlock, everyInput, form } from './sample-blocks.ts';
import { allScopes, connectSockets, createClient, type RunningBot } from './workspace/clients.ts';

describe.skipIf(chromiumPath === undefined)(`blocks on the page of the demo${whySkipped}`, () => {
  const clock = createMovingClock(systemClock);
  const heard: unknown[] = [];
  let workspace: Workspace;
  let bot: RunningBot;
  let server: PageOfDemo;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    workspace = await startWorkspace({ clock, scopes: allScopes, rateLimit: 'off' });
    bot = await connectSockets(workspace);
    bot.app.action(/.*/, async ({ ack, body, action, client }) => {
      await ack();
      heard.push('value' in action ? action.value : action);
      const trigger = 'trigger_id' in body ? body.trigger_id : undefined;
      if ('action_id' in action && action.action_id === 'open' && trigger !== undefined) {
        await client.views.open({ trigger_id: trigger, view: form });
      }
    });
    bot.app.view('form', async ({ ack, view }) => {
      const values = Object.values(view.state.values).map((block) => Object.values(block)[0]?.value);
      if (values.includes('wrong')) await ack({ response_action: 'errors', errors: { name: 'This name is taken.' } });
      else await ack();
      heard.push(values);
    });
    server = await openPage({
      environment: { workspace, clock },
      controls: inertControls,
      port: 0,
      running: () => undefined,
      root: packageRoot,
    });
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(5_000);
    complaints = watch(page, server.url);
    await page.goto(server.url);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await bot?.stop();
    await workspace?.stop();
  });

  const post = (text: string, blocks: { type: string }[]) =>
    createClient(workspace).chat.postMessage({ channel: 'C0IMOPS', text, blocks });
  const message = (text: string): Locator => page.locator('article', { hasText: text });
  const lastHeard = () => expect.poll(() => heard.at(-1));

  it('draws every kind of block and no placeholder', async () => {
    for (const [name, blocks] of Object.entries(everyBlock)) await post(name, blocks);
    await expect.poll(() => page.locator('article').count()).toBe(Object.keys(everyBlock).length);
    expect(await page.locator('.odd').count()).toBe(0);
    await page.getByRole('img', { name: /^Peak\. prod: Mon 1, Tue 3/ }).waitFor();
    expect(await page.getByRole('cell', { name: '1,893' }).count()).toBe(2);
    expect(await page.locator('.mention').allInnerTexts()).toEqual(
      expect.arrayContaining(['@alice', '@oncall', '#oncall', '@here']),
    );
  });

  it('unescapes what was escaped once and runs nothing', async () => {
    await post('&lt;script&gt;window.broken = 1&lt;/script&gt; *bold* _it_ ~no~ `code` &amp;amp;', []);
    const text = await message('window.broken').locator('.block').innerText();
    expect(text).toBe('<script>window.broken = 1</script> bold it no code &amp;');
    expect(await page.evaluate('window.broken')).toBeUndefined();
  });

  it('tells the bot what was pressed and picked', async () => {
    await message('sample of controls').getByRole('button', { name: 'Press' }).click();
    await lastHeard().toBe('pressed');
    await message('sample of controls').getByLabel('Pick one').selectOption('Second');
    await lastHeard().toMatchObject({ selected_option: { value: 'b' } });
  });

  it('asks first where an action wants that, and does nothing on no', async () => {
    const danger = message('sample of controls').getByRole('button', { name: 'Danger' });
    const before = heard.length;
    await danger.click();
    await page.getByRole('dialog', { name: 'Really?' }).getByRole('button', { name: 'No' }).click();
    expect(heard).toHaveLength(before);
    await danger.click();
    await page.getByRole('dialog', { name: 'Really?' }).getByRole('button', { name: 'Yes' }).click();
    await lastHeard().toBe('dangerous');
  });

  it('shows a modal, what is wrong in it, and takes it when it is right', async () => {
    await message('sample of controls').getByRole('button', { name: 'Open' }).click();
    const modal = page.getByRole('dialog', { name: 'A form' });
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.getByText('Please complete this required field.').waitFor();
    await modal.getByLabel('Name', { exact: true }).fill('wrong');
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.getByText('This name is taken.').waitFor();
    await modal.getByLabel('Name', { exact: true }).fill('right');
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.waitFor({ state: 'detached' });
    expect(heard.at(-1)).toEqual(expect.arrayContaining(['right']));
  });

  it('closes a modal by Esc', async () => {
    await message('sample of controls').getByRole('button', { name: 'Open' }).click();
    const modal = page.getByRole('dialog', { name: 'A form' });
    await modal.waitFor();
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'detached' });
    expect(workspace.modals('U0ALICE')).toEqual([]);
  });

  it('draws every kind of input and submits what it holds', async () => {
    await message('sample of controls').getByRole('button', { name: 'Open' }).click();
    const [open] = await expect
      .poll(() => workspace.modals('U0ALICE'))
      .toHaveLength(1)
      .then(() => workspace.modals('U0ALICE'));
    await createClient(workspace).views.update({ view_id: open?.id ?? '', view: { ...form, blocks: everyInput } });
    const modal = page.getByRole('dialog', { name: 'A form' });
    await modal.getByLabel('Day').fill('2026-11-22');
    await modal.getByLabel('How many').fill('7');
    await modal.getByLabel('Blue').check();
    await modal.getByLabel('Who').selectOption('U0BOB');
    await modal.getByRole('button', { name: 'Save' }).click();
    await modal.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    expect(workspace.violations).toEqual([]);
  });
});
