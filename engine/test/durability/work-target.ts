/* A database that the callers of the durability suites write to: the engine, or SQLite as the measure of the harness. */
import type { PlainOptions } from './modes.ts';
import type { WorkStep } from './work-plan.ts';

/** Which database, and how it is opened; plain data, because it goes to child processes. */
export type TargetSpec =
  | { readonly kind: 'aurora'; readonly options: PlainOptions }
  | { readonly kind: 'sqlite'; readonly synchronous: 'FULL' | 'NORMAL' };

/** What a database holds. */
export interface WorkState {
  /** Each document as canonical text, by id; with its caller. */
  readonly documents: ReadonlyMap<string, { readonly caller: number; readonly text: string }>;
  readonly balances: ReadonlyMap<string, number>;
}

export interface WorkTarget {
  /** Makes collections and accounts that are not there yet. */
  prepare(callerCount: number): Promise<void>;
  /** Makes one step in one commit; resolves when the database acknowledges it. */
  apply(step: WorkStep): Promise<void>;
  /** Compacts, builds an index and drops it, while callers write; what the database holds stays the same. */
  upkeep(): Promise<void>;
  read(): Promise<WorkState>;
  /** What the database's own verification finds. */
  verify(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** One text for equal documents, whatever the order of their fields; null and missing count the same. */
export function canonicalText(document: { readonly [field: string]: unknown }): string {
  const names = Object.keys(document).filter((name) => (document[name] ?? null) !== null);
  return JSON.stringify(names.sort().map((name) => [name, document[name]]));
}
