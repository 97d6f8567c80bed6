/* The fields of a mutation, bound. They run in order in one transaction. */
import type { BoundField, BoundFilter, BoundSelected, Operand } from './bound.ts';
import type { BoundPart } from './bound-parts.ts';
import type { Span } from './diagnostic.ts';
import type { FieldType } from './field-type.ts';

/** A field of a mutation that changes documents and gives them. */
export type BoundWrite = BoundSelected & {
  readonly collection: string;
  /** Shapes the documents it gives; empty when `parts` are selected. */
  readonly selection: readonly BoundField[];
  /** `aggregate { … }` over the documents it gives, in their place. */
  readonly parts?: readonly BoundPart[];
} & (
    | {
        /** `insertInto`, `insertMany` and `import`; `data` evaluates to one object or a list of objects. */
        readonly kind: 'insert';
        readonly data: Operand;
        readonly dataSpan: Span;
        /** True when the result is a list: `insertMany`, or a list given as `data`. */
        readonly many: boolean;
      }
    | {
        readonly kind: 'update';
        readonly where: BoundFilter;
        /** The version that each document must have. */
        readonly ifVersion?: Operand;
        readonly data: Operand;
        readonly dataSpan: Span;
      }
    | {
        /** Updates what it finds, or inserts `data`. */
        readonly kind: 'upsert';
        /** A filter, or the field whose value in `data` finds the document. */
        readonly find:
          | { readonly kind: 'where'; readonly where: BoundFilter }
          | { readonly kind: 'on'; readonly field: string; readonly type: FieldType };
        readonly data: Operand;
        readonly dataSpan: Span;
      }
    | { readonly kind: 'delete'; readonly where: BoundFilter; readonly ifVersion?: Operand }
  );

/** One field of a mutation. */
export type BoundMutationField =
  | BoundWrite
  | (BoundSelected & {
      readonly kind: 'export';
      readonly collection: string;
      readonly format: 'JSON' | 'NDJSON' | 'CSV';
      readonly where?: BoundFilter;
    })
  | (BoundSelected & {
      /** `enqueueJob` and `enqueueJobs`; the selection is of `_jobs`. */
      readonly kind: 'enqueue';
      readonly jobType: Operand;
      /** One payload, or a list of payloads when `many`. */
      readonly payload: Operand;
      readonly many: boolean;
      /** `priority`, `maxRetries`, `runAt`, `delayMs`, `uniqueKey`, `timeoutMs`, `queue`, `backoffMs`. */
      readonly options: Readonly<Record<string, Operand>>;
      readonly selection: readonly BoundField[];
    })
  | (BoundSelected & {
      readonly kind: 'cancelJob' | 'retryJob';
      readonly target:
        | { readonly kind: 'id'; readonly id: Operand }
        | { readonly kind: 'where'; readonly where: BoundFilter };
      readonly selection: readonly BoundField[];
    })
  | (BoundSelected & {
      readonly kind: 'transaction';
      readonly fields: readonly BoundMutationField[];
    })
  | (BoundSelected & { readonly kind: 'typename'; readonly typeName: string });
