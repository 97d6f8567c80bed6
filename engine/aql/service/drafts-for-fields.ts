/* What completion offers where fields, collections and what selections are made of may stand. */
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import { relationsOf } from '../relations.ts';
import type { CursorContext } from './cursor-context.ts';
import type { Frame } from './cursor-frame.ts';
import {
  collectionDetail,
  collectionMarkdown,
  distinctCountOf,
  fieldDetail,
  fieldMarkdown,
  idField,
} from './describe.ts';
import { type Draft, hole } from './draft.ts';
import type { CatalogSamples, KnownValues, LanguageCatalog } from './language-catalog.ts';
import { aggregateSignatures } from './signatures.ts';
import { partMeanings } from './word-meanings.ts';

export function collectionDrafts(
  catalog: CatalogShape,
  snippet: (name: string) => string | undefined = () => undefined,
): Draft[] {
  return catalog.collections.map((collection) => ({
    label: collection.name,
    kind: 'collection',
    detail: collectionDetail(collection),
    documentation: collectionMarkdown(collection),
    snippet: snippet(collection.name),
  }));
}

export function fieldDrafts(
  collection: CollectionDefinition | undefined,
  snippet: (name: string) => string | undefined = () => undefined,
  known: KnownValues = {},
): Draft[] {
  if (collection === undefined) return [];
  return [idField, ...collection.fields].map((field) => ({
    label: field.name,
    kind: 'field',
    detail: fieldDetail(field, distinctCountOf(collection, field, known)),
    documentation: fieldMarkdown(collection, field, known),
    snippet: snippet(field.name),
    rank: 3,
  }));
}

/** Names that sampled documents have below a field. */
export function innerDrafts(
  frame: Frame,
  samples: CatalogSamples | undefined,
  snippet: (name: string) => string | undefined = () => undefined,
): Draft[] {
  const { collection, path } = frame;
  if (collection === undefined || path === undefined || samples === undefined) return [];
  const prefix = `${collection.name}.${path}.`;
  const names = new Set<string>();
  for (const key of Object.keys(samples)) {
    if (key.startsWith(prefix)) names.add(key.slice(prefix.length).split('.')[0] ?? '');
  }
  return [...names]
    .filter((name) => /^[A-Za-z_]\w*$/.test(name) && !frame.seen.has(name))
    .map((label) => ({
      label,
      kind: 'field',
      detail: 'found in documents',
      snippet: snippet(label),
      rank: 3,
    }));
}

const rootParts: readonly string[] = ['edges', 'pageInfo', 'totalCount', 'aggregate', 'groupBy'];

const partSnippets: Readonly<Record<string, string>> = {
  edges: 'edges { cursor node { $0 } }',
  pageInfo: 'pageInfo { hasNextPage endCursor }',
  aggregate: 'aggregate { count$0 }',
  groupBy: 'groupBy(field: "$1") { key count$0 }',
  lookup: 'lookup(collection: "$1", localField: "$2", foreignField: "$3") { $0 }',
  compute: `${hole(1, 'name')}: compute("$0")`,
  node: 'node { $0 }',
  nodes: `nodes(limit: ${hole(1, '5')}) { $0 }`,
};

function partDraft(label: string, rank: number): Draft {
  return {
    label,
    kind:
      rootParts.includes(label) || label === 'lookup' || label === 'compute' ? 'function' : 'field',
    documentation: partMeanings[label],
    snippet: partSnippets[label],
    rank,
  };
}

/** Documents show fields; or pages, totals and groups stand in their place. The two do not mix. */
export function selectionDrafts(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { frame, fragments } = context;
  const { collection } = frame;
  if (collection === undefined) return [];
  const hasParts = rootParts.some((name) => frame.seen.has(name));
  const parts = partsOf(frame).filter((name) => !frame.seen.has(name) || name === 'groupBy');
  if (hasParts) return parts.map((name) => partDraft(name, 5));
  const open = fieldDrafts(collection, undefined, catalog).filter(
    ({ label }) => !frame.seen.has(label),
  );
  const drafts = [...open, ...relationDrafts(frame, catalog)];
  const all = allFieldsDraft(frame, collection);
  if (all !== undefined) drafts.push(all);
  for (const { name, on } of fragments) {
    if (on === collection.name) drafts.push({ label: `...${name}`, kind: 'fragment' });
  }
  if (frame.seen.size === 0) drafts.push(...parts.map((name) => partDraft(name, 7)));
  return [...drafts, partDraft('lookup', 7), partDraft('compute', 7), ...typeName(frame)];
}

function partsOf({ parts }: Frame): readonly string[] {
  switch (parts) {
    case undefined:
      return rootParts;
    case 'totals':
      return rootParts.filter((name) => name !== 'edges' && name !== 'pageInfo');
    case 'none':
      return [];
  }
}

function typeName(frame: Frame): Draft[] {
  return frame.seen.has('__typename') ? [] : [{ ...partDraft('__typename', 9), kind: 'field' }];
}

/** Every field that is not selected yet, to be inserted as a whole. */
function allFieldsDraft(frame: Frame, collection: CollectionDefinition): Draft | undefined {
  const names = allFields(collection).filter((name) => !frame.seen.has(name));
  if (names.length < 2) return undefined;
  return {
    label: 'all fields',
    kind: 'snippet',
    detail: `${names.length} fields`,
    documentation: names.join(' '),
    insert: names.join(' '),
    rank: 4,
  };
}

/** The fields of a collection by name, `id` first. */
export function allFields(collection: CollectionDefinition): string[] {
  return ['id', ...collection.fields.map((field) => field.name)];
}

function relationDrafts(frame: Frame, catalog: CatalogShape): Draft[] {
  if (frame.collection === undefined) return [];
  return relationsOf(catalog, frame.collection)
    .filter(({ name, target }) => target !== undefined && !frame.seen.has(name))
    .map(({ name, collection, form, field }) => ({
      label: name,
      kind: 'field',
      detail: form === 'referrers' ? `[${collection}]` : collection,
      documentation:
        form === 'referrers'
          ? `The documents of \`${collection}\` whose \`${field}\` refers to this one.`
          : `The document of \`${collection}\` that \`${field}\` refers to.`,
      snippet: `${name} { $0 }`,
      rank: 5,
    }));
}

/** What `edges`, `pageInfo`, `groupBy` and `aggregate` select. */
export function partDrafts(frame: Frame): Draft[] {
  switch (frame.area) {
    case 'edges':
      return ['cursor', 'node'].map((name) => partDraft(name, 5));
    case 'pageInfo':
      return ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor']
        .filter((name) => !frame.seen.has(name))
        .map((name) => partDraft(name, 5));
    case 'groups':
      return ['key', 'count', 'aggregate', 'nodes']
        .filter((name) => !frame.seen.has(name))
        .map((name) => partDraft(name, 5));
    default:
      return [...aggregateSignatures.values()].map(({ name, documentation }) => ({
        label: name,
        kind: 'function',
        documentation,
        snippet: name === 'count' ? undefined : `${name}(field: "$0")`,
      }));
  }
}
