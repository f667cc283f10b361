// The system's Chromium for the tests that need a real browser, and what it must never do.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a Chromium is; undefined where there is none. */
export const chromiumPath = places.find((path) => existsSync(path));

/** What to write behind a skipped test. */
export const whySkipped = chromiumPath === undefined ? ' (skipped: there is no Chromium on this machine)' : '';

const quietly = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({ ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }), args: quietly });
}

/** Notes every request that leaves for somewhere else and everything that the page complains about. */
export function watch(page: Page, origin: string): readonly string[] {
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`a request to ${request.url()}`);
  });
  page.on('console', (message) => {
    // The page asks for a 422 when a form is not filled in; the browser notes that as an error of the network.
    if (message.type() === 'error' && !/status of 422/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
