/* What the record panel needs to edit the document that it shows. */
import type { DatabaseId, FieldInfo, WireValue } from '#contract';
import type { CatalogSamples } from '#engine/aql';
import type { JsonFault, JsonHint } from '../../editor/json-editor.tsx';
import { typeText } from '../../grid/cell-value.ts';
import { hintsBelow } from '../editing/cell-knowledge.ts';
import type { EditableCell } from '../editing/grid-actions.ts';
import { jsonProblem } from '../editing/json-text.ts';
import {
  differing,
  type EditedDocument,
  fieldValue,
  isObject,
} from '../editing/staged-document.ts';
import type { FieldEdit } from '../editing/staged-edits.ts';
import type { CellKnowledge } from '../editing/use-grid-editing.tsx';
import { absenceProblem, givenValue, type TypedValue } from '../editing/value-text.ts';

export type RecordDocument = EditedDocument & { readonly id: string };

export interface RecordEditing {
  readonly database: DatabaseId;
  readonly samples: CatalogSamples;
  /** A field of the document in a row, or why it cannot be edited. Columns are those of the collection. */
  readonly cellAt: (place: {
    readonly row: number;
    readonly column: number;
  }) => EditableCell | string;
  readonly stage: (edits: readonly FieldEdit[]) => void;
  readonly knowledgeOf: (cell: EditableCell) => CellKnowledge;
  readonly say: (text: string) => void;
}

interface RecordShape {
  readonly name: string;
  readonly fields: readonly FieldInfo[];
  /** True when documents may have fields that the schema does not name. */
  readonly open: boolean;
}

/** The document as it is edited; its id never changes. */
export function recordText({ id: _id, ...fields }: RecordDocument): string {
  return JSON.stringify(fields, undefined, 2);
}

/** What the schema and a sample of the documents know of the members of a document. */
export function recordHints(
  { name, fields }: RecordShape,
  samples: CatalogSamples,
): readonly JsonHint[] {
  const own = fields.map((field) => ({
    path: field.name,
    detail: typeText(field.type, field.nullable),
    values: (samples[`${name}.${field.name}`] ?? []).map(({ value }) => JSON.stringify(value)),
  }));
  return [...own, ...hintsBelow(samples, `${name}.`).filter(({ path }) => path.includes('.'))];
}

/** What is wrong with a text as a document, by the member that is wrong; nothing for a text that is no JSON. */
export function recordFaults(text: string, shape: RecordShape): readonly JsonFault[] {
  const document = parsedRecord(text);
  if (document === undefined) return [];
  const problem = jsonProblem(text);
  if (problem !== undefined) return [{ member: problem.member ?? '', message: problem.message }];
  const unknown = Object.keys(document).filter(
    (name) => !shape.open && !shape.fields.some((field) => field.name === name),
  );
  const wrong = shape.fields.flatMap((field): readonly JsonFault[] => {
    const given = fieldValue(document, field.name);
    const typed = given === undefined || given === null ? undefined : givenValue(given, field);
    const message = typed === undefined ? absenceProblem(field) : problemOf(typed);
    return message === undefined ? [] : [{ member: field.name, message }];
  });
  return [
    ...unknown.map((name) => ({ member: name, message: `${shape.name} has no field ${name}.` })),
    ...wrong,
  ];
}

/** The edits that make a document what a text says; `undefined` while it cannot be one. */
export function recordEdits(
  text: string,
  shown: RecordDocument,
  shape: RecordShape,
): readonly FieldEdit[] | undefined {
  const parsed = parsedRecord(text);
  if (parsed === undefined || recordFaults(text, shape).length > 0) return undefined;
  const wanted = Object.fromEntries(
    Object.entries(parsed).map(([name, given]): [string, WireValue] => {
      const field = shape.fields.find((each) => each.name === name);
      const typed = field === undefined || given === null ? undefined : givenValue(given, field);
      return [name, typed?.kind === 'value' ? typed.value : given];
    }),
  );
  return differing(shown, { ...wanted, id: shown.id }).map((field) => ({
    ...{ shown, field },
    value: fieldValue(wanted, field),
  }));
}

function parsedRecord(text: string): EditedDocument | undefined {
  try {
    // JSON holds nothing that the wire does not.
    const value = JSON.parse(text) as WireValue;
    return isObject(value) ? value : undefined;
  } catch {
    // The editor marks where the text stops being JSON.
    return undefined;
  }
}

function problemOf(typed: TypedValue): string | undefined {
  return typed.kind === 'wrong' ? typed.message : undefined;
}
