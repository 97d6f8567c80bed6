import { defineConfig } from '@playwright/test';
import { chromiumArguments, findChromium } from '../scripts/chromium.mjs';
import type { HostName } from './hosts/studio.ts';

const executablePath = findChromium();

/*
 * Projects are hosts. `browser` runs every specification; the stand-in and Electron run what concerns a host; `node`
 * needs no browser at all. A system Chromium is used when there is one, else Playwright's own.
 */
export default defineConfig<{ host: HostName }>({
  testDir: 'specs',
  globalSetup: './global-setup.ts',
  outputDir: '../test-results/e2e',
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  // A second attempt tells a slow moment from a fault; the summary names what needed one.
  retries: 1,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['./plain-reporter.ts']],
  use: {
    viewport: { width: 1280, height: 800 },
    // A trace of every test costs a fifth of its time; `npm run e2e -- --trace retain-on-failure` makes them when needed.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: chromiumArguments(),
    },
  },
  projects: [
    {
      name: 'browser',
      use: { host: 'browser' },
      testIgnore: /(stand-in|packaged|bundle)\.spec\.ts$/,
    },
    { name: 'stand-in', use: { host: 'stand-in' }, testMatch: /(hosts|stand-in)\.spec\.ts$/ },
    {
      name: 'electron',
      use: { host: 'electron' },
      // `live` starts its own browser host, `graphiql` no host at all; `export` is about downloads, where Electron asks for a file.
      testIgnore: /(stand-in|packaged|bundle|live|graphiql|export)\.spec\.ts$/,
    },
    { name: 'node', testMatch: /(packaged|bundle)\.spec\.ts$/ },
  ],
});
