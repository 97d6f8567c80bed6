/*
 * From what the binder understands to what the executor runs. The language may be ahead of the executor: everything
 * it cannot run is refused here, and nowhere else, when the statement's turn comes. What `@include` and `@skip`
 * take out of this run is left out on the way.
 */
import type {
  BoundMetaField,
  BoundMigrationVersion,
  BoundMutationField,
  BoundPart,
  BoundQueryRoot,
  BoundRoot,
  BoundSchemaChange,
  BoundStatement,
  BoundWrite,
  Span,
} from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import { chosen, chosenRead, chosenShown } from './chosen.ts';
import { coerceVariables } from './coerce-variables.ts';
import type { VariableValues } from './operand.ts';
import type { GivenVariables } from './prepared-text.ts';

/** A read of a collection, without what conditions take out. */
export type ExecutableRoot = BoundRoot & {
  /** Gives documents in row order, whatever their ids; for documents that a write has put in order. */
  readonly isInRowOrder?: boolean;
};

/** A root that is answered from the schema alone. */
export type SchemaRoot = Exclude<BoundQueryRoot, BoundRoot>;

type BoundJobField = Extract<BoundMutationField, { kind: 'enqueue' | 'cancelJob' | 'retryJob' }>;

/** What a mutation does with jobs; it gives documents of `_jobs`. */
export type ExecutableJobField = BoundJobField & {
  readonly collection: '_jobs';
  readonly parts?: readonly BoundPart[];
};

/** A write, without what conditions take out of what it gives. */
export type ExecutableWrite = BoundWrite | ExecutableJobField | ExecutableExport;

/** It changes nothing, but sees what the fields before it have changed. */
export type ExecutableExport = Extract<BoundMutationField, { kind: 'export' }> & {
  readonly selection: readonly [];
  readonly parts?: undefined;
};

/** Fields under a name of their own; they belong to the commit of the mutation like all others. */
type ExecutableGroup = Extract<BoundMutationField, { kind: 'transaction' }> & {
  readonly fields: readonly ExecutableMutationField[];
};

export type ExecutableMutationField =
  | ExecutableWrite
  | ExecutableGroup
  | Extract<BoundMutationField, { kind: 'typename' }>;

export type ExecutableStatement = { readonly span: Span; readonly name?: string } & (
  | { readonly kind: 'query'; readonly roots: readonly (ExecutableRoot | SchemaRoot)[] }
  | { readonly kind: 'mutation'; readonly fields: readonly ExecutableMutationField[] }
  | { readonly kind: 'schema'; readonly changes: readonly BoundSchemaChange[] }
  | { readonly kind: 'migration'; readonly versions: readonly BoundMigrationVersion[] }
);

export function isRead(root: ExecutableRoot | SchemaRoot): root is ExecutableRoot {
  return root.kind === 'read';
}

/** The fields that a mutation carries out, in order, those inside groups among them. */
export function writesOf(fields: readonly ExecutableMutationField[]): readonly ExecutableWrite[] {
  return fields.flatMap((field): readonly ExecutableWrite[] => {
    if (field.kind === 'typename') return [];
    return field.kind === 'transaction' ? writesOf(field.fields) : [field];
  });
}

/**
 * The part of a statement that this run is about, and the values of its variables.
 * @throws AuroraError `NotExecutable` with the place of what this version cannot run; what `coerceVariables` throws.
 */
export function prepareRun(
  statement: BoundStatement,
  given: GivenVariables,
): { readonly statement: ExecutableStatement; readonly variables: VariableValues } {
  const variables =
    'variables' in statement ? coerceVariables(statement.variables, given) : new Map();
  return { statement: executable(statement, variables), variables };
}

/** What the action of a handler carries out, for the document that its variables are of. */
export function handlerWrites(
  action: BoundMutationField,
  variables: VariableValues,
): readonly ExecutableWrite[] {
  return writesOf([executableField(action, variables)]);
}

function executable(statement: BoundStatement, values: VariableValues): ExecutableStatement {
  switch (statement.kind) {
    case 'query': {
      const roots = chosen(statement.roots, values).map((root) => executableRoot(root, values));
      return { ...statement, roots };
    }
    case 'mutation': {
      const fields = chosen(statement.fields, values).map((field) =>
        executableField(field, values),
      );
      return { ...statement, fields };
    }
    case 'schema':
    case 'migration':
      return statement;
    case 'subscription':
      throw new AuroraError('NotExecutable', 'A subscription is followed, not run.', {
        span: statement.span,
        hint: 'Follow it by itself: with `aurora exec`, over `aurora serve`, or with `db.stream`.',
      });
  }
}

function executableRoot(root: BoundQueryRoot, values: VariableValues): ExecutableRoot | SchemaRoot {
  if (root.kind === 'typename') return root;
  if (root.kind === 'introspection') {
    return { ...root, ...chosenMeta(root, values), arguments: root.arguments };
  }
  return chosenRead(root, values);
}

function chosenMeta(field: BoundMetaField, values: VariableValues): BoundMetaField {
  const { selection } = field;
  if (selection === undefined) return field;
  return {
    ...field,
    selection: chosen(selection, values).map((each) => chosenMeta(each, values)),
  };
}

function executableField(
  field: BoundMutationField,
  values: VariableValues,
): ExecutableMutationField {
  switch (field.kind) {
    case 'typename':
      return field;
    case 'insert':
    case 'update':
    case 'upsert':
    case 'delete':
      return { ...field, ...chosenShown(field, values) };
    case 'enqueue':
    case 'cancelJob':
    case 'retryJob':
      return { ...field, collection: '_jobs', ...chosenShown(field, values) };
    case 'export':
      return { ...field, selection: [] };
    case 'transaction': {
      const fields = chosen(field.fields, values).map((each) => executableField(each, values));
      return { ...field, fields };
    }
    default:
      return unreachable(field);
  }
}
