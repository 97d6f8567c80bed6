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
export async function watchCopy(copying: Promise<void>, watch: CopyWatch): Promise<void> {
  const { path, bytesAll, signal, onProgress, onBegun } = watch;
  let isBegun = false;
  const begin = (): void => {
    if (!isBegun) onBegun?.();
    isBegun = true;
  };
  const timer = setInterval(() => {
    const bytesDone = lengthOf(path);
    // The first pages are written by when the state that they name is held.
    if (bytesDone > 0) begin();
    onProgress?.({ phase: 'copying', fraction: Math.min(1, bytesDone / Math.max(1, bytesAll)) });
  }, pollMs);
  try {
    await untilAborted(copying, signal);
  } finally {
    clearInterval(timer);
    begin();
  }
  await syncFile(path);
  throwIfCancelled(signal);
  onProgress?.({ phase: 'copying', fraction: 1 });
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
