/*
 * lmdb copies on a thread of its own and tells nothing until it is done. How far it is shows the length of its file;
 * it cannot be stopped, so whoever cancels is let go at once and the thread ends by itself.
 */
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { throwIfCancelled } from '../base/scheduler.ts';
import type { KvCopyOptions } from './kv-store.ts';

const pollMs = 20;

export interface CopyWatch extends KvCopyOptions {
  readonly path: string;
  readonly bytesAll: number;
  readonly onBegun?: (() => void) | undefined;
}

/** Resolves when the copy is done and on disk; rejects with what it fails with, or `Cancelled`. */
/** The caller's own function failed, which says nothing about the disk. */
export class ProgressRefused extends Error {
  constructor(cause: unknown) {
    super('The function for progress threw.', { cause });
  }
}

export async function watchCopy(copying: Promise<void>, watch: CopyWatch): Promise<void> {
  const { path, bytesAll, signal, onProgress, onBegun } = watch;
  let isBegun = false;
  const begin = (): void => {
    if (!isBegun) onBegun?.();
    isBegun = true;
  };
  const stop = new AbortController();
  let refused: { readonly error: unknown } | undefined;
  const tell = (fraction: number): void => {
    try {
      if (refused === undefined) onProgress?.({ phase: 'copying', fraction });
    } catch (error) {
      // Thrown out of a timer, it would end the process.
      refused = { error };
      stop.abort();
    }
  };
  const timer = setInterval(() => {
    const bytesDone = lengthOf(path);
    // The first pages are written by when the state that they name is held.
    if (bytesDone > 0) begin();
    tell(Math.min(1, bytesDone / Math.max(1, bytesAll)));
  }, pollMs);
  try {
    const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
    await untilAborted(copying, either);
  } catch (error) {
    throw refused === undefined ? error : new ProgressRefused(refused.error);
  } finally {
    clearInterval(timer);
    begin();
  }
  await syncFile(path);
  throwIfCancelled(signal);
  tell(1);
  if (refused !== undefined) throw new ProgressRefused(refused.error);
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  if (signal === undefined) return work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener('abort', onAbort);
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  throwIfCancelled(signal);
}

/** Off the event loop: a large file takes its time. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function lengthOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
