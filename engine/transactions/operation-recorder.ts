import type { KvWriter } from '../storage/kv-store.ts';
import type { LoggedOperation } from './log-payload.ts';
import type { KeyChanges } from './pipeline-task.ts';

/** Keeps what a schema change writes, so that the log gets it before the store does. */
export class OperationRecorder implements KeyChanges {
  readonly #operations: LoggedOperation[] = [];

  get operations(): readonly LoggedOperation[] {
    return this.#operations;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#operations.push({ key, value });
  }

  remove(key: Uint8Array): void {
    this.#operations.push({ key, value: undefined });
  }
}

/** Repeatable: applying operations twice gives what applying them once gives. */
export function applyOperations(writer: KvWriter, operations: readonly LoggedOperation[]): void {
  for (const { key, value } of operations) {
    if (value === undefined) writer.remove(key);
    else writer.put(key, value);
  }
}
