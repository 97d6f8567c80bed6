/*
 * What a selection shows of documents. Stored fields are read when a result is shaped. Everything else (documents of
 * other collections, computed values) is attached to the documents while they pass through operators, so that it
 * belongs to the snapshot and stays with a document that waits for its reader. Attached values lie in the document
 * under keys that no field can have.
 */
import type { BoundField, BoundPlainField, BoundSelected, FieldType } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { VariableValues } from './operand.ts';
import type { Operator, OperatorContext } from './operator.ts';
import type { AttachedOrigin } from './value-origin.ts';

/** A selected field that was attached on the way; its value is in JSON form. */
type AttachedField = BoundSelected & {
  readonly kind: 'attached';
  readonly slot: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly attached: AttachedOrigin;
};

export type ProjectedField = BoundPlainField | AttachedField;

/** What everything in one root is read with. */
export interface ReadScope {
  readonly context: OperatorContext;
  readonly variables: VariableValues;
  /** The moment of the statement, as text in UTC. */
  readonly now: string;
  readonly newId: () => string;
  /** Compiles selections, those of relations inside a selection among them. */
  readonly compileSelection: SelectionCompiler;
  /** Gives keys for attached values, each once. */
  readonly slots: { next(): string };
}

export function createSlots(): ReadScope['slots'] {
  let count = 0;
  return {
    next() {
      count += 1;
      return slotName(count);
    },
  };
}

/** A selection, ready to run. */
export interface CompiledSelection {
  readonly fields: readonly ProjectedField[];
  /** The operators that attach, by the names they have in plans. */
  readonly names: readonly string[];
  /** True when attaching reads no more than single documents. */
  readonly isPoint: boolean;
  /** Attaches what the fields need to the documents of an operator. */
  attach(input: Operator): Operator;
}

type SelectionCompiler = (
  selection: readonly BoundField[],
  collection: CollectionEntry,
  scope: ReadScope,
) => CompiledSelection;

/** Keys of attached values begin with a character that names of fields do not have. */
export function slotName(name: string | number): string {
  return `\u0000${name}`;
}
