/*
 * Changes of single documents as the text of one mutation: what an editor of data shows before it commits, and what takes
 * a commit back. Each document is written under its id and, where it is known, only as the version that was read.
 */
import type { JsonValue } from '../field-type.ts';

type Fields = { readonly [field: string]: JsonValue };

/** What becomes of one document. */
export type DocumentEdit = { readonly collection: string } & (
  | { readonly kind: 'insert'; readonly document: Fields }
  | {
      readonly kind: 'update';
      readonly id: string;
      /** The `_version` that it must have. */
      readonly version?: string | undefined;
      readonly set: Fields;
      readonly unset: readonly string[];
    }
  | { readonly kind: 'delete'; readonly id: string; readonly version?: string | undefined }
);

/** The mutation that makes the edits, in their order; each field is named `e1`, `e2`, … */
export function editText(edits: readonly DocumentEdit[]): string {
  const lines = edits.map((edit, at) => `    e${at + 1}: ${fieldText(edit)}`);
  return `mutation {\n${lines.join('\n')}\n}\n`;
}

function fieldText(edit: DocumentEdit): string {
  const collection = `collection: ${JSON.stringify(edit.collection)}`;
  switch (edit.kind) {
    case 'insert':
      return `insertInto(${collection}, data: ${literalText(edit.document)}) { id }`;
    case 'update':
      return `update(${collection}, ${documentText(edit)}, data: ${dataText(edit)}${versionText(edit)}) { id }`;
    case 'delete':
      return `deleteFrom(${collection}, ${documentText(edit)}${versionText(edit)}) { id }`;
  }
}

function documentText({ id }: { readonly id: string }): string {
  return `where: { id: { eq: ${JSON.stringify(id)} } }`;
}

function versionText({ version }: { readonly version?: string | undefined }): string {
  return version === undefined ? '' : `, ifVersion: ${JSON.stringify(version)}`;
}

function dataText({ set, unset }: Extract<DocumentEdit, { kind: 'update' }>): string {
  const entries = Object.entries(set).map(([name, value]): [string, JsonValue] => [
    name,
    isOperatorLike(value) ? { set: value } : value,
  ]);
  const unsetting = unset.map((name): [string, JsonValue] => [name, { unset: true }]);
  return literalText(Object.fromEntries([...entries, ...unsetting]));
}

/** An object of one key could be taken for an update operator. */
function isOperatorLike(value: JsonValue): boolean {
  return isObject(value) && Object.keys(value).length === 1;
}

/** A value as a literal of the language. */
export function literalText(value: JsonValue): string {
  if (isList(value)) return `[${value.map(literalText).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, inner]) => `${keyText(key)}: ${literalText(inner)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : JSON.stringify(key);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
