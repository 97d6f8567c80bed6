/* Every option of `Aurora.open`, in one readable table: name, meaning, what is allowed. */
import type { Clock } from './base/clock.ts';
import { AuroraError } from './errors.ts';

/** How a database is opened. */
export interface AuroraOptions {
  /** The folder of the database. Required unless it is kept in memory. */
  readonly dbPath?: string;
  /** Make the database when there is none; otherwise a missing one is `DatabaseNotFound`. True unless told. */
  readonly create?: boolean;
  /** Refuse every write with `ReadOnly`. A database must exist to be opened so. False unless told. */
  readonly readOnly?: boolean;
  /** `lmdb` keeps documents on disk; `memory` forgets them at close and shares nothing. `lmdb` unless told. */
  readonly store?: 'lmdb' | 'memory';
  /** Where time comes from; the machine's clock unless told. For tests. */
  readonly clock?: Clock;
}

/** Options with every choice made. */
export interface ResolvedOptions {
  readonly dbPath: string | undefined;
  readonly create: boolean;
  readonly readOnly: boolean;
  readonly store: 'lmdb' | 'memory';
  readonly clock: Clock | undefined;
}

const optionNames: readonly (keyof AuroraOptions)[] = [
  'dbPath',
  'create',
  'readOnly',
  'store',
  'clock',
];

/** @throws AuroraError `InvalidOption`, with the option, its value and what is allowed in `details` */
export function resolveOptions(input: string | AuroraOptions): ResolvedOptions {
  const options: AuroraOptions = typeof input === 'string' ? { dbPath: input } : input;
  for (const name of Object.keys(options)) {
    if (!optionNames.some((known) => known === name)) {
      throw invalid(name, 'set', `one of ${optionNames.join(', ')}`);
    }
  }
  const { dbPath, create = true, readOnly = false, store = 'lmdb', clock } = options;
  requireBoolean('create', create);
  requireBoolean('readOnly', readOnly);
  if (store !== 'lmdb' && store !== 'memory') throw invalid('store', store, '"lmdb" or "memory"');
  if (store === 'memory' && readOnly) {
    throw invalid('readOnly', readOnly, 'false for a database in memory, which begins empty');
  }
  if (store === 'memory' && dbPath !== undefined) {
    throw invalid('dbPath', dbPath, 'left out for a database in memory');
  }
  if (store === 'lmdb' && (typeof dbPath !== 'string' || dbPath.length === 0)) {
    throw invalid('dbPath', dbPath, 'the path of a folder');
  }
  return { dbPath, create: create && !readOnly, readOnly, store, clock };
}

function requireBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw invalid(name, value, 'true or false');
}

function invalid(option: string, value: unknown, allowed: string): AuroraError {
  const shown = value === undefined ? 'not set' : JSON.stringify(value);
  return new AuroraError(
    'InvalidOption',
    `Option "${option}" is ${shown}; it must be ${allowed}.`,
    {
      details: { option, value, allowed },
    },
  );
}
