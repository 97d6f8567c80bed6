import type { BoundPart } from '#engine/aql';
import type { PlanOutline } from '../plan/plan-trace.ts';
import type { Operator } from './operator.ts';
import type { ProjectedField } from './selection.ts';

/** What a root gives: documents that a selection shapes, or rows of the parts that stand in their place. */
export type ReadShape =
  | { readonly kind: 'documents'; readonly fields: readonly ProjectedField[] }
  | {
      readonly kind: 'parts';
      readonly parts: readonly BoundPart[];
      /** By the number of the part: how its rows, which are documents, become edges. */
      readonly edges: readonly (readonly EdgeField[] | undefined)[];
    };

/** A field of an edge: something beside the document, or the document itself. */
export type EdgeField =
  | { readonly kind: 'column'; readonly field: ProjectedField }
  | { readonly kind: 'node'; readonly key: string; readonly fields: readonly ProjectedField[] };

/** A read whose operators are connected; nothing is read before the first pull. */
export interface OpenedRead {
  readonly plan: string;
  /** The same as trees. */
  readonly outlines: readonly PlanOutline[];
  /** True when it reads single documents only. */
  readonly isPoint: boolean;
  readonly shape: ReadShape;
  readonly operator: Operator;
}
