/* What becomes of each column of a file: as found, until the person says otherwise. */
import type {
  CollectionInfo,
  ImportColumnOrder,
  ImportInspectionInfo,
  WireFieldType,
  WireScalarType,
} from '#contract';
import { typeText } from '../../grid/cell-value.ts';

export interface ColumnChoice {
  readonly source: string;
  /** The field it goes to; where it is left out, the one it would go to. */
  readonly field: string;
  readonly isSkipped: boolean;
  /** Its type, for a collection that the import defines. */
  readonly type: WireFieldType;
  readonly foundType: WireFieldType;
}

/** Columns without a field in a closed collection are left out: all their records would be refused. */
export function choicesOf(
  { columns }: ImportInspectionInfo,
  target: CollectionInfo | undefined,
): readonly ColumnChoice[] {
  return columns.map(({ source, field, type, foundType, isDefined }) => ({
    source,
    field,
    isSkipped: target !== undefined && !target.open && !isDefined,
    type: target === undefined ? type : foundType,
    foundType,
  }));
}

export function columnOrders(
  choices: readonly ColumnChoice[],
  target: CollectionInfo | undefined,
): readonly ImportColumnOrder[] {
  return choices.map(({ source, field, isSkipped, type, foundType }) => ({
    source,
    ...(isSkipped ? { isSkipped } : { field }),
    ...(target !== undefined || isSkipped || typeText(type) === typeText(foundType)
      ? {}
      : { type }),
  }));
}

/** What stands in the way of an import with these choices, in sentences. */
export function obstaclesOf(choices: readonly ColumnChoice[]): readonly string[] {
  const taken = choices.filter(({ isSkipped }) => !isSkipped);
  if (taken.length === 0) return ['Every column is left out.'];
  const byField = new Map<string, string[]>();
  for (const { field, source } of taken) {
    byField.set(field, [...(byField.get(field) ?? []), source]);
  }
  const doubled = [...byField].filter(([, sources]) => sources.length > 1);
  const wrong = taken.filter(({ field }) => field !== 'id' && !isFieldName(field));
  return [
    ...doubled.map(([field, sources]) => `"${sources.join('" and "')}" both go to "${field}".`),
    ...wrong.map(({ source, field }) =>
      field === '' ? `"${source}" has no field.` : `"${field}" is no name for a field.`,
    ),
  ];
}

/** Fields that must be given, which no column gives. */
export function missingFields(
  choices: readonly ColumnChoice[],
  target: CollectionInfo | undefined,
): readonly string[] {
  const given = new Set(choices.filter(({ isSkipped }) => !isSkipped).map(({ field }) => field));
  return (target?.fields ?? [])
    .filter(
      ({ name, nullable, default: byDefault }) =>
        !nullable && byDefault === undefined && !given.has(name),
    )
    .map(({ name }) => name);
}

/** Fields by which documents can be found to be replaced. */
export function upsertKeys(
  choices: readonly ColumnChoice[],
  target: CollectionInfo | undefined,
): readonly string[] {
  if (target === undefined) return [];
  const unique = new Set([
    'id',
    ...target.fields.filter((field) => field.unique).map(({ name }) => name),
  ]);
  return choices
    .filter(({ isSkipped, field }) => !isSkipped && unique.has(field))
    .map(({ field }) => field);
}

const scalars: readonly WireScalarType[] = [
  'String',
  'Int',
  'Float',
  'Boolean',
  'DateTime',
  'Uuid',
  'Object',
  'Any',
];

/** The types that a column of a new collection can have, with the one that was found first. */
export function typeOptions(foundType: WireFieldType): readonly WireFieldType[] {
  const all: readonly WireFieldType[] = [
    foundType,
    ...scalars.map((name) => ({ kind: 'scalar' as const, name })),
    ...(['String', 'Int', 'Float', 'Any'] as const).map((name) => ({
      kind: 'list' as const,
      element: { kind: 'scalar' as const, name },
    })),
  ];
  const seen = new Set<string>();
  return all.filter((type) => {
    const text = typeText(type);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function isFieldName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(name);
}
