import type { SqlitePeer } from './sqlite.ts';

export interface WorkloadContext {
  /** An empty folder of the workload's own. */
  readonly folder: string;
  readonly peers: readonly SqlitePeer[];
  readonly rounds: number;
  /** Long rounds and large databases. */
  readonly isLong: boolean;
}

/** Prints its figures; false when something required was missed. */
export type Workload = (context: WorkloadContext) => Promise<boolean>;
