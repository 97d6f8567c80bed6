/** Timers that a worker waits by; handed in, so that tests decide when time is up. */
export interface JobTimers {
  /** Calls back once after a time; the returned function ends it. */
  after(delayMs: number, action: () => void): () => void;
}

/** The longest time that a timer of the platform can wait. */
const delayMsMax = 2 ** 31 - 1;

export const systemTimers: JobTimers = {
  after(delayMs, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, delayMs), delayMsMax));
    return () => clearTimeout(timer);
  },
};
