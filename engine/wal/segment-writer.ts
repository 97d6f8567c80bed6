/*
 * Puts batches into segments, one after the other. It does not decide when: the log sees to it that nothing is written
 * while another write goes on, and nothing synced twice at once.
 */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { DiskPace } from './disk-pace.ts';
import { LiveSegment } from './live-segment.ts';
import { cannotRemove } from './log-failure.ts';
import { pendingPartAt } from './log-record.ts';
import type { OpenSegments } from './open-segments.ts';
import type { Batch } from './record-buffer.ts';
import type { RetainedSegment, RetainedSegments, Retention } from './retained-segments.ts';
import type { SegmentSupply } from './segment-supply.ts';

export interface SegmentWriterOptions extends OpenSegments {
  readonly clock: Clock;
  readonly databaseId: string;
  readonly epoch: number;
  readonly nextLsn: number;
  readonly syncPace: DiskPace;
  /** A sync that is under way ends before a segment is sealed. */
  readonly beforeSeal: () => Promise<void>;
  /** A segment was sealed: everything up to the number is on disk. */
  readonly onSealed: (lsn: number) => void;
}

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #supply: SegmentSupply;
  readonly #retained: RetainedSegments;
  #live: LiveSegment | undefined;
  #wholeLsn: number;
  #syncCount = 0;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#supply = options.supply;
    this.#retained = options.retained;
    this.#wholeLsn = options.nextLsn - 1;
  }

  /** Room for records before the segment changes. */
  get roomBytes(): number {
    return this.#live?.roomBytes ?? 0;
  }

  get retained(): RetainedSegments {
    return this.#retained;
  }

  get live(): LiveSegment | undefined {
    return this.#live;
  }

  /** Lowest number from which nothing is missing; `undefined` when there is no segment. */
  get oldestLsn(): number | undefined {
    return this.#retained.oldestLsn(this.#live);
  }

  stats(): { readonly segmentCount: number; readonly bytes: number; readonly syncCount: number } {
    return {
      segmentCount: this.#retained.count + (this.#live === undefined ? 0 : 1),
      bytes: this.#retained.bytes + this.#supply.bytes + (this.#live?.bytes ?? 0),
      syncCount: this.#syncCount,
    };
  }

  /** Resolves when no segment is being prepared. */
  prepared(): Promise<void> {
    return this.#supply.settled();
  }

  /** @throws AuroraError `DiskFull` when so many bytes would need a segment that cannot be made */
  checkSpace(bytes: number): void {
    if (bytes > this.roomBytes) this.#supply.checkSpace(bytes);
  }

  /** Writes a batch for which there is room, by a call that holds the event loop; gives its last number. */
  writeHolding(batch: Batch): number {
    const live = this.#live;
    assert(live !== undefined, 'there is room in a segment only when there is one');
    this.#place(live, batch, 0);
    live.writeSync(batch.buffer, batch.bytes);
    return this.#wholeLsn;
  }

  /** Writes a batch, changing segments where it must; gives its last number. */
  async write(batch: Batch): Promise<number> {
    let at = 0;
    while (at < batch.bytes) {
      const { bytes } = pendingPartAt(batch.buffer, at);
      const live = bytes <= this.roomBytes ? this.#live : await this.#changeSegment(bytes);
      assert(live !== undefined, 'there is room in a segment only when there is one');
      const end = this.#place(live, batch, at);
      await live.write(batch.buffer, at, end, end === batch.bytes);
      at = end;
    }
    return this.#wholeLsn;
  }

  async sync(): Promise<void> {
    const { live, offset, startedAt } = this.#beginSync();
    await live.file.sync();
    this.#endSync(live, offset, startedAt);
  }

  /** As `sync`, by a call that holds the event loop. */
  syncHolding(): void {
    const { live, offset, startedAt } = this.#beginSync();
    live.file.syncSync();
    this.#endSync(live, offset, startedAt);
  }

  async retire(retention: Retention): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const otherBytes = this.#supply.bytes + (this.#live?.bytes ?? 0);
      const segment = this.#retained.takeRetired(retention, clock.now(), otherBytes);
      if (segment === undefined) return;
      try {
        await this.#supply.takeBack(segment);
      } catch (error) {
        throw cannotRemove(segment.name, error);
      }
    }
  }

  /** Closes the files; the last segment is sealed unless the log has failed. */
  async close(isSound: boolean): Promise<void> {
    await this.#supply.settled();
    if (this.#live === undefined) return;
    try {
      if (isSound) await this.#seal(this.#live);
    } finally {
      await this.#live.file.close();
      this.#live = undefined;
    }
  }

  /** Gives as many parts as fit into the segment their places there; gives where it stopped. */
  #place(live: LiveSegment, batch: Batch, start: number): number {
    let end = start;
    while (end < batch.bytes) {
      const part = pendingPartAt(batch.buffer, end);
      if (part.bytes > live.roomBytes) break;
      live.place(batch.buffer, end, part);
      if (part.isLast) this.#wholeLsn = part.lsn;
      end += part.bytes;
    }
    return end;
  }

  /** The old segment is sealed and on disk before anything is written to the next. */
  async #changeSegment(recordBytes: number): Promise<LiveSegment> {
    const old = this.#live;
    if (old !== undefined) {
      await this.#options.beforeSeal();
      await this.#seal(old);
      this.#live = undefined;
      await old.file.close();
      this.#options.onSealed(this.#wholeLsn);
    }
    const { databaseId, epoch, previous, nextLsn } = this.#options;
    const previousLsn = old?.lastLsn ?? previous?.lsn ?? nextLsn - 1;
    this.#live = new LiveSegment(await this.#supply.take(recordBytes), {
      databaseId,
      epoch,
      previousCrc: old?.crc ?? previous?.crc ?? 0,
      previousLsn,
      firstLsn: old === undefined ? nextLsn : previousLsn + 1,
    });
    this.#supply.prepareAhead();
    return this.#live;
  }

  async #seal(live: LiveSegment): Promise<RetainedSegment> {
    const { clock, syncPace } = this.#options;
    const startedAt = clock.elapsed();
    const syncCount = live.syncsToSeal;
    const sealed = await live.seal(clock.now());
    this.#syncCount += syncCount;
    syncPace.record(clock.elapsed() - startedAt);
    this.#retained.add(sealed);
    return sealed;
  }

  #beginSync(): { live: LiveSegment; offset: number; startedAt: number } {
    const live = this.#live;
    assert(live !== undefined, 'what was written stands in a segment');
    return { live, offset: live.writtenOffset, startedAt: this.#options.clock.elapsed() };
  }

  #endSync(live: LiveSegment, offset: number, startedAt: number): void {
    this.#syncCount += 1;
    this.#options.syncPace.record(this.#options.clock.elapsed() - startedAt);
    live.markSynced(offset);
  }
}
