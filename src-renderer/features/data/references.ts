/* Where the references of a document lead: to the documents that it refers to, and to those that refer to it. */
import type { CollectionInfo, WireValue } from '#contract';
import { literalText } from '#engine/aql/edits';
import type { TabPlace } from '../../app/tabs/query-tab-props.ts';

interface Reference {
  /** What it is called: `team_id → teams`. */
  readonly label: string;
  /** The field that leads away from here; none for documents that lead here. */
  readonly field: string | undefined;
  readonly place: TabPlace;
}

/** The references of a document whose fields `valueIn` gives. */
export function referencesOf(
  info: CollectionInfo,
  collections: readonly CollectionInfo[],
  valueIn: (field: string) => WireValue | undefined,
): readonly Reference[] {
  const away = info.fields.flatMap(({ name, references: target }): Reference[] => {
    const value = valueIn(name);
    if (target === undefined || value === undefined || value === null) return [];
    const where = Array.isArray(value)
      ? `{ id: { in: ${literalText(value)} } }`
      : `{ id: { eq: ${literalText(value)} } }`;
    return [{ label: `${name} → ${target}`, field: name, place: { collection: target, where } }];
  });
  const id = valueIn('id');
  if (typeof id !== 'string') return away;
  const here = collections.flatMap((other) =>
    other.fields.flatMap(({ name, type, references }): Reference[] => {
      if (references !== info.name) return [];
      const operator = type.kind === 'list' ? 'contains' : 'eq';
      const where = `{ ${name}: { ${operator}: ${literalText(id)} } }`;
      const place = { collection: other.name, where };
      return [{ label: `${other.name} by ${name}`, field: undefined, place }];
    }),
  );
  return [...away, ...here];
}
