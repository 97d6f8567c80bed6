/* A job queue as the benchmark uses it: its jobs carry a number, and do nothing. */

export interface OpenQueue {
  /** Resolves when the job is as durable as the queue makes it. */
  enqueue(n: number): Promise<unknown> | unknown;
  /** Runs jobs, so many at a time; gives how to stop, which resolves when all that ran is written. */
  work(concurrency: number, onJob: (n: number) => void): Promise<() => Promise<unknown> | unknown>;
  close(): Promise<unknown> | unknown;
}

export interface QueuePeer {
  readonly name: string;
  /** Opens a queue that is empty, in a folder of its own. */
  open(folder: string): Promise<OpenQueue> | OpenQueue;
}
