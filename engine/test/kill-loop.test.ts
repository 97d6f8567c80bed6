/*
 * A process that writes is killed, again and again, at moments of chance: while it opens, recovers, writes, flushes,
 * makes checkpoints, compacts and moves to the compacted file, or builds an index. It has one database for each mode. After each kill every database is opened in another process,
 * verified, compared with what was promised, and written to; then the next process goes on with it.
 *
 * KILL_ROUNDS says how many databases are killed (`npm run test:long -- kill`: thousands), KILL_SEED repeats a run as
 * far as chance allows: what is written follows from it, but not when the kill hits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckAnswer } from './durability/checker-process.ts';
import { Checkers } from './durability/checkers.ts';
import { buildChildPrograms, type ChildPrograms } from './durability/child-programs.ts';
import { fastFolder } from './durability/fast-folder.ts';
import { type DurabilityMode, durabilityModes } from './durability/modes.ts';
import { below, chooseSeed, randomFrom } from './durability/seeded-random.ts';
import type { WriterFault, WriterTask } from './durability/writer-process.ts';

const roundCount = Number(process.env['KILL_ROUNDS'] ?? 200);
const firstSeed = chooseSeed('KILL_SEED');
const callerCount = 4;
/** Databases stay small, so that a round is short: after so many kills new ones are begun. */
const killsPerDatabase = 5;
const timeoutMs = 120_000 + roundCount * 5_000;
/** A writer that says nothing for so long has stopped. */
const silenceMsMax = 30_000;

let programs: ChildPrograms;
let checkers: Checkers;
let folder: string;
let isKept = false;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  console.info(`kill loop: seed ${firstSeed}, ${roundCount} rounds`);
  folder = mkdtempSync(join(fastFolder(), 'aurora-kill-'));
  programs = await buildChildPrograms();
  checkers = new Checkers(programs.checker, 2);
}, 60_000);

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  checkers.close();
  programs.remove();
  if (!isKept) rmSync(folder, { recursive: true, force: true });
});

/** One database that is killed and goes on. */
interface Victim {
  readonly mode: DurabilityMode;
  readonly path: string;
  readonly seed: number;
  /** Steps of each caller that it holds. */
  base: readonly number[];
}

function newVictims(modes: readonly DurabilityMode[], seed: number): readonly Victim[] {
  const own = mkdtempSync(join(folder, 'databases-'));
  return modes.map((mode, index) => ({
    mode,
    path: join(own, `${index}.db`),
    seed: seed + index,
    base: Array.from({ length: callerCount }, () => 0),
  }));
}

/** Lets a process write to all databases, kills it, and gives the lines that it reported for each. */
function writeAndKill(
  victims: readonly Victim[],
  random: () => number,
  fault: WriterFault | undefined,
): Promise<readonly (readonly string[])[]> {
  const task: WriterTask = {
    databases: victims.map(({ path, seed, base, mode: { options } }) => ({
      path,
      seed,
      base,
      spec: { kind: 'aurora', options },
    })),
    hasUpkeep: true,
    ...(fault === undefined ? {} : { fault }),
  };
  const child = spawn(process.execPath, [programs.writer, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  // Now and then before anything was reported; otherwise while all write.
  const linesFirst = random() < 0.1 ? 0 : 1 + below(random, 40 * victims.length);
  const delayMs = random() * 25;
  let output = '';
  let lineCount = 0;
  let complaints = '';
  let isKilling = false;
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    child.kill('SIGKILL');
  }, silenceMsMax);
  const killWhenDue = (): void => {
    if (isKilling || lineCount < linesFirst) return;
    isKilling = true;
    setTimeout(() => child.kill('SIGKILL'), linesFirst === 0 ? random() * 400 : delayMs);
  };
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    silence.refresh();
    lineCount += chunk.split('\n').length - 1;
    killWhenDue();
  });
  killWhenDue();
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      clearTimeout(silence);
      if (isSilent) reject(new Error(`The writer fell silent after: ${output.slice(-500)}`));
      else if (signal === 'SIGKILL') resolve(victims.map((_, index) => linesOf(output, index)));
      else reject(new Error(`The writer ended by itself with ${signal ?? code}: ${complaints}`));
    });
  });
}

/** The whole lines about one database, without its number. */
function linesOf(output: string, index: number): readonly string[] {
  const whole = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  const mark = `${index} `;
  return whole.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
}

function check(
  { mode, path, seed, base }: Victim,
  number: number,
  lines: readonly string[],
): Promise<CheckAnswer> {
  const promisedLines = mode.afterKill === 'everything' ? lines.length : 0;
  return checkers.check({
    number,
    path,
    spec: { kind: 'aurora', options: mode.options },
    history: { seed, base, lines, promisedLines },
  });
}

describe('a process that is killed while it writes', () => {
  it(
    'leaves in each mode what that promises, sound and ready to go on',
    async () => {
      const random = randomFrom(firstSeed);
      let victims: readonly Victim[] = [];
      let acknowledgedCount = 0;
      const killCount = Math.ceil(roundCount / durabilityModes.length);
      for (let kill = 0; kill < killCount; kill += 1) {
        if (kill % killsPerDatabase === 0) {
          for (const { path } of victims) rmSync(path, { recursive: true, force: true });
          victims = newVictims(durabilityModes, firstSeed + kill * 100);
        }
        const reported = await writeAndKill(victims, random, undefined);
        const answers = await Promise.all(
          victims.map((victim, index) => check(victim, kill, reported[index] ?? [])),
        );
        for (const [index, victim] of victims.entries()) {
          const { problems = [], steps = [] } = answers[index] ?? {};
          isKept ||= problems.length > 0;
          expect(
            problems,
            `mode ${victim.mode.name}, kill ${kill}, KILL_SEED=${firstSeed}, kept in ${victim.path}`,
          ).toEqual([]);
          acknowledgedCount += (reported[index] ?? []).filter((line) =>
            line.startsWith('a'),
          ).length;
          victim.base = steps;
        }
      }
      console.info(
        `kill loop: ${killCount} kills of ${durabilityModes.length} databases each, ${acknowledgedCount} commits acknowledged`,
      );
      expect(acknowledgedCount).toBeGreaterThan(roundCount);
    },
    timeoutMs,
  );

  it.each([
    { fault: 'acknowledges early' as const, finding: /was acknowledged step/ },
    { fault: 'splits transfers' as const, finding: /none of its first|holds/ },
  ])(
    'is found out when it $fault',
    async ({ fault, finding }) => {
      const random = randomFrom(firstSeed);
      const modes = durabilityModes.slice(0, 1);
      const found: string[] = [];
      for (let kill = 0; kill < 40 && found.length === 0; kill += 1) {
        const [victim] = newVictims(modes, firstSeed + kill);
        if (victim === undefined) break;
        const [lines = []] = await writeAndKill([victim], random, fault);
        const { problems } = await check(victim, kill, lines);
        found.push(...problems);
      }
      expect(found.join('\n')).toMatch(finding);
    },
    timeoutMs,
  );
});
