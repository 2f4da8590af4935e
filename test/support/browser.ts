import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** A real browser, where the machine has one; CI installs it and insists on it. The one without windows takes a third of the time. */
const BROWSER = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path));

export const IS_BROWSER_THERE = BROWSER !== undefined;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: BROWSER,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  });
}
