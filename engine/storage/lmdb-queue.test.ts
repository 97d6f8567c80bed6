import { describe, expect, it } from 'vitest';
import type { InstructionPool } from './lmdb-instructions.ts';
import { LmdbQueue } from './lmdb-queue.ts';
import type { LmdbThread } from './lmdb-thread.ts';

const addressesEach = 2 ** 32;

/** Reads instructions as lmdb's thread does, when it is told to; a run ends as a test wants. */
class PlayedThread implements LmdbThread {
  readonly database = 1;
  readonly runs: { readonly address: number; readonly onStatus: (status: number) => void }[] = [];
  readonly #memory: ArrayBuffer[] = [];

  readonly addressOf = (buffer: ArrayBuffer): number => this.#memory.push(buffer) * addressesEach;

  run(address: number, onStatus: (status: number) => void): void {
    this.runs.push({ address, onStatus });
  }

  failureOf(status: number): Error | undefined {
    return status > 1 ? new Error(`failed with ${status}`) : undefined;
  }

  /** Carries out a run until its end, and marks that. Gives the keys, of removals with a minus before it. */
  carryOut(run: number): readonly string[] {
    const keys: string[] = [];
    let address = this.runs[run]?.address ?? 0;
    for (;;) {
      const memory = this.#memory[Math.floor(address / addressesEach) - 1];
      if (memory === undefined) throw new Error(`nothing lies at ${address}`);
      const at = address % addressesEach;
      const view = new DataView(memory);
      const operation = view.getInt32(at, true);
      if (operation === 0) {
        view.setInt32(at, 0x8_00_00_00, true);
        return keys;
      }
      if (operation === 3) {
        address = view.getFloat64(at + 8, true);
        continue;
      }
      const length = view.getInt32(at + 8, true);
      const key = Buffer.from(memory, at + 12, length).toString('hex');
      keys.push(operation === 15 ? key : `-${key}`);
      address = Math.floor((address + 12 + length + 16) / 8) * 8 + (operation === 15 ? 8 : 0);
    }
  }
}

interface Playing {
  readonly thread: PlayedThread;
  readonly queue: LmdbQueue;
  readonly begun: Promise<void>[];
}

function play(thread = new PlayedThread(), spare: InstructionPool[] = []): Playing {
  const begun: Promise<void>[] = [];
  const queue = new LmdbQueue(thread, spare, {
    fail: (error) => (error instanceof Error ? error : new Error(String(error))),
    didCommit: () => undefined,
    didBegin: (finished) => {
      finished.catch(() => undefined);
      begun.push(finished);
    },
    end: () => undefined,
  });
  return { thread, queue, begun };
}

const last = new Uint8Array([9]);

function putMany(queue: LmdbQueue, count: number): void {
  for (let n = 0; n < count; n += 1) queue.put(new Uint8Array([1, n >> 8, n]), last);
}

describe('what a queue hands over', () => {
  it('is one transaction while the thread has not come to its end', async () => {
    const { thread, queue } = play();
    putMany(queue, 5_000);
    queue.remove(last);
    queue.putLast([{ key: last, value: last }]);
    const done = queue.done();
    expect(thread.runs).toHaveLength(1);
    const keys = thread.carryOut(0);
    expect(keys).toHaveLength(5_002);
    expect(keys.slice(-2)).toEqual(['-09', '09']);
    thread.runs[0]?.onStatus(1);
    await done;
  });

  it('waits for the transaction before it, and is then written', async () => {
    const { thread, queue, begun } = play();
    putMany(queue, 2_001);
    expect(thread.carryOut(0)).toHaveLength(2_000);
    putMany(queue, 6_000);
    queue.putLast([{ key: last, value: last }]);
    const done = queue.done();
    expect(thread.runs).toHaveLength(1);
    thread.runs[0]?.onStatus(1);
    expect(thread.runs).toHaveLength(2);
    expect(thread.carryOut(1)).toHaveLength(6_002);
    // That it is on disk says that it is visible, too.
    thread.runs[1]?.onStatus(0);
    await done;
    expect(begun).toHaveLength(2);
    await begun[1];
    thread.runs[0]?.onStatus(0);
    await begun[0];
  });

  it('is not written when the transaction before it has failed', async () => {
    // What comes last says that everything before it is there.
    const { thread, queue, begun } = play();
    putMany(queue, 2_001);
    thread.carryOut(0);
    putMany(queue, 2_500);
    thread.runs[0]?.onStatus(28);
    putMany(queue, 2_500);
    queue.putLast([{ key: last, value: last }]);
    await expect(queue.done()).rejects.toThrow('failed with 28');
    await expect(begun[0]).rejects.toThrow('failed with 28');
    expect(thread.runs).toHaveLength(1);
  });

  it('is not written when the one before it was visible, and failed to come to the disk', async () => {
    const { thread, queue } = play();
    putMany(queue, 2_001);
    thread.carryOut(0);
    thread.runs[0]?.onStatus(1);
    putMany(queue, 4_000);
    thread.carryOut(1);
    thread.runs[0]?.onStatus(5);
    putMany(queue, 2_000);
    queue.putLast([{ key: last, value: last }]);
    await expect(queue.done()).rejects.toThrow('failed with 5');
    thread.runs[1]?.onStatus(1);
    expect(thread.runs).toHaveLength(2);
  });

  it('ends with the store', async () => {
    const { thread, queue } = play();
    putMany(queue, 2_001);
    thread.carryOut(0);
    putMany(queue, 2_500);
    queue.stop(new Error('closed'));
    thread.runs[0]?.onStatus(1);
    await expect(queue.done()).rejects.toThrow('closed');
    expect(thread.runs).toHaveLength(1);
  });

  it('leaves memory for queues like it, and no more once smaller ones come', async () => {
    const spare: InstructionPool[] = [];
    const played = new PlayedThread();
    const left = async (putCount: number): Promise<number> => {
      const { thread, queue, begun } = play(played, spare);
      const value = new Uint8Array(60_000);
      for (let n = 0; n < putCount; n += 1) queue.put(new Uint8Array([1, n]), value);
      const done = queue.done();
      thread.carryOut(thread.runs.length - 1);
      thread.runs.at(-1)?.onStatus(0);
      await Promise.all([done, ...begun]);
      return spare.length;
    };
    // Four to a pool.
    expect(await left(40)).toBe(10);
    expect(await left(40)).toBe(10);
    expect(await left(240)).toBe(48);
    expect(await left(12)).toBe(6);
    expect(await left(1)).toBe(4);
  });

  it('takes no key that lmdb does not take', () => {
    const { queue } = play();
    for (const length of [0, 1_979, 300_000]) {
      expect(() => queue.put(new Uint8Array(length), last)).toThrow('a length that lmdb takes');
      expect(() => queue.remove(new Uint8Array(length))).toThrow('a length that lmdb takes');
    }
  });
});
