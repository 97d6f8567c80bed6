/* What is asked of groups, compiled: their measures, which of them are given, in which order, and what they show. */
import type {
  BoundField,
  BoundGroupBy,
  BoundGroupField,
  BoundHaving,
  GroupMeasure,
  JsonValue,
  Span,
} from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { SortKey } from '../plan/sort-key.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { compileFilter } from './compile-filter.ts';
import { compileGroupNodes, type GroupNodes } from './group-nodes.ts';
import { Measures } from './measures.ts';
import type { VariableValues } from './operand.ts';
import { copyValue, type OutputObject } from './projection.ts';
import { resolveCount, resolveOrder, resolveWhere } from './resolve-read.ts';
import { type CompiledSelection, type ReadScope, slotName } from './selection.ts';
import { compileAggregates, type MeasuredValues } from './totals.ts';

/** What is known of one group when it is given. */
export interface MeasuredGroup {
  /** The values of the key's fields, in JSON form. */
  readonly key: readonly JsonValue[];
  /** Computed when they are asked for: a sum that cannot be said matters only where it is shown. */
  readonly measured: MeasuredValues;
}

export interface CompiledGroup {
  readonly group: BoundGroupBy;
  readonly measures: Measures;
  startNodes(): readonly GroupNodes[];
  /** `having`. */
  isGiven(group: MeasuredGroup): boolean;
  /** Directions of the order, the fields of the key last, and the values that it compares. */
  readonly order: readonly SortKey[];
  orderValues(group: MeasuredGroup): readonly StoredValue[];
  readonly rowsMax: number | undefined;
  /** What the documents of each `nodes` show. */
  readonly nodes: readonly CompiledSelection[];
  /** The group as it is shown; `nodes` are the shaped documents, in the order of `nodes` above. */
  shape(group: MeasuredGroup, nodes: readonly (readonly OutputObject[])[]): OutputObject;
}

/** What groups are compiled with. */
export interface GroupScope {
  readonly variables: VariableValues;
  /** Memory that its groups may take. */
  readonly bytesMax: number;
  /** Compiles what the documents of a group show. */
  readonly compileNodes: (selection: readonly BoundField[]) => CompiledSelection;
}

export function groupScope(scope: ReadScope, collection: CollectionEntry): GroupScope {
  return {
    variables: scope.variables,
    bytesMax: scope.context.memory.operatorBytesMax,
    compileNodes: (selection) => scope.compileSelection(selection, collection, scope),
  };
}

export function compileGroup(
  group: BoundGroupBy & { readonly span: Span },
  collection: CollectionEntry,
  scope: GroupScope,
): CompiledGroup {
  const measures = new Measures(collection.definition);
  const keyOf = compileKey(group);
  const measureOf = (by: GroupMeasure): ((each: MeasuredGroup) => StoredValue) => {
    if (by.kind === 'key') return ({ key }) => keyOf(key);
    const number = measures.numberOf(by);
    return ({ measured }) => measured(number);
  };
  const isGiven =
    group.having === undefined
      ? () => true
      : compileHaving(group.having, { measureOf, collection, scope });
  const orderColumns = group.orderBy.map(({ by }) => measureOf(by));
  const order: readonly SortKey[] = [
    ...group.orderBy.map(({ direction }) => ({ path: ['measure'], direction })),
    ...group.keys.map(({ path }) => ({ path, direction: 'asc' as const })),
  ];
  const nodeFields = group.fields.filter((field) => field.kind === 'nodes');
  const makers = nodeFields.map(({ orderBy, limit, span }) =>
    compileGroupNodes(
      sortKeysOf(resolveOrder(orderBy, collection, scope.variables, span)),
      resolveCount(limit, 'limit', scope.variables, span),
      scope.bytesMax,
    ),
  );
  return {
    group,
    isGiven,
    order,
    orderValues: (each) =>
      orderColumns.length === 0
        ? each.key
        : [...orderColumns.map((read) => read(each)), ...each.key],
    rowsMax: resolveCount(group.limit, 'limit', scope.variables, group.span),
    nodes: nodeFields.map(({ selection }) => scope.compileNodes(selection)),
    startNodes: () => makers.map((start) => start()),
    shape: compileShape(group.fields, keyOf, measures),
    measures,
  };
}

/** The key as it is shown, for a receiver to keep: a value, or an object where several fields may be named. */
function compileKey({ keys, isCompound }: BoundGroupBy): (key: readonly JsonValue[]) => JsonValue {
  if (!isCompound) return ([only]) => copyValue(only ?? null);
  return (key) => {
    const object: OutputObject = {};
    for (let at = 0; at < keys.length; at += 1) {
      setOwn(object, keys[at]?.name ?? '', copyValue(key[at] ?? null));
    }
    return object;
  };
}

function compileShape(
  fields: readonly BoundGroupField[],
  keyOf: (key: readonly JsonValue[]) => JsonValue,
  measures: Measures,
): CompiledGroup['shape'] {
  let nodesAt = -1;
  const columns = fields.map((field): { key: string; read: ReadGroupField } => {
    const { responseKey: key } = field;
    switch (field.kind) {
      case 'typename':
        return { key, read: () => field.typeName };
      case 'key':
        return { key, read: (group) => keyOf(group.key) };
      case 'count': {
        const count = measures.numberOf({ function: 'count' });
        return { key, read: ({ measured }) => measured(count) };
      }
      case 'aggregate': {
        const shape = compileAggregates(field.values, measures);
        return { key, read: ({ measured }) => shape(measured) };
      }
      case 'nodes': {
        nodesAt += 1;
        const at = nodesAt;
        return { key, read: (_group, nodes) => nodes[at] ?? [] };
      }
      default:
        return unreachable(field);
    }
  });
  return (group, nodes) => {
    const object: OutputObject = {};
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column !== undefined) setOwn(object, column.key, column.read(group, nodes));
    }
    return object;
  };
}

type ReadGroupField = (
  group: MeasuredGroup,
  nodes: readonly (readonly OutputObject[])[],
) => JsonValue;

type GroupTest = (group: MeasuredGroup) => boolean;

interface HavingContext {
  readonly measureOf: (by: GroupMeasure) => (group: MeasuredGroup) => StoredValue;
  readonly collection: CollectionEntry;
  readonly scope: GroupScope;
}

const measureSlot = slotName('measure');

/** A condition on a measure is a filter on a document that has it as its one field. */
function compileHaving(having: BoundHaving, context: HavingContext): GroupTest {
  switch (having.kind) {
    case 'and': {
      const tests = having.operands.map((operand) => compileHaving(operand, context));
      return (group) => tests.every((test) => test(group));
    }
    case 'or': {
      const tests = having.operands.map((operand) => compileHaving(operand, context));
      return (group) => tests.some((test) => test(group));
    }
    case 'not': {
      const test = compileHaving(having.operand, context);
      return (group) => !test(group);
    }
    case 'compare': {
      const { measure, type, operator, operand, span } = having;
      const { measureOf, collection, scope } = context;
      const path = [measureSlot];
      const filter = { kind: 'compare', path, type, operator, operand, span } as const;
      const isMatch = compileFilter(resolveWhere(filter, collection, scope.variables));
      const read = measureOf(measure);
      return (group) => isMatch({ id: '', [measureSlot]: read(group) });
    }
    default:
      return unreachable(having);
  }
}
