/*
 * Decides what becomes of each column before the first document is written: from the schema when the collection
 * exists, from the values of the file when it does not.
 */
import type { CollectionDefinition, FieldDefinition, FieldType } from '#engine/aql';
import type { ColumnTarget } from './import-conversion.ts';
import { type InferredColumn, isUuidText } from './import-inference.ts';
import { isFieldName, mapFieldNames, snakeName } from './import-names.ts';
import type { ImportColumn, ImportMapping } from './import-report.ts';

const anyType: FieldType = { kind: 'scalar', name: 'Any' };
const uuidType: FieldType = { kind: 'scalar', name: 'Uuid' };

/** Where every column of a file goes, and the definition of the collection when it has to be made. */
export interface ImportPlan {
  readonly definition: CollectionDefinition;
  /** `undefined` for a column that is left out. */
  targetOf(source: string, value: unknown): ColumnTarget | undefined;
  /** The columns that have been asked for, in order of appearance. */
  columns(): readonly ImportColumn[];
}

/** A plan for a new collection. When not all records were seen (`isWhole: false`), every field may be null. */
export function planNewCollection(
  name: string,
  columns: readonly InferredColumn[],
  options: { readonly isWhole: boolean; readonly mapping?: ImportMapping | undefined },
): ImportPlan {
  const { mapping = {} } = options;
  const taken = columns.filter(({ source }) => mapping[source]?.skip !== true);
  const id = taken.find((column) => column.source === 'id');
  const idIsUuid = id?.isComplete === true && isUuidType(id.type);
  const names = mapFieldNames(
    taken.map((column) => column.source),
    { idIsUuid },
  );
  const targets = new Map<string, ColumnTarget>();
  const fields: FieldDefinition[] = [];
  for (const { source, type: found, isComplete } of taken) {
    const type = mapping[source]?.type ?? found;
    const field = mapping[source]?.field ?? names.get(source) ?? snakeName(source);
    const nullable = !(options.isWhole && isComplete);
    targets.set(source, { field, type, nullable, numbersBecomeText: true });
    if (field === 'id') continue;
    fields.push({ name: field, type, nullable, unique: false, indexed: false });
  }
  return makePlan({ name, fields, indexes: [], open: false }, targets, mapping, (source) => ({
    field: isFieldName(source) ? source : snakeName(source),
    type: anyType,
    nullable: true,
    numbersBecomeText: false,
  }));
}

/**
 * A plan for a collection that exists. A column goes to the field of its name, else to the field that its name
 * maps to, else to one that differs only in case; a column without a field keeps its name, and the engine decides.
 */
export function planExistingCollection(
  definition: CollectionDefinition,
  mapping: ImportMapping = {},
): ImportPlan {
  return makePlan(definition, new Map(), mapping, (given, value) => {
    const source = mapping[given]?.field ?? given;
    if (source === 'id' && (value === null || isUuidText(String(value)))) {
      return { field: 'id', type: uuidType, nullable: true, numbersBecomeText: false };
    }
    const field = findField(definition, source === 'id' ? 'source_id' : source);
    if (field === undefined) {
      return { field: source, type: anyType, nullable: true, numbersBecomeText: false };
    }
    const { name, type, nullable } = field;
    return { field: name, type, nullable, numbersBecomeText: false };
  });
}

function makePlan(
  definition: CollectionDefinition,
  targets: Map<string, ColumnTarget>,
  mapping: ImportMapping,
  decide: (source: string, value: unknown) => ColumnTarget,
): ImportPlan {
  return {
    definition,
    targetOf: (source, value) => {
      const known = targets.get(source);
      if (known !== undefined) return known;
      if (mapping[source]?.skip === true) return undefined;
      const target = decide(source, value);
      targets.set(source, target);
      return target;
    },
    columns: () =>
      [...targets].map(([source, { field, type, nullable }]) => ({
        source,
        field,
        type,
        nullable,
      })),
  };
}

function findField(definition: CollectionDefinition, source: string): FieldDefinition | undefined {
  const snake = snakeName(source);
  const lower = source.toLowerCase();
  return (
    definition.fields.find((field) => field.name === source) ??
    definition.fields.find((field) => field.name === snake) ??
    definition.fields.find((field) => field.name.toLowerCase() === lower)
  );
}

function isUuidType(type: FieldType): boolean {
  return type.kind === 'scalar' && type.name === 'Uuid';
}
