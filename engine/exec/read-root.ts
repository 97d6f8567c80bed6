/* The whole value of one root, as `execute` gives it. */
import type { JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { ResultDocument } from './execution-result.ts';
import { createPartsObject, partOf, rowValue } from './part-rows.ts';
import { compileColumn, compileProjection, type OutputObject } from './projection.ts';
import { memoryExceeded, type QueryMemory } from './query-memory.ts';
import type { EdgeField, ReadShape } from './read-shape.ts';
import type { RootRun } from './root-run.ts';
import { SampledBytes } from './sampled-bytes.ts';
import type { ProjectedField } from './selection.ts';

export interface RootValue {
  /** A list of objects, or one object of the parts that were selected. */
  readonly value: JsonValue;
  /** The documents among it; fields that are not set are absent from them. */
  readonly documents: ResultDocument[];
}

/** Pulls a root to its end. */
export async function readRoot(
  source: Pick<RootRun, 'shape' | 'next' | 'isDue' | 'rest'>,
  { resultBytesMax, resultRowsMax }: Pick<QueryMemory, 'resultBytesMax' | 'resultRowsMax'>,
): Promise<RootValue> {
  const collected = collectorOf(source.shape);
  const weight = new SampledBytes();
  for (let batch = await source.next(); batch; batch = await source.next()) {
    const { documents } = batch;
    for (let at = 0; at < documents.length; at += 1) {
      const document = documents[at];
      if (document !== undefined) weight.add(collected.add(document));
      // A document may hold thousands of others, which are copied with it.
      if (at % documentsPerLook === documentsPerLook - 1 && source.isDue) await source.rest();
    }
    if (resultRowsMax !== undefined && collected.rowCount > resultRowsMax) {
      throw tooManyRows(resultRowsMax);
    }
    if (weight.bytes > resultBytesMax) throw resultTooLarge(weight, resultBytesMax);
  }
  return collected.end();
}

const documentsPerLook = 8;

function tooManyRows(rowsMax: number): AuroraError {
  return new AuroraError(
    'LimitExceeded',
    `The result has more than ${rowsMax} ${rowsMax === 1 ? 'row' : 'rows'}.`,
    {
      hint: 'Add a limit, read it piece by piece with run or over pages, or raise "rowsMax".',
      details: { rowsMax },
    },
  );
}

function resultTooLarge({ count }: SampledBytes, bytesMax: number): AuroraError {
  return memoryExceeded({
    what: `A result of more than ${count} rows`,
    bytesMax,
    hint: 'Add a limit, select fewer fields, or read it piece by piece with run or over pages.',
    option: 'resultMemoryMb',
    details: { rows: count },
  });
}

/** The value of documents that are there already, in time slices. */
export async function shapeDocuments(
  given: readonly StoredDocument[],
  fields: readonly ProjectedField[],
  slicer: TimeSlicer,
): Promise<RootValue> {
  const collected = collectorOf({ kind: 'documents', fields });
  for (const document of given) {
    await slicer.yieldIfDue();
    collected.add(document);
  }
  return collected.end();
}

interface Collector {
  /** Gives what it has kept of the row. */
  add(row: StoredDocument): JsonValue;
  /** Documents, edges and groups so far. */
  readonly rowCount: number;
  end(): RootValue;
}

function collectorOf(shape: ReadShape): Collector {
  return shape.kind === 'parts' ? collectParts(shape) : collectDocuments(shape.fields);
}

function collectDocuments(fields: readonly ProjectedField[]): Collector {
  const shape = compileShape(fields);
  const objects: OutputObject[] = [];
  const documents: ResultDocument[] = [];
  return {
    add(row) {
      const shaped = shape(row);
      objects.push(shaped.object);
      documents.push(shaped.document);
      return shaped.object;
    },
    get rowCount() {
      return objects.length;
    },
    end: () => ({ value: objects, documents }),
  };
}

function collectParts({ parts, edges }: Extract<ReadShape, { kind: 'parts' }>): Collector {
  const { object, add } = createPartsObject(parts);
  const documents: ResultDocument[] = [];
  let rowCount = 0;
  const shapes = edges.map((fields) => fields?.map((field) => compileEdgeField(field, documents)));
  return {
    add(row) {
      const part = partOf(row);
      const fields = shapes[part];
      if (fields === undefined) {
        const value = rowValue(row);
        rowCount += add(part, value) ? 1 : 0;
        return value;
      }
      const edge: OutputObject = {};
      for (const { key, read } of fields) setOwn(edge, key, read(row));
      rowCount += add(part, edge) ? 1 : 0;
      return edge;
    },
    get rowCount() {
      return rowCount;
    },
    end: () => ({ value: object, documents }),
  };
}

/** One field of an edge; the documents of nodes are also added to the list. */
function compileEdgeField(
  field: EdgeField,
  documents: ResultDocument[],
): { readonly key: string; readonly read: (row: StoredDocument) => JsonValue } {
  if (field.kind === 'column') {
    const read = compileColumn(field.field, 'null');
    return { key: field.field.responseKey, read: (row) => read(row) ?? null };
  }
  const shape = compileShape(field.fields);
  return {
    key: field.key,
    read: (row) => {
      const { object, document } = shape(row);
      documents.push(document);
      return object;
    },
  };
}

function compileShape(fields: readonly ProjectedField[]): (document: StoredDocument) => {
  readonly object: OutputObject;
  readonly document: ResultDocument;
} {
  const asData = compileProjection(fields, 'null');
  const asDocument = compileProjection(fields, 'absent');
  return (document) => ({
    object: asData(document),
    document: { id: document.id, data: asDocument(document) },
  });
}
