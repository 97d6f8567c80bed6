/* The built studio with one database open, and the grid of one of its collections in front. */
import { join } from 'node:path';
import { type HostProcess, startProcess } from '../../e2e/hosts/host-process.ts';
import { type BenchPage, openPage } from './open-page.ts';

export interface BenchStudio extends BenchPage {
  readonly host: HostProcess;
  /** Opens the grid of a collection; milliseconds from the key press to its first rows. */
  openCollection(name: string): Promise<number>;
}

export async function openStudio(path: string, dataFolder: string): Promise<BenchStudio> {
  const host = startProcess([
    join(import.meta.dirname, '../../out/main/web-host.js'),
    ...['--port', '0', '--no-open', '--data', dataFolder, path],
  ]);
  const [, url = ''] = await host.outputMatching(/Aurora Studio is at (http:\S+)/);
  const opened = await openPage(url);
  const { page } = opened;
  return {
    ...opened,
    host,
    async openCollection(name) {
      await page.getByRole('treeitem', { name: new RegExp(name) }).focus();
      const startedAt = await page.evaluate(() => performance.now());
      await page.keyboard.press('Enter');
      return page.evaluate((at) => window.probe.rowsPainted(at), startedAt);
    },
    async close() {
      await opened.close();
      await host.kill();
    },
  };
}
