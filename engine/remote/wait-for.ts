import { throwIfCancelled } from '../base/scheduler.ts';

/**
 * Waits until a promise settles (however), the time is over, or the signal is aborted.
 * @throws AuroraError `Cancelled`
 */
export async function waitFor(
  settling: Promise<unknown> | undefined,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly timeoutMs: number;
    /** Does not keep the program running. */
    readonly isIdle?: boolean;
  },
): Promise<void> {
  const { signal, timeoutMs, isIdle = false } = options;
  throwIfCancelled(signal);
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  await new Promise<void>((resolve) => {
    stop = () => resolve();
    timer = setTimeout(stop, timeoutMs);
    if (isIdle) timer.unref();
    signal?.addEventListener('abort', stop);
    settling?.then(stop, stop);
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
  throwIfCancelled(signal);
}
