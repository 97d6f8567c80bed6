/* Chromium for benchmarks: a page with the probe in it, its memory, and the processor time that it takes. */
import { readFileSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { installProbe } from './probe.ts';

export interface BenchPage {
  readonly page: Page;
  /** Bytes of the page's heap that are in use after a collection. */
  heapBytes(): Promise<number>;
  /** Milliseconds of processor time that the tasks of the page's main thread have taken. */
  busyMs(): Promise<number>;
  /** Notes where the page spends its time; the returned function gives it in the form of DevTools. */
  profile(): Promise<() => Promise<string>>;
  close(): Promise<void>;
}

export async function openPage(url: string): Promise<BenchPage> {
  const executablePath = findChromium();
  const browser: Browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: chromiumArguments(),
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(installProbe);
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(url);
  return {
    page,
    async heapBytes() {
      for (let count = 0; count < 3; count += 1) await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    },
    async busyMs() {
      const { metrics } = await session.send('Performance.getMetrics');
      return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    },
    async profile() {
      await session.send('Profiler.enable');
      await session.send('Profiler.setSamplingInterval', { interval: 500 });
      await session.send('Profiler.start');
      return async () => JSON.stringify((await session.send('Profiler.stop')).profile);
    },
    close: () => browser.close(),
  };
}

/** Milliseconds of processor time that a process has taken; NaN where that cannot be read. */
export function processorMs(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
