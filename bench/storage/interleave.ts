/*
 * Runs contenders in turns (ABAB…), so that what else the machine does meets all of them alike. A round does so many
 * operations; settling then brings everything that was put off to where it belongs, so that nobody is fast by leaving
 * work behind: `each` counts the operations alone (a burst), `eachSettled` what follows too. Before the first round that
 * counts, each contender does rounds for some seconds of the processor's time: what is asked for is what it sustains, and a
 * process that has done a few hundred operations still compiles. On a machine with other work the clock would say that it is
 * warm when it has hardly begun.
 */
import { setFlagsFromString } from 'node:v8';

export interface Contender {
  readonly name: string;
  /** Gets everything ready for a round; not measured. */
  prepare?(): Promise<void> | void;
  /** Does so many operations. */
  run(count: number): Promise<void> | void;
  /** Does what the operations have put off; nothing unless told. */
  settle?(): Promise<void> | void;
  close(): Promise<void> | void;
}

export interface Measured {
  /** Microseconds per operation, as the clock says. */
  readonly each: number;
  readonly eachSettled: number;
  /** Microseconds of processor time per operation, settling included. */
  readonly processorEach: number;
}

export type Results = ReadonlyMap<string, readonly Measured[]>;

const warmUpProcessorMs = 3_000;
const warmUpMsMax = 10_000;
const warmUpRoundsMax = 30;

export interface Rounds {
  readonly rounds: number;
  /** Operations of a round. */
  readonly count: number;
  /**
   * Operations before those of each round, not measured: while others had their turn, processor and system have forgotten what
   * somebody who goes on and on has at hand.
   */
  readonly leadIn?: number;
}

export async function interleave(
  contenders: readonly Contender[],
  { rounds, count, leadIn = 0 }: Rounds,
): Promise<Results> {
  const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  // Each round begins with a collection, and after some of them code counts as out of use that waits for its turn.
  setFlagsFromString('--no-flush-bytecode');
  try {
    for (const contender of contenders) await warmUp(contender, count);
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of contenders) {
        if (leadIn > 0) await measure(contender, leadIn);
        results.get(contender.name)?.push(await measure(contender, count));
      }
    }
  } finally {
    for (const contender of contenders) await contender.close();
  }
  return results;
}

async function warmUp(contender: Contender, count: number): Promise<void> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (let round = 0; round < warmUpRoundsMax; round += 1) {
    await measure(contender, count);
    const { user, system } = process.cpuUsage(before);
    const isWarm = user + system >= warmUpProcessorMs * 1_000;
    if (isWarm || performance.now() - startedAt >= warmUpMsMax) return;
  }
}

async function measure(contender: Contender, count: number): Promise<Measured> {
  await contender.prepare?.();
  // Garbage of who ran before. A full collection would also shrink the room for young objects, and to get it back is work
  // of the process that a round of a minute does once, and one of a tenth of a second almost nothing but.
  globalThis.gc?.({ type: 'minor' });
  const processor = process.cpuUsage();
  const startedAt = performance.now();
  await contender.run(count);
  const ranMs = performance.now() - startedAt;
  await contender.settle?.();
  const settledMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(processor);
  return {
    each: (ranMs * 1_000) / count,
    eachSettled: (settledMs * 1_000) / count,
    processorEach: (user + system) / count,
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}
