/* Root fields that are answered from the schema alone. */
import { answerIntrospection, aqlLimits, type CatalogShape, type JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import type { RunColumn } from './column-batch.ts';
import type { ExecEnvironment } from './environment.ts';
import type { SchemaRoot } from './executable.ts';
import { evaluateOperand, type VariableValues } from './operand.ts';

/** The answer of a root field that reads no documents. @throws AuroraError `LimitExceeded` */
export function schemaRootValue(
  root: SchemaRoot,
  environment: ExecEnvironment,
  variables: VariableValues,
): JsonValue {
  if (root.kind === 'typename') return root.typeName;
  const snapshot = environment.snapshot();
  const { shape } = snapshot.catalog;
  snapshot.release();
  return schemaRootValueOf(root, shape, variables);
}

/** The same, of a schema that is given. @throws AuroraError `LimitExceeded` */
export function schemaRootValueOf(
  root: SchemaRoot,
  shape: CatalogShape,
  variables: VariableValues,
): JsonValue {
  if (root.kind === 'typename') return root.typeName;
  const { name } = root.arguments;
  const typeName = name === undefined ? undefined : evaluateOperand(name, variables);
  return answerIntrospection(root, typeof typeName === 'string' ? typeName : undefined, shape, {
    nodesMax: aqlLimits.introspectionNodesMax,
    onExceeded: () => {
      throw new AuroraError(
        'LimitExceeded',
        `The answer of "${root.responseKey}" would hold more than ${aqlLimits.introspectionNodesMax} nodes.`,
        { span: root.span, hint: 'Select types by name, and fewer levels of them.' },
      );
    },
  });
}

/** An answer as the one row of a table. */
export function schemaRootRow(
  root: SchemaRoot,
  value: JsonValue,
): { readonly columns: readonly RunColumn[]; readonly values: readonly JsonValue[] } {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [[root.responseKey, value] as const];
  return {
    columns: entries.map(([name, inner]) => ({
      name,
      path: '',
      type: { kind: 'scalar', name: typeof inner === 'string' ? 'String' : 'Any' },
      nullable: true,
    })),
    values: entries.map(([, inner]) => inner),
  };
}
