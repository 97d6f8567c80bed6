import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The longest turn of the event loop, and what it went on: a pause that is neither the collector's nor time of this
 * thread on a processor is somebody else's, of a machine that does other work.
 */
export class LongestTurn {
  turnMs = 0;
  processorMs = 0;
  /** The most that any turn took on a processor: what is left where others keep the machine busy. */
  processorMaxMs = 0;
  collectorMs = 0;
  collectorMaxMs = 0;
  readonly #pauses: { readonly startTime: number; readonly duration: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      this.collectorMaxMs = Math.max(this.collectorMaxMs, duration);
      if (duration > 2) this.#pauses.push({ startTime, duration });
    }
  });
  readonly #timer: NodeJS.Timeout;
  #longestAt = 0;
  #startedAt = performance.now();
  #usedMs = threadMs();

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#timer = setInterval(() => this.#turn(), 1);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    // Pauses are told of later than they are.
    await delay(20);
    this.#observer.disconnect();
    for (const { startTime, duration } of this.#pauses) {
      const [start, end] = [this.#longestAt, this.#longestAt + this.turnMs];
      const insideMs = Math.min(end, startTime + duration) - Math.max(start, startTime);
      this.collectorMs += Math.max(0, insideMs);
    }
  }

  #turn(): void {
    const [now, usedMs] = [performance.now(), threadMs()];
    this.processorMaxMs = Math.max(this.processorMaxMs, usedMs - this.#usedMs);
    if (now - this.#startedAt > this.turnMs) {
      this.turnMs = now - this.#startedAt;
      this.processorMs = usedMs - this.#usedMs;
      this.#longestAt = this.#startedAt;
    }
    this.#startedAt = now;
    this.#usedMs = usedMs;
  }
}

/** What this thread has taken on a processor. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
