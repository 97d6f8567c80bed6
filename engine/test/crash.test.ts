import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyDatabase } from '../maintenance/verify.ts';
import { openDatabaseFolder } from '../storage/database-folder.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { applyToModel, type CrashModel, crashDefinition, randomFrom } from './crash-plan.ts';

const writerPath = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const rounds = 6;
const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Progress {
  /** Number of the last commit that was begun, and of the last that was acknowledged. */
  readonly begun: number;
  readonly done: number;
}

/** Lets the writer write, kills it some time after a given number of commits, and tells what it had promised. */
function writeAndKill(
  folder: string,
  seed: number,
  first: number,
  random: () => number,
): Promise<Progress> {
  const child = spawn(process.execPath, [writerPath, folder, String(seed), String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const killAfter = first + Math.floor(random() * 40);
  const killDelayMs = random() * 8;
  let output = '';
  let complaints = '';
  let isKilling = false;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (isKilling || !output.includes(`done ${killAfter}\n`)) return;
      isKilling = true;
      setTimeout(() => child.kill('SIGKILL'), killDelayMs);
    });
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') {
        reject(new Error(`The writer ended by itself: ${complaints}`));
        return;
      }
      resolve({ begun: lastOf(output, 'begin'), done: lastOf(output, 'done') });
    });
  });
}

/** The number in the last whole line of a kind. */
function lastOf(output: string, kind: string): number {
  const numbers = [...output.matchAll(new RegExp(`^${kind} (\\d+)\\n`, 'gm'))].map(([, number]) =>
    Number(number),
  );
  return numbers.at(-1) ?? -1;
}

function storedVersions(pipeline: CommitPipeline): CrashModel {
  const versions: CrashModel = new Map();
  const snapshot = pipeline.snapshot();
  const entry = snapshot.catalog.collection(crashDefinition.name);
  if (entry !== undefined) {
    const cursor = snapshot.scan(entry);
    for (let batch = cursor.next(256); batch.rows.length > 0; batch = cursor.next(256)) {
      for (const document of batch.documents) {
        versions.set(String(document['code']).slice('code '.length), Number(document['version']));
      }
    }
  }
  snapshot.release();
  return versions;
}

const sorted = (model: CrashModel): readonly (readonly [string, number])[] =>
  [...model].sort(([a], [b]) => (a < b ? -1 : 1));

describe('a process that is killed while it writes', () => {
  it('leaves a sound database that holds every acknowledged commit whole, and at most the one after', async () => {
    const seed = Date.now() % 1_000_000;
    console.info(`crash test seed: ${seed}`);
    const random = randomFrom(seed);
    const folder = join(mkdtempSync(join(tmpdir(), 'aurora-crash-')), 'test.db');
    folders.push(join(folder, '..'));
    const model: CrashModel = new Map();
    let next = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { begun, done } = await writeAndKill(folder, seed, next, random);
      const store = await openDatabaseFolder({
        path: folder,
        create: false,
        readOnly: false,
        newId: () => crypto.randomUUID(),
      });
      const pipeline = await CommitPipeline.open(store);
      const report = await verifyDatabase(pipeline);
      const stored = sorted(storedVersions(pipeline));
      await pipeline.close();

      expect(report.problems, `seed ${seed}, round ${round}`).toEqual([]);
      for (; next <= done; next += 1) applyToModel(model, seed, next);
      const acknowledged = sorted(model);
      if (begun > done && JSON.stringify(stored) !== JSON.stringify(acknowledged)) {
        // The commit under way may have reached the disk before it could be acknowledged.
        applyToModel(model, seed, next);
        next += 1;
      }
      expect(stored, `seed ${seed}, round ${round}, done ${done}, begun ${begun}`).toEqual(
        sorted(model),
      );
    }
    expect(next).toBeGreaterThanOrEqual(rounds);
  }, 60_000);
});
