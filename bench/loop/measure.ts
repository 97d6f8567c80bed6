import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { threadMs } from '../longest-turn.ts';

const rounds = 5;
const roundMs = 1_000;
export const columns = [
  'times',
  'ms each',
  'p99 ms',
  'longest hold ms',
  'on processor ms',
  'collector ms',
];

/** Prints a row for each round of a workload. */
export async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  await work();
  for (let round = 0; round < rounds; round += 1) {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    const holds = watchLoop();
    const collector = watchCollector();
    histogram.enable();
    const startedAt = performance.now();
    let times = 0;
    while (performance.now() - startedAt < roundMs) {
      await work();
      times += 1;
    }
    const elapsedMs = performance.now() - startedAt;
    histogram.disable();
    const longest = holds.stop();
    const cells = [
      elapsedMs / times,
      histogram.percentile(99) / 1e6,
      Math.max(longest.holdMs, histogram.max / 1e6),
      longest.processorMs,
      await collector.stop(),
    ];
    const figures = cells.map((cell, at) => cell.toFixed(at === 0 ? 0 : 2));
    print(round === 0 ? name : '', String(times), ...figures);
  }
}

interface LongestHold {
  readonly holdMs: number;
  /** The most that any turn took on a processor: what is left where others keep the machine busy. */
  readonly processorMs: number;
}

/** The longest times between two turns of the event loop. */
function watchLoop(): { stop(): LongestHold } {
  let [holdMs, processorMs] = [0, 0];
  let last = performance.now();
  let lastUsed = threadMs();
  let isOver = false;
  const turn = (): void => {
    const [now, used] = [performance.now(), threadMs()];
    holdMs = Math.max(holdMs, now - last);
    processorMs = Math.max(processorMs, used - lastUsed);
    [last, lastUsed] = [now, used];
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      isOver = true;
      return { holdMs, processorMs };
    },
  };
}

/** The longest pause of the garbage collector, which no slicing can avoid. */
function watchCollector(): { stop(): Promise<number> } {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    async stop() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      observer.disconnect();
      return longest;
    },
  };
}

/** Prints a row of the table. */
export function print(name: string, ...cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(28)}${cells.map((cell) => cell.padStart(18)).join('')}\n`);
}
