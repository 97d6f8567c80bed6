/*
 * Somebody reads while everything is overwritten, again and again: the reader gets each document as it was when it
 * began, and costs the file little, however slowly it reads. A read transaction that stays open would keep lmdb from
 * reusing any page.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database, type Run } from '#engine';
import { fastFolder } from './durability/fast-folder.ts';

/** The file is looked at only after many rounds, which is too long for every change: `npm run test:long -- file-growth`. */
const overwriteCount = Number(process.env['FILE_GROWTH_ROUNDS'] ?? 1);
const isLong = overwriteCount >= 20;
const documentCount = isLong ? 10_000 : 3_000;
/**
 * The file takes these before it is looked at: how much it grows until it has room for a second copy of what an
 * overwriting replaces depends on what was still in the write buffer when one began to look.
 */
const warmupCount = 2;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(fastFolder(), 'aurora-growth-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How a reader reads: not before all is overwritten, or a little now and then. */
type Reader = 'none' | 'pauses' | 'reads slowly';

interface Outcome {
  readonly grownBytes: number;
  /** Of the file at the end. */
  readonly endBytes: number;
  /** Numbers of the documents as they were read. */
  readonly numbers: readonly number[];
}

async function overwrite(reader: Reader, documentsPerCommit: number): Promise<Outcome> {
  const path = join(folder, `${reader}-${documentsPerCommit}.db`.replaceAll(' ', '-'));
  const db = await Aurora.open(path);
  await fill(db);
  for (let round = 0; round < warmupCount; round += 1) {
    await overwriteOnce(db, round, documentsPerCommit);
  }
  // Whoever scans has the write buffer applied.
  await db.query('things').limit(1).collect();
  const sizeBytes = (): number => statSync(join(path, 'data.mdb')).size;
  const sizeBefore = sizeBytes();
  const numbers: number[] = [];
  const run = reader === 'none' ? undefined : db.run('query { things { number } }');
  if (run !== undefined) await pull(run, 10, numbers);
  for (let round = 0; round < overwriteCount; round += 1) {
    await overwriteOnce(db, warmupCount + round, documentsPerCommit);
    if (run !== undefined && reader === 'reads slowly') await pull(run, 50, numbers);
  }
  const endBytes = sizeBytes();
  const grownBytes = endBytes - sizeBefore;
  if (run !== undefined) {
    while (!(await pull(run, documentCount, numbers)));
    await run.close();
  }
  await db.close();
  return { grownBytes, endBytes, numbers };
}

async function overwriteOnce(
  db: Database,
  round: number,
  documentsPerCommit: number,
): Promise<void> {
  for (let first = 0; first < documentCount; first += documentsPerCommit) {
    const from = round * 100_000 + first;
    await db
      .query('things')
      .filter((f) => f.between('number', from, from + documentsPerCommit - 1))
      .update({ number: { increment: 100_000 } });
  }
}

async function fill(db: Database): Promise<void> {
  await db.newCollection('things', {
    number: { type: 'Int', indexed: true },
    color: { type: 'String', indexed: true },
    text: { type: 'String' },
  });
  for (let first = 0; first < documentCount; first += 1_000) {
    const documents = Array.from(
      { length: Math.min(1_000, documentCount - first) },
      (_, index) => ({
        number: first + index,
        color: `color ${index % 10}`,
        text: 'x'.repeat(100),
      }),
    );
    await db.insertMany('things', documents);
  }
}

/** Pulls once; true at the end. */
async function pull(run: Run, rowsMax: number, numbers: number[]): Promise<boolean> {
  const { parts, done } = await run.next(rowsMax);
  for (const part of parts) {
    if (part.kind === 'failed') throw part.error;
    if (part.kind === 'rows') numbers.push(...(part.columns[0] ?? []).map(Number));
  }
  return done;
}

describe.each([10_000, 1_000])(
  'overwriting everything, %i documents a commit',
  (documentsPerCommit) => {
    let unread: Outcome | undefined;

    it.each(['pauses', 'reads slowly'] as const)(
      isLong
        ? 'hardly makes the file grow while a reader %s'
        : 'leaves each document as it was for a reader that %s',
      async (reader) => {
        if (isLong) unread ??= await overwrite('none', documentsPerCommit);
        const { grownBytes, endBytes, numbers } = await overwrite(reader, documentsPerCommit);
        const first = warmupCount * 100_000;
        expect(numbers).toEqual(Array.from({ length: documentCount }, (_, index) => first + index));
        if (unread === undefined) return;
        console.info(
          `grown by ${grownBytes} to ${endBytes} bytes, by ${unread.grownBytes} to ${unread.endBytes} without a reader`,
        );
        // The file has its size after a round or two, at some moment or other; so what it comes to is compared.
        expect(endBytes).toBeLessThanOrEqual(1.5 * unread.endBytes);
      },
      300_000,
    );
  },
);
