/*
 * Memory that a query may take. Whatever must gather before it can give (a sort, groups, distinct values, a table of a
 * join, what a search has found, a whole result) adds up roughly what it keeps, and ends the query beyond the bound.
 * Nothing is spilled: an index, a limit or a narrower filter is nearly always what was meant, and `run` gives any result
 * piece by piece.
 */
import { BlockPool } from '../base/block-pool.ts';
import { AuroraError } from '../errors.ts';

export interface QueryMemory {
  /** Of one sort, one `groupBy`, the distinct values of one set, one join or one search, in bytes. */
  readonly operatorBytesMax: number;
  /** Of the whole result of one `execute`, in bytes. */
  readonly resultBytesMax: number;
  /** Rows of each root of one `execute`, where its caller has said. */
  readonly resultRowsMax?: number | undefined;
  /** What sorts leave each other. */
  readonly blocks?: BlockPool | undefined;
}

const mebibyte = 1024 * 1024;

/** The defaults of the options `queryMemoryMb` and `resultMemoryMb`. */
export const queryMemoryMb = { operator: 128, result: 1_024 } as const;

export function queryMemory(operatorMb: number, resultMb: number): QueryMemory {
  return {
    operatorBytesMax: operatorMb * mebibyte,
    resultBytesMax: resultMb * mebibyte,
    blocks: new BlockPool(),
  };
}

/** Where nobody has chosen. */
export const defaultQueryMemory: QueryMemory = {
  operatorBytesMax: queryMemoryMb.operator * mebibyte,
  resultBytesMax: queryMemoryMb.result * mebibyte,
};

/** An environment whose results have at most so many rows; the given one for `undefined`. */
export function withRowsMax<Environment extends { readonly memory: QueryMemory }>(
  environment: Environment,
  rowsMax: number | undefined,
): Environment {
  if (rowsMax === undefined) return environment;
  return { ...environment, memory: { ...environment.memory, resultRowsMax: rowsMax } };
}

interface Excess {
  /** What needs so much, as the beginning of a sentence. */
  readonly what: string;
  readonly bytesMax: number;
  /** What to do about it, but for raising the bound. */
  readonly hint: string;
  readonly option?: 'queryMemoryMb' | 'resultMemoryMb';
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An operator or a result needs more memory than it may. */
export function memoryExceeded({
  what,
  bytesMax,
  hint,
  option = 'queryMemoryMb',
  details,
}: Excess): AuroraError {
  const megabytes = Math.round(bytesMax / mebibyte);
  return new AuroraError('LimitExceeded', `${what} needs over ${megabytes} MB of memory.`, {
    hint: `${hint} The option ${option} sets the bound.`,
    details: { ...details, bytesMax, option },
  });
}
