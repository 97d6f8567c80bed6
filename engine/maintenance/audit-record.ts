/*
 * One line of the audit log, and the document that it is in `_audit`. A line is a JSON object; what is not known is
 * left out:
 *
 *   {"id":"0197…","at":"2026-01-31T12:00:00.000Z","source":"aql","action":"mutation","collection":"users",
 *    "outcome":"ok","rows":3,"elapsed_ms":1.234,"lsn":42,"text":"mutation { … }"}
 *
 * Values of variables are never written. Texts and messages are cut at `limits.auditTextLengthMax`.
 */
import type { EndedOperation } from '../exec/operation-tracker.ts';
import { limits } from '../limits.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';

/** The line of an operation, with its line feed. */
export function auditLine(
  operation: EndedOperation,
  id: string,
  source: string | undefined,
): string {
  const { action, collection, documentId, outcome, rowCount, sequence, message, text } = operation;
  const line = {
    id,
    at: new Date(operation.startedAt).toISOString(),
    source: source ?? operation.source ?? (text === undefined ? 'api' : 'aql'),
    caller: operation.caller,
    action,
    collection,
    document_id: documentId,
    outcome,
    rows: rowCount,
    elapsed_ms: Math.round(operation.elapsedMs * 1_000) / 1_000,
    lsn: sequence,
    transaction: operation.transaction,
    target: operation.target,
    text: cut(text),
    message: cut(message),
  };
  return `${JSON.stringify(line)}\n`;
}

/** The line that stands where others could not be kept. */
export function droppedLine(count: number, id: string, at: number): string {
  const line = {
    id,
    at: new Date(at).toISOString(),
    source: 'audit log',
    action: 'dropped',
    outcome: 'ok',
    rows: count,
    elapsed_ms: 0,
  };
  return `${JSON.stringify(line)}\n`;
}

/** The document of a line; `undefined` for one that is no record, such as a line that was torn when a process died. */
export function auditDocument(line: string): StoredDocument | undefined {
  const value = parseLine(line);
  if (value === undefined) return undefined;
  const document: { [field: string]: StoredValue; id: string } = { id: '' };
  for (const [name, field] of Object.entries(value)) if (isPlain(field)) document[name] = field;
  const { at } = document;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (document.id === '' || typeof document.id !== 'string' || Number.isNaN(time)) return undefined;
  document['at'] = time;
  return document;
}

function parseLine(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isPlain(value: unknown): value is StoredValue {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null
  );
}

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= limits.auditTextLengthMax) return text;
  return `${text.slice(0, limits.auditTextLengthMax)}…`;
}
