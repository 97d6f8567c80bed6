import type { Snapshot } from '../transactions/snapshot.ts';
import type { ExecEnvironment } from './environment.ts';
import type { VariableValues } from './operand.ts';
import type { WriteSet } from './write-set.ts';

/** A mutation while its fields run one after the other. */
export interface MutationRun {
  readonly environment: ExecEnvironment;
  readonly snapshot: Snapshot;
  readonly writes: WriteSet;
  readonly variables: VariableValues;
}
