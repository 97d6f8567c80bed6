/* Which indexes a definition asks for. A field that is unique or indexed has one of its own; equal ones are merged. */
import type { CollectionDefinition, IndexDefinition } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { IndexEntry } from './catalog.ts';

/** An index that is to be made. */
export interface PlannedIndex {
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly multiEntry: boolean;
  readonly text?: true;
}

/** The indexes of a definition, in its order. @throws AuroraError `InvalidOption` */
export function planIndexes(definition: CollectionDefinition): readonly PlannedIndex[] {
  const wanted: IndexDefinition[] = definition.fields
    .filter((field) => field.unique || field.indexed)
    .map((field) => ({ fields: [field.name], unique: field.unique }));
  const planned = new Map<string, PlannedIndex>();
  for (const index of [...wanted, ...definition.indexes]) {
    const plan = planIndex(definition, index);
    const name = indexName(plan);
    const present = planned.get(name);
    planned.set(name, { ...plan, unique: plan.unique || present?.unique === true });
  }
  return [...planned.values()];
}

/** How one index of a collection is made. @throws AuroraError `InvalidOption` */
export function planIndex(definition: CollectionDefinition, index: IndexDefinition): PlannedIndex {
  if (index.fields.length === 0 || index.fields.length > limits.indexFieldsMax) {
    throw new AuroraError(
      'InvalidOption',
      `An index of "${definition.name}" names ${index.fields.length} fields; it must be 1 to ${limits.indexFieldsMax}.`,
      { details: { collection: definition.name, fields: index.fields } },
    );
  }
  const only = index.fields.length === 1 ? index.fields[0] : undefined;
  const field = definition.fields.find(({ name }) => name === only);
  if (index.text === true && (only === undefined || index.unique)) {
    throw new AuroraError(
      'InvalidOption',
      `A text index of "${definition.name}" names ${index.fields.join(', ')}${index.unique ? ' as unique' : ''}; it must be one field, not unique.`,
      { details: { collection: definition.name, fields: index.fields } },
    );
  }
  return {
    fields: index.fields,
    unique: index.unique,
    multiEntry: index.text === true || (field !== undefined && field.type.kind === 'list'),
    ...(index.text === true && { text: true }),
  };
}

/** The name of an index: its fields, joined by commas; of one of words it says so. */
export function indexName({ fields, text }: Pick<IndexDefinition, 'fields' | 'text'>): string {
  return text === true ? `text(${fields.join(',')})` : fields.join(',');
}

export function indexEntry(
  collection: string,
  plan: PlannedIndex,
  storageId: number,
  state: IndexEntry['state'],
): IndexEntry {
  return { storageId, name: indexName(plan), collection, ...plan, state };
}
