/*
 * A query that cannot be kept from changes: it runs again when a commit has touched a collection that it reads, at most
 * one run at a time, and the newest result counts. Over the engine's own figures, which no commit drives, it runs once
 * a second.
 */
import type { ResultData } from '../exec/execution-result.ts';

export interface RerunResult {
  /** The commit that it shows. */
  readonly lsn: number;
  readonly data: ResultData;
}

export interface RerunViewParts {
  readonly run: () => Promise<RerunResult>;
  /** How often it runs without being told to; absent when commits tell. */
  readonly sampleMs: number | undefined;
  readonly onRerun: () => void;
  readonly onFailed: (error: unknown) => void;
}

export class RerunView {
  readonly #parts: RerunViewParts;
  readonly #listeners = new Set<() => void>();
  #result: RerunResult | undefined;
  #running: Promise<void> | undefined;
  /** The last commit that touched what it reads. */
  #touchedLsn = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: RerunViewParts) {
    this.#parts = parts;
  }

  /** The newest result; `undefined` before the first. It is shared: nobody may change it. */
  get result(): RerunResult | undefined {
    return this.#result;
  }

  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: () => void): void {
    this.#listeners.add(listener);
  }

  remove(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Runs it for the first time. Never rejects. */
  load(): Promise<void> {
    this.#running ??= this.#runUntilCurrent();
    return this.#running;
  }

  /** A commit has touched a collection that it reads. */
  touched(lsn: number): void {
    this.#touchedLsn = lsn;
    if (this.#running !== undefined || this.#result === undefined) return;
    this.#parts.onRerun();
    void this.load();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #runUntilCurrent(): Promise<void> {
    const { run, sampleMs, onRerun, onFailed } = this.#parts;
    try {
      for (;;) {
        const result = await run();
        if (this.#isOver) return;
        this.#result = result;
        for (const listener of [...this.#listeners]) listener();
        if (this.#touchedLsn <= result.lsn) break;
        onRerun();
      }
    } catch (error) {
      onFailed(error);
      return;
    } finally {
      this.#running = undefined;
    }
    if (sampleMs === undefined) return;
    this.#timer = setTimeout(() => {
      onRerun();
      void this.load();
    }, sampleMs);
  }
}
