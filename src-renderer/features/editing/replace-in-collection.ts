/*
 * Find and replace among the documents of a collection. The host finds them, by the filter of the view; documents that
 * are staged are looked at as they are going to be.
 */
import type { CollectionInfo, FieldInfo } from '#contract';
import {
  elementOf,
  hasParts,
  isReplaceable,
  type ReplacedCell,
  type Replacements,
  type ReplaceSource,
  type Replacing,
  replacedValue,
  replacementsMax,
  soughtValue,
} from './replace-in-column.ts';
import { fieldValue } from './staged-document.ts';
import { editFields, type FieldEdit } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';

interface CollectionPlace {
  readonly store: StagedStore;
  readonly info: CollectionInfo;
  /** The filter of the view; empty for all documents. */
  readonly where: string;
}

export function collectionReplacing(place: CollectionPlace): ReplaceSource {
  const columns = place.info.fields.filter(isReplaceable);
  return {
    title: place.info.name,
    columns,
    find: (column, replacing, signal) => {
      const field = columns.find(({ name }) => name === column);
      return field === undefined
        ? Promise.resolve(nothingFound)
        : findReplacements({ ...place, field }, replacing, signal);
    },
  };
}

const nothingFound: Replacements = {
  ...{ cells: [], refusedCount: 0, refusal: undefined, cutNote: undefined },
  stage: () => undefined,
};

type ColumnPlace = CollectionPlace & { readonly field: FieldInfo };

/** The replacements in a column of all that the filter leaves. @throws WireError */
async function findReplacements(
  place: ColumnPlace,
  replacing: Replacing,
  signal: AbortSignal,
): Promise<Replacements> {
  const { store, field } = place;
  const found = await matchingIds(place, replacing, signal);
  const staged = new Map(store.merged().map((document) => [document.id, document]));
  const ids = found.filter((id) => !staged.has(id)).slice(0, replacementsMax);
  const documents = new Map(await store.read(ids));
  const shown = await shownIds(place, [...staged.keys()], signal);
  for (const { id, kind, mine } of staged.values()) {
    if (mine !== undefined && (kind === 'insert' || shown.has(id))) documents.set(id, mine);
  }
  const edits: FieldEdit[] = [];
  const cells: ReplacedCell[] = [];
  let refusedCount = 0;
  let refusal: string | undefined;
  for (const [id, document] of documents) {
    const before = fieldValue(document, field.name);
    const replaced = replacedValue(before, field, replacing);
    if (replaced?.kind === 'value') {
      const { value } = replaced;
      edits.push({ shown: { ...document, id }, field: field.name, value });
      cells.push({ id, before, after: value });
    } else if (replaced !== undefined) {
      refusedCount += 1;
      refusal ??= replaced.message;
    }
  }
  const most = replacementsMax.toLocaleString('en-US');
  return {
    ...{ cells, refusedCount, refusal },
    cutNote:
      found.length > replacementsMax ? `There are more: ${most} are made at a time.` : undefined,
    stage: () => store.apply((state) => editFields(state, edits)),
  };
}

async function matchingIds(
  { store, field, where }: ColumnPlace,
  replacing: Replacing,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const sought = soughtValue(elementOf(field), replacing);
  if (sought === undefined) return [];
  const condition = `{ ${field.name}: { ${operatorFor(field, replacing)}: $sought } }`;
  const asked = { condition: both(where, condition), sought, limit: replacementsMax + 1 };
  return store.idsWhere(asked, signal);
}

/** Those of the staged documents that the filter leaves. */
async function shownIds(
  { store, where }: ColumnPlace,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (where === '' || ids.length === 0) return new Set(ids);
  const condition = both(where, '{ id: { in: $sought } }');
  return new Set(await store.idsWhere({ condition, sought: ids, limit: ids.length }, signal));
}

function both(where: string, condition: string): string {
  return where === '' ? condition : `{ and: [${where}, ${condition}] }`;
}

function operatorFor(field: FieldInfo, { isWhole, matchesCase }: Replacing): string {
  if (field.type.kind === 'list') return 'contains';
  if (!hasParts(field)) return 'eq';
  if (isWhole) return matchesCase ? 'eq' : 'ieq';
  return matchesCase ? 'contains' : 'icontains';
}
