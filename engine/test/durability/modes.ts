/*
 * What each way to open a database promises; the one table that all durability suites run over. Rows whose options the
 * engine does not know (yet) are left out, and the suites say which.
 */
import type { JsonValue } from '#engine/aql';
import { AuroraError } from '../../errors.ts';
import { type AuroraOptions, resolveOptions } from '../../options.ts';

/** What may be missing after a crash: nothing that was acknowledged, or the last commits, all of them from one on. */
export type Promised = 'everything' | 'a prefix';

export interface DurabilityMode {
  readonly name: string;
  readonly options: { readonly [option: string]: JsonValue };
  readonly afterKill: Promised;
  readonly afterPowerCut: Promised;
  /** How long before a power cut the prefix may end; a loaded machine is given its time, too. */
  readonly lossMsMax?: number;
}

const small = { writeBufferSize: 64, checkpointIntervalMs: 40 };

const table: readonly DurabilityMode[] = [
  { name: 'defaults', options: {}, afterKill: 'everything', afterPowerCut: 'everything' },
  {
    name: 'None',
    options: { durabilityMode: 'None' },
    afterKill: 'a prefix',
    afterPowerCut: 'a prefix',
  },
  {
    name: 'WAL',
    options: { durabilityMode: 'WAL' },
    afterKill: 'everything',
    afterPowerCut: 'a prefix',
    lossMsMax: 50 + 200,
  },
  {
    name: 'Strict, unbuffered',
    options: { durabilityMode: 'Strict', enableWriteBuffering: false },
    afterKill: 'everything',
    afterPowerCut: 'everything',
  },
  {
    name: 'Strict, buffered',
    options: { durabilityMode: 'Strict', enableWriteBuffering: true, ...small },
    afterKill: 'everything',
    afterPowerCut: 'everything',
  },
  {
    name: 'Synchronous',
    options: { durabilityMode: 'Synchronous' },
    afterKill: 'everything',
    afterPowerCut: 'everything',
  },
];

/** The modes that this engine has. */
export const durabilityModes: readonly DurabilityMode[] = table.filter(({ options }) =>
  isKnown(options),
);

/** Names of those it does not have. */
export const missingModes: readonly string[] = table
  .filter(({ options }) => !isKnown(options))
  .map(({ name }) => name);

function isKnown(options: DurabilityMode['options']): boolean {
  try {
    // The engine checks names and values itself; that is the question asked here.
    resolveOptions({ ...options, dbPath: 'any' } as AuroraOptions);
    return true;
  } catch (error) {
    if (error instanceof AuroraError && error.code === 'InvalidOption') return false;
    throw error;
  }
}
