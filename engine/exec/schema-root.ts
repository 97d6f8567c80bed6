import type { JsonValue } from '#engine/aql';
import type { RunColumn } from './column-batch.ts';
import type { SchemaRoot } from './executable.ts';

/** The answer of a root field that reads no documents. */
export function schemaRootValue(root: SchemaRoot): JsonValue {
  return root.typeName;
}

/** The same answer as the one row of a table. */
export function schemaRootRow(root: SchemaRoot): {
  readonly columns: readonly RunColumn[];
  readonly values: readonly JsonValue[];
} {
  const type = { kind: 'scalar', name: 'String' } as const;
  const column = { name: root.responseKey, path: '', type, nullable: false };
  return { columns: [column], values: [schemaRootValue(root)] };
}
