/*
 * Random lives of a log: appends, waits, retirements, power cuts, kills, failing writes and syncs, closings and crashes
 * in the middle of recovery, one after the other on the same folder, against a model that only keeps lists. Whatever
 * happens: what was acknowledged comes back as its mode promises, what comes back is a prefix of what was appended,
 * never a word more, and a crash alone never looks like damage.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { nextTurn } from '../base/scheduler.ts';
import { FaultLogFolder, type SectorFate } from '../testing/fault-log-folder.ts';
import { openLog, payloadOf, range, readBack } from '../testing/log-scenes.ts';
import { sealTail } from './seal-tail.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

const runs = Number(process.env['WAL_CRASH_RUNS'] ?? 150);
const seed = Number(process.env['WAL_CRASH_SEED'] ?? Date.now() % 2 ** 31);

interface Crash {
  readonly kind: 'crash';
  readonly how: 'kill' | 'power';
  readonly seed: number;
  /** Turns of the event loop after which a power cut ends the recovery; 0 for none. */
  readonly recoveryTurns: number;
}

type Step =
  | {
      readonly kind: 'append';
      readonly sizes: readonly number[];
      readonly wait: 'written' | 'synced' | 'none';
    }
  | { readonly kind: 'await' }
  | { readonly kind: 'turns'; readonly count: number }
  | { readonly kind: 'retire'; readonly back: number }
  | {
      readonly kind: 'fault';
      readonly what: 'write' | 'sync';
      readonly nth: number;
      readonly partialBytes: number;
    }
  | Crash
  | { readonly kind: 'close' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('append' as const),
        sizes: fc.array(
          fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 3000 })),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        wait: fc.constantFrom('written' as const, 'synced' as const, 'none' as const),
      }),
    },
    { weight: 3, arbitrary: fc.constant({ kind: 'await' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('turns' as const),
        count: fc.integer({ min: 1, max: 8 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('retire' as const),
        back: fc.integer({ min: 0, max: 10 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        what: fc.constantFrom('write' as const, 'sync' as const),
        nth: fc.integer({ min: 1, max: 4 }),
        partialBytes: fc.integer({ min: 0, max: 2000 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('crash' as const),
        how: fc.constantFrom('kill' as const, 'power' as const),
        seed: fc.nat(),
        recoveryTurns: fc.integer({ min: 0, max: 12 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
  ),
  { minLength: 5, maxLength: 40 },
);

/** A log, and beside it what was asked of it. */
class Life {
  #folder = new FaultLogFolder();
  #log: WriteAheadLog | undefined;
  #epoch = 1;
  #appended: { readonly lsn: number; readonly epoch: number; readonly bytes: number }[] = [];
  #lastLsn = 0;
  #appliedLsn = 0;
  #written = 0;
  #synced = 0;
  #waits: Promise<void>[] = [];
  #failures = { count: 0 };

  async run(all: readonly Step[]): Promise<void> {
    await this.#open();
    for (const step of all) await this.#take(step);
    await this.#take({ kind: 'crash', how: 'power', seed: 1, recoveryTurns: 0 });
    await this.#log?.close();
  }

  async #open(): Promise<void> {
    // Of its own for each log: an abandoned one may still fail.
    const failures = { count: 0 };
    this.#failures = failures;
    this.#log = await openLog(this.#folder, {
      segmentBytes: 2048,
      partBytesMax: 600,
      syncIntervalMs: 1,
      epoch: this.#epoch,
      nextLsn: this.#lastLsn + 1,
      onFailure: () => {
        failures.count += 1;
      },
    });
  }

  async #take(step: Step): Promise<void> {
    const log = this.#log;
    if (log === undefined) throw new Error('the log was opened');
    switch (step.kind) {
      case 'append':
        for (const bytes of step.sizes) this.#append(log, bytes, step.wait);
        return;
      case 'await':
        await Promise.all(this.#waits);
        return;
      case 'turns':
        for (let turn = 0; turn < step.count; turn += 1) await nextTurn();
        return;
      case 'retire':
        this.#appliedLsn = Math.max(
          this.#appliedLsn,
          Math.min(log.syncedLsn, this.#lastLsn - step.back),
        );
        await log.retire({ appliedLsn: this.#appliedLsn, bytesMax: 0, retentionMs: 0 });
        return;
      case 'fault':
        if (step.what === 'write') this.#folder.failWrite({ ...step, code: 'EIO' });
        else this.#folder.failSync({ ...step, code: 'EIO' });
        return;
      case 'crash':
        await this.#crash(step);
        return;
      case 'close':
        await log.close();
        await this.#crash({ how: 'power', seed: 0, recoveryTurns: 0 });
        return;
    }
  }

  #append(log: WriteAheadLog, bytes: number, wait: 'written' | 'synced' | 'none'): void {
    const lsn = this.#lastLsn + 1;
    try {
      log.append({ lsn, kind: 'commit', payload: [payloadOf(lsn, bytes)] });
    } catch (error) {
      expect([error, this.#failures.count]).toEqual([
        expect.objectContaining({ code: 'StorageFailure' }),
        1,
      ]);
      return;
    }
    this.#lastLsn = lsn;
    this.#appended.push({ lsn, epoch: this.#epoch, bytes });
    if (wait === 'none') return;
    const acknowledged = (): void => {
      // A crash has happened since, or the log has failed: nobody may be told that all is well.
      if (this.#log !== log) return;
      if (wait === 'synced') expect(this.#failures.count).toBe(0);
      this.#written = Math.max(this.#written, lsn);
      if (wait === 'synced') this.#synced = Math.max(this.#synced, lsn);
    };
    const waiting = wait === 'written' ? log.written(lsn) : log.synced(lsn);
    const checked = waiting.then(acknowledged, (error: unknown) => {
      expect(error).toMatchObject({ code: 'StorageFailure' });
    });
    // Awaited by the next crash at the latest.
    checked.catch(() => undefined);
    this.#waits.push(checked);
  }

  async #crash({ how, seed, recoveryTurns }: Omit<Crash, 'kind'>): Promise<void> {
    const abandoned = this.#waits;
    this.#log = undefined;
    this.#folder = how === 'kill' ? this.#folder.kill() : this.#folder.crash(sectorFate(seed));
    let least = how === 'kill' ? this.#written : this.#synced;
    if (recoveryTurns > 0) {
      await this.#interruptedRecovery(recoveryTurns, seed);
      least = this.#synced;
    }
    const back = await readBack(this.#folder, this.#appliedLsn);
    expect(back.end).not.toMatchObject({ kind: 'damaged' });
    const lastLsn = Math.max(back.lastLsn, this.#appliedLsn);
    expect(lastLsn).toBeGreaterThanOrEqual(least);
    this.#appended = this.#appended.filter(({ lsn }) => lsn <= lastLsn);
    const expected = this.#appended.filter(({ lsn }) => lsn > this.#appliedLsn);
    expect(back.read.map(({ lsn, epoch }) => [lsn, epoch])).toEqual(
      expected.map(({ lsn, epoch }) => [lsn, epoch]),
    );
    const isSame = back.read.every(
      ({ lsn, payload }, index) =>
        Buffer.compare(payload, payloadOf(lsn, expected[index]?.bytes ?? -1)) === 0,
    );
    expect(isSame).toBe(true);
    await sealTail(this.#folder, back, systemClock);
    this.#lastLsn = lastLsn;
    this.#written = lastLsn;
    this.#synced = lastLsn;
    this.#epoch = Math.max(this.#epoch, back.lastEpoch) + 1;
    this.#waits = [];
    await Promise.all(abandoned);
    await this.#open();
  }

  /** A power cut while the first crash is being recovered from. */
  async #interruptedRecovery(turns: number, seed: number): Promise<void> {
    const folder = this.#folder;
    const recovery = readBack(folder, this.#appliedLsn).then((back) => {
      expect(back.end).not.toMatchObject({ kind: 'damaged' });
      return sealTail(folder, back, systemClock);
    });
    // Awaited below, when the second crash has happened.
    recovery.catch(() => undefined);
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    this.#folder = folder.crash(sectorFate(seed + 1));
    await recovery;
  }
}

/** Each sector of each unsynced write by chance, the same for the same seed. */
function sectorFate(seed: number): SectorFate {
  let state = seed % 2 ** 32;
  const share = seed % 4;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 < share / 3;
  };
}

describe('a log in a hard life', () => {
  it(
    `gives back what it acknowledged, whatever happens (WAL_CRASH_SEED=${seed})`,
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, (all) => new Life().run(all)),
        { numRuns: runs, seed, endOnFailure: false },
      );
    },
    Math.max(120_000, runs * 500),
  );

  it('loses at most what was not synced when records reach the disk out of order', async () => {
    const outcomes = new Set<number>();
    for (const attempt of range(1, 60)) {
      const folder = new FaultLogFolder();
      const log = await openLog(folder, { segmentBytes: 16_384, syncIntervalMs: 1_000 });
      for (const lsn of range(1, 10))
        log.append({ lsn, kind: 'commit', payload: [payloadOf(lsn, 700)] });
      await log.synced(5);
      for (const lsn of range(11, 20)) {
        log.append({ lsn, kind: 'commit', payload: [payloadOf(lsn, 700)] });
        await log.written(lsn);
      }
      const back = await readBack(folder.crash(sectorFate(attempt * 4 + 2)));
      expect(back.end.kind).not.toBe('damaged');
      expect(back.lsns).toEqual(range(1, back.lastLsn));
      outcomes.add(back.lastLsn);
      await log.close();
    }
    expect(Math.min(...outcomes)).toBeGreaterThanOrEqual(10);
    expect(outcomes.size).toBeGreaterThan(3);
  });
});
