import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { startProcess } from './host-process.ts';
import { collectProblems, type LaunchOptions, type Studio } from './studio.ts';

/** Starts the Node host on a free port and opens its address in a fresh browser context. */
export async function launchBrowserHost(
  browser: Browser,
  options: Required<LaunchOptions>,
): Promise<Studio> {
  const { args, dataFolder, bundle } = options;
  const host = startProcess([
    join(bundle, 'main/web-host.js'),
    ...['--port', '0', '--no-open', '--data', dataFolder],
    ...args,
  ]);
  const [, url = ''] = await host.outputMatching(/Aurora Studio is at (http:\S+)/);
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  collectProblems(page, problems);
  await page.goto(url);
  return {
    host: 'browser',
    page,
    dataFolder,
    problems,
    output: host.output,
    clickMenu: () => Promise.reject(new Error('A browser host has no native menu')),
    close: async () => {
      await context.close();
      host.child.kill('SIGTERM');
      return host.ended();
    },
    kill: async () => {
      await host.kill();
      await context.close();
    },
  };
}
