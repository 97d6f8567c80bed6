/* The writing thread of an lmdb environment, as its package uses it itself; its types do not tell of it. */
import { assert } from '../base/assert.ts';

/** What the thread says of a run that has not failed. */
export const runStatus = { finished: 0, visible: 1 };

export interface LmdbThread {
  /** The database that instructions name. */
  readonly database: number;
  addressOf(buffer: ArrayBuffer): number;
  /**
   * Carries out the instructions at an address in one transaction, behind those that run already. Calls back with
   * `visible` when that is committed, which it may leave out, and once with `finished` when it is on disk, or with lmdb's
   * code of an error.
   */
  run(address: number, onStatus: (status: number) => void): void;
  /** What a status says, if that is an error. */
  failureOf(status: number): Error | undefined;
}

interface Native {
  getAddress(buffer: ArrayBuffer): number;
  /** Throws the error of a code. */
  lmdbError(code: number): void;
}

interface Internals {
  readonly env: { startWriting(address: number, onStatus: (status: number) => void): void };
  readonly db: { readonly dbi: number };
}

/** Of the version that `assertLmdbVersion` lets through: `root` is an open database, `native` what the package exports under `nativeAddon`. */
export function lmdbThread(root: object, native: unknown): LmdbThread {
  assert(isNative(native) && isWithInternals(root), 'lmdb is the version that is written for');
  const { env, db } = root;
  return {
    database: db.dbi,
    addressOf: (buffer) => native.getAddress(buffer),
    run: (address, onStatus) => env.startWriting(address, onStatus),
    failureOf(status) {
      if (status === runStatus.finished || status === runStatus.visible) return undefined;
      try {
        native.lmdbError(status);
      } catch (error) {
        if (error instanceof Error) return error;
      }
      return new Error(`lmdb could not write: its error is ${status}`);
    },
  };
}

function isNative(value: unknown): value is Native {
  return hasMethod(value, 'getAddress') && hasMethod(value, 'lmdbError');
}

function isWithInternals(root: object): root is Internals {
  if (!('env' in root && 'db' in root) || !hasMethod(root.env, 'startWriting')) return false;
  const { db } = root;
  return typeof db === 'object' && db !== null && 'dbi' in db && typeof db.dbi === 'number';
}

function hasMethod(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function'
  );
}
