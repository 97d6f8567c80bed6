/*
 * A disk that fills up, by the database's own writes or by another program: writes are refused with a clear error, the
 * process lives and reads, nothing acknowledged is lost, and writing goes on when space was freed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLogFolder } from '../wal/log-folder.ts';
import { buildChildPrograms, type ChildPrograms } from './durability/child-programs.ts';
import type { FullDiskReport, FullDiskTask } from './durability/full-disk-process.ts';
import { durabilityModes } from './durability/modes.ts';
import { chooseSeed } from './durability/seeded-random.ts';

const mebibyte = 1024 * 1024;
const disksMb = [1, 2, 3, 4, 6, 8];
/** `all` sizes for each way and mode, `one` of them, or one for every other mode only: `few`. */
const sizes = process.env['DISK_FULL_SIZES'] ?? 'one';
const seed = chooseSeed('DISK_FULL_SEED');

const obstacle = mountObstacle();
let programs: ChildPrograms;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  console.info(`disk full: seed ${seed}`);
  programs = await buildChildPrograms();
}, 60_000);

afterAll(() => {
  if (obstacle === undefined) programs.remove();
});

/** Why no small disk can be made here; `undefined` when it can. */
function mountObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'small disks need Linux';
  try {
    onSmallDisk(1, () => undefined);
    return undefined;
  } catch (error) {
    return `a small disk cannot be mounted (${error instanceof Error ? error.message : String(error)})`;
  }
}

function onSmallDisk<Result>(sizeMb: number, action: (disk: string) => Result): Result {
  const disk = mountDisk(sizeMb);
  try {
    return action(disk);
  } finally {
    unmountDisk(disk);
  }
}

function mountDisk(sizeMb: number): string {
  const disk = mkdtempSync(join(tmpdir(), 'aurora-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', disk], { stdio: 'pipe' });
  return disk;
}

function unmountDisk(disk: string): void {
  execFileSync('umount', [disk], { stdio: 'pipe' });
  rmSync(disk, { recursive: true });
}

function run(task: FullDiskTask): Promise<FullDiskReport> {
  const child = spawn(process.execPath, [programs.fullDisk, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      // What full-disk-process.ts prints.
      if (code === 0) resolve(JSON.parse(output) as FullDiskReport);
      else reject(new Error(`The process ended with ${signal ?? code}: ${complaints}`));
    });
  });
}

const cases = (['writes', 'another program'] as const)
  .flatMap((filledBy) => durabilityModes.map((mode) => ({ ...mode, filledBy })))
  .filter((_, position) => sizes !== 'few' || position % 2 === 0)
  .flatMap((one, position) =>
    disksMb
      .filter((_, index) => sizes === 'all' || index === position % disksMb.length)
      .map((sizeMb) => ({ ...one, sizeMb })),
  );

describe.skipIf(obstacle !== undefined)(
  `a full disk${obstacle === undefined ? '' : `, skipped: ${obstacle}`}`,
  () => {
    it('that takes a part of a log segment says why it takes no more, and has it gone', async () => {
      const disk = mountDisk(1);
      try {
        const folder = openLogFolder(join(disk, 'wal'));
        await expect(folder.create('large', 4 * mebibyte)).rejects.toMatchObject({
          code: 'ENOSPC',
        });
        expect(await folder.list()).toEqual([]);
        const file = await folder.create('small', mebibyte / 2);
        const bytes = new Uint8Array(2 * mebibyte).fill(7);
        try {
          await expect(file.write(bytes, 0)).rejects.toMatchObject({ code: 'ENOSPC' });
          expect(() => file.writeSync(bytes, 0)).toThrow('ENOSPC');
          await file.write(bytes.subarray(0, mebibyte / 2), 0);
        } finally {
          await file.close();
        }
      } finally {
        unmountDisk(disk);
      }
    });

    it.each(cases)(
      'of $sizeMb MB, filled by $filledBy, in mode $name',
      async ({ sizeMb, filledBy, options }) => {
        const disk = mountDisk(sizeMb);
        try {
          const ballastBytes = Math.floor(0.1 * mebibyte * sizeMb);
          const outcome = await run({ disk, options, seed, ballastBytes, filledBy });
          const { acknowledgedCount, firstMessage, msUntilWritable, ...report } = outcome;
          expect(report).toEqual({
            codes: ['DiskFull'],
            wrongWhileFull: 0,
            wrongAfterwards: 0,
            wrongReopened: 0,
            unexpectedReopened: 0,
            problems: [],
          });
          expect(firstMessage).toMatch(/free/);
          expect(acknowledgedCount).toBeGreaterThan(20);
          expect(msUntilWritable).toBeLessThan(10_000);
        } finally {
          unmountDisk(disk);
        }
      },
      60_000,
    );
  },
);
