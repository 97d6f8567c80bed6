/*
 * A process that writes until its disk is full, and tells step by step what it met. It is a process of its own because
 * a full disk inside lmdb ends one.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Aurora, AuroraError, type Database } from '#engine';
import type { PlainOptions } from './modes.ts';
import { below, randomFrom } from './seeded-random.ts';

export interface FullDiskTask {
  /** The folder that is a small disk of its own. */
  readonly disk: string;
  readonly options: PlainOptions;
  readonly seed: number;
  /** Bytes that a file takes meanwhile, whose removal frees space later. */
  readonly ballastBytes: number;
  /** Who fills the disk: the database's own writes, or another program, to the last byte. */
  readonly filledBy: 'writes' | 'another program';
}

export interface FullDiskReport {
  /** Codes of the errors that writes met, in order, each once. */
  readonly codes: readonly string[];
  readonly firstMessage: string;
  readonly acknowledgedCount: number;
  /** Acknowledged documents that could not be read, or read otherwise: while full, after space was freed, reopened. */
  readonly wrongWhileFull: number;
  readonly wrongAfterwards: number;
  readonly wrongReopened: number;
  /** Documents that are there although their write was refused. */
  readonly unexpectedReopened: number;
  readonly problems: readonly string[];
  readonly msUntilWritable: number;
}

const writesMax = 200_000;
const writableMsMax = 10_000;

const [text] = process.argv.slice(2);
if (text === undefined) throw new Error('usage: full-disk-process <task as JSON>');
// What the suite in the parent process wrote.
const task = JSON.parse(text) as FullDiskTask;
const random = randomFrom(task.seed);
const path = join(task.disk, 'full.db');
const ballast = join(task.disk, 'ballast');
const filler = join(task.disk, 'filler');
const acknowledged = new Map<string, string>();
const codes = new Set<string>();
let firstMessage = '';

let db = await open();
await db.newCollection('notes', {
  number: { type: 'Int', indexed: true },
  text: { type: 'String' },
});
await writeSome(10);
fill(ballast, task.ballastBytes);
await writeSome(40);
if (task.filledBy === 'another program') fill(filler, Number.POSITIVE_INFINITY);
await writeUntilRefused();
await writeSome(20);
const wrongWhileFull = await countWrong();

rmSync(ballast);
rmSync(filler, { force: true });
const msUntilWritable = await untilWritable();
await writeSome(20);
const wrongAfterwards = await countWrong();
await db.close();

db = await open();
const wrongReopened = await countWrong();
const found = await db.query('notes').collect();
const unexpectedReopened = found.filter(({ id }) => !acknowledged.has(id)).length;
const { problems } = await db.verify();
await db.close();
const report: FullDiskReport = {
  codes: [...codes],
  firstMessage,
  acknowledgedCount: acknowledged.size,
  wrongWhileFull,
  wrongAfterwards,
  wrongReopened,
  unexpectedReopened,
  problems: problems.map((problem) => JSON.stringify(problem)),
  msUntilWritable,
};
process.stdout.write(JSON.stringify(report));

function open(): Promise<Database> {
  return Aurora.open({ ...task.options, dbPath: path });
}

/** Writes zeros until so many are there, or the disk takes no more. */
function fill(file: string, bytes: number): void {
  const descriptor = openSync(file, 'a');
  let size = 64 * 1024;
  for (let done = 0; done < bytes && size > 0; ) {
    try {
      done += writeSync(descriptor, Buffer.alloc(Math.min(size, bytes - done)));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      size = Math.floor(size / 2);
    }
  }
  closeSync(descriptor);
}

/** One commit of one document, or of several; false when it was refused. */
async function write(): Promise<boolean> {
  const count = random() < 0.2 ? 2 + below(random, 20) : 1;
  const documents = Array.from({ length: count }, (_, index) => ({
    number: acknowledged.size + index,
    text: 'x'.repeat(below(random, random() < 0.1 ? 20_000 : 400)),
  }));
  try {
    const ids = await db.insertMany('notes', documents);
    for (const [index, id] of ids.entries()) acknowledged.set(id, documents[index]?.text ?? '');
    return true;
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    codes.add(error.code);
    if (firstMessage === '') firstMessage = error.message;
    return false;
  }
}

async function writeSome(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await write();
}

async function writeUntilRefused(): Promise<void> {
  for (let index = 0; index < writesMax; index += 1) {
    // Several at once, because groups of commits need more room than each alone.
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => write()));
    if (outcomes.includes(false)) return;
  }
  throw new Error(`The disk was not full after ${acknowledged.size} documents.`);
}

async function untilWritable(): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < writableMsMax) {
    if (await write()) return performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`No write was taken for ${writableMsMax} ms after space was freed.`);
}

/** Reads every acknowledged document by its id, and all of them by a query. */
async function countWrong(): Promise<number> {
  let wrong = 0;
  for (const [id, written] of acknowledged) {
    const document = await db.find('notes', id);
    if (document?.['text'] !== written) wrong += 1;
  }
  const count = await db.query('notes').count();
  return wrong + Math.abs(count - acknowledged.size);
}
