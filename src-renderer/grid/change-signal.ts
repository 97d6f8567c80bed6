/** Calls the function before the next painting, or soon when nothing is painted. */
export type Schedule = (run: () => void) => void;

const hiddenPauseMs = 250;

/** A hidden page gets no animation frames, and must not fall behind for that. */
export const beforePainting: Schedule = (run) => {
  if (document.visibilityState === 'hidden') setTimeout(run, hiddenPauseMs);
  else requestAnimationFrame(() => run());
};

/**
 * Tells listeners of changes at most once per painting, however many there are: rows may change thousands of times a
 * second. The version grows at once, so that whoever draws in between draws what is.
 */
export class ChangeSignal {
  readonly #schedule: Schedule;
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #isDue = false;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  get version(): number {
    return this.#version;
  }

  changed(): void {
    this.#version += 1;
    if (this.#isDue) return;
    this.#isDue = true;
    this.#schedule(() => {
      this.#isDue = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
