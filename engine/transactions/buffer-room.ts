/*
 * Keeps the write buffer within its bounds, and the disk away from its end. A buffer that has grown is applied while writers
 * go on; at twice its bound they wait until the one before is applied and another has begun, so that there are two of these at
 * most. What is buffered has been promised, so there must always be room on the disk to apply it: when room is short it is
 * applied first, and only if there is still none, writes are refused.
 */
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { KvStore } from '../storage/kv-store.ts';
import type { BufferFlusher } from './buffer-flusher.ts';
import type { Durability } from './durability.ts';
import type { PipelineState } from './pipeline-state.ts';
import { stepBytes } from './taken-rows.ts';

export interface BufferRoomOptions {
  readonly store: KvStore;
  readonly state: PipelineState;
  readonly flusher: BufferFlusher;
  readonly durability: Durability;
}

/** What a round of commits may need. */
export interface RoundSize {
  readonly weight: number;
  readonly bytesExpected: number;
}

export function sizeOfRound(
  round: readonly { readonly task: { readonly weight: number; readonly bytesExpected: number } }[],
): RoundSize {
  let weight = 0;
  let bytesExpected = 0;
  for (const { task } of round) {
    weight += task.weight;
    bytesExpected += task.bytesExpected;
  }
  return { weight, bytesExpected };
}

export class BufferRoom {
  readonly #options: BufferRoomOptions;
  /** Room that was left when it was last asked for, less what was let in since. */
  #roomBytes = 0;

  constructor(options: BufferRoomOptions) {
    this.#options = options;
  }

  /**
   * True when a round may be staged at once, and has its room; begins to apply a buffer that has grown. False says
   * nothing: `makeFor` does.
   */
  takeAtOnce(round: RoundSize): boolean {
    const { state, flusher, durability } = this.#options;
    if (durability.buffer === undefined || this.#isFullFor(round)) return false;
    const { active } = state;
    const hasGrown = active.changeCount + round.weight > durability.buffer.changesMax;
    if (hasGrown && !active.isEmpty && !flusher.isRunning) flusher.startInBackground();
    return this.#takeRoom(round.bytesExpected);
  }

  /** Waits until a round may be staged, when it may not at once. @throws AuroraError `DiskFull`, `StorageFailure` */
  async makeFor(round: RoundSize): Promise<void> {
    const { state, flusher, durability } = this.#options;
    // Without a buffer only what the store could not take is buffered; nothing is built on it.
    if (durability.buffer === undefined && !state.isSettled) await flusher.settle(() => undefined);
    if (this.#isFullFor(round)) await flusher.makeRoom();
    await this.#makeDiskRoom(round);
  }

  /** True when another buffer must begin before a round is taken. */
  #isFullFor({ weight }: RoundSize): boolean {
    const { state, durability } = this.#options;
    const { active } = state;
    if (durability.buffer === undefined || active.isEmpty) return false;
    const isLong = active.changeCount + weight > 2 * durability.buffer.changesMax;
    return isLong || active.bytes > limits.bufferBytesMax;
  }

  async #makeDiskRoom({ bytesExpected }: RoundSize): Promise<void> {
    const { state, flusher, durability } = this.#options;
    // What is applied before it resolves cannot wait for room any more once it is logged.
    if (durability.buffer === undefined) this.#roomBytes = 0;
    if (this.#takeRoom(bytesExpected)) return;
    if (!state.isSettled) await flusher.settle(() => undefined);
    this.#askForRoom(bytesExpected);
    if (!this.#takeRoom(bytesExpected)) throw this.#full(bytesExpected);
  }

  /** True when there is room; the disk is asked when what was left has been used up. */
  #takeRoom(bytesExpected: number): boolean {
    if (this.#roomBytes < bytesExpected) this.#askForRoom(bytesExpected);
    if (this.#roomBytes < bytesExpected) return false;
    this.#roomBytes -= bytesExpected;
    return true;
  }

  /** Lets in at most a part of what is free before it asks again: others write to the same disk. */
  #askForRoom(bytesExpected: number): void {
    const { store, state } = this.#options;
    const promised = state.active.bytesExpected + (state.frozen?.bytesExpected ?? 0);
    const free = store.roomBytes() - promised - stepBytes;
    this.#roomBytes = Math.min(free, Math.max(limits.roomTrustBytes, bytesExpected));
  }

  #full(neededBytes: number): AuroraError {
    const freeBytes = Math.max(0, this.#options.store.roomBytes());
    return new AuroraError(
      'DiskFull',
      `Not enough free space to write safely: ${freeBytes} bytes are free beside the reserve, ${neededBytes} may be needed.`,
      {
        details: { freeBytes, neededBytes },
        hint: 'Free some space. This write changed nothing; reading goes on, and writing as soon as there is room.',
      },
    );
  }
}
