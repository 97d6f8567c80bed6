import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { electronBinary, hasDisplay } from '../scripts/electron-binary.mjs';
import { launchBrowserHost } from './hosts/browser-host.ts';
import { launchElectron } from './hosts/electron-host.ts';
import { launchStandIn } from './hosts/stand-in-host.ts';
import type { HostName, LaunchOptions, Studio } from './hosts/studio.ts';
import { copySample } from './sample-data.ts';

/*
 * One specification, three hosts: the project of a run says which. Every test starts a host of its own, on a free port
 * and with a data folder of its own, and leaves neither processes nor files.
 *
 *   test('shows the welcome screen', async ({ studio }) => { await expect(studio.page…) });
 *   test('comes back after a kill', async ({ launch }) => { const first = await launch(); … });
 */

interface HostOptions {
  readonly host: HostName;
}

interface HostFixtures {
  /** Starts a host; it is closed when the test is over. */
  readonly launch: (options?: LaunchOptions) => Promise<Studio>;
  /** A host that was just started, with nothing open. */
  readonly studio: Studio;
}

/** The build's output. */
export const builtBundle = join(import.meta.dirname, '../out');

export const test = base.extend<HostOptions & HostFixtures>({
  host: ['browser', { option: true }],
  launch: async ({ host, browser }, use) => {
    const started: Studio[] = [];
    const folders: string[] = [];
    await use(async (options = {}) => {
      const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'aurora-e2e-')));
      folders.push(dataFolder);
      await copySample(dataFolder);
      const complete = { args: [], bundle: builtBundle, ...options, dataFolder };
      const studio =
        host === 'browser'
          ? await launchBrowserHost(browser, complete)
          : host === 'stand-in'
            ? await launchStandIn(complete)
            : await launchElectron(requireElectron(), complete);
      started.push(studio);
      return studio;
    });
    await Promise.all(started.map((studio) => studio.kill()));
    await Promise.all(
      folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 })),
    );
  },
  studio: async ({ launch }, use) => {
    await use(await launch());
  },
});

/**
 * Electron's binary. Without it, or without a display, the test is skipped and says why; where the environment says
 * that Electron is required, it fails.
 */
function requireElectron(): string {
  const binary = electronBinary();
  const reason =
    binary === undefined
      ? 'Electron’s binary is not installed: npx install-electron'
      : 'There is no display: run under xvfb-run';
  const canRun = binary !== undefined && hasDisplay();
  if (!canRun && process.env['AURORA_REQUIRE_ELECTRON'] === '1') throw new Error(reason);
  test.skip(!canRun, reason);
  return String(binary);
}
