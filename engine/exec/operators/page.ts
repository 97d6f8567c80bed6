/*
 * The documents of a page with their cursors, and what is known of the page. One document more than the page holds is
 * read, to see whether there is a next one; a page that goes backward is kept as rows and turned round.
 */
import type { BoundPart } from '#engine/aql';
import { setOwn } from '../../base/own-key.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { PhysicalNode } from '../../plan/physical-plan.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { buildOperator } from '../build-operator.ts';
import type { PageWindow } from '../open-page.ts';
import { type Operator, type OperatorContext, restBatch } from '../operator.ts';
import { edgeRow, partRow } from '../part-rows.ts';
import type { OutputObject } from '../projection.ts';
import { readRows } from '../sort-entry.ts';
import { withScoresOf } from './search.ts';

/** One `edges` of a selection. */
export interface PageEdges {
  readonly part: number;
  readonly cursorSlot: string;
  /** Attaches what the nodes show. */
  attach(input: Operator): Operator;
}

type PageInfoFields = Extract<BoundPart, { kind: 'pageInfo' }>['fields'];

export interface PageTarget {
  readonly collection: CollectionEntry;
  readonly window: PageWindow;
  readonly cursorOf: (document: StoredDocument) => string;
  readonly node: PhysicalNode;
  /** Plans a look at what stands before the page, in its direction. */
  readonly probe: () => PhysicalNode;
  readonly edges: readonly PageEdges[];
  readonly infos: readonly { readonly part: number; readonly fields: PageInfoFields }[];
}

/** What is found out while the documents of a page go by. */
interface SeenPage {
  hasMore: boolean;
  first: string | null;
  last: string | null;
}

export function* readPage(target: PageTarget, context: OperatorContext): Operator {
  const { edges, infos } = target;
  if (edges.length === 0 && infos.length === 0) return;
  let seen: SeenPage = { hasMore: false, first: null, last: null };
  for (const { part, cursorSlot, attach } of edges) {
    seen = { hasMore: false, first: null, last: null };
    const documents = withCursors(pageDocuments(target, seen, context), target, seen);
    for (const batch of attach(placed(documents, cursorSlot))) {
      yield { rows: batch.rows, documents: batch.documents.map((each) => edgeRow(part, each)) };
    }
  }
  if (infos.length === 0) return;
  if (edges.length === 0) {
    for (const _ of withCursors(pageDocuments(target, seen, context), target, seen))
      yield restBatch;
  }
  yield* infoRows(target, seen, context);
}

/** The documents of the page, in the order that was asked for. */
function* pageDocuments(target: PageTarget, seen: SeenPage, context: OperatorContext): Operator {
  const { node, collection, window } = target;
  const { count, isBackward } = window;
  const input = cut(withScoresOf(buildOperator(node, context), context), count, seen);
  if (!isBackward || count === undefined) {
    yield* input;
    return;
  }
  const found: Row[] = [];
  for (const { rows } of input) {
    for (const row of rows) found.push(row);
    yield restBatch;
  }
  yield* withScoresOf(readRows(found.reverse(), collection, context), context);
}

/** Lets `count` documents through and says whether there are more. */
function* cut(input: Operator, count: number | undefined, seen: SeenPage): Operator {
  let left = count ?? Number.POSITIVE_INFINITY;
  for (const { rows, documents } of input) {
    if (rows.length > left) seen.hasMore = true;
    yield rows.length > left
      ? { rows: rows.slice(0, left), documents: documents.slice(0, left) }
      : { rows, documents };
    left -= Math.min(left, rows.length);
    if (seen.hasMore) return;
  }
}

interface PlacedBatch {
  readonly rows: readonly Row[];
  readonly documents: readonly StoredDocument[];
  readonly cursors: readonly string[];
}

function* withCursors(
  input: Operator,
  { cursorOf }: PageTarget,
  seen: SeenPage,
): Generator<PlacedBatch, void, undefined> {
  for (const { rows, documents } of input) {
    const cursors = documents.map(cursorOf);
    seen.first ??= cursors[0] ?? null;
    seen.last = cursors.at(-1) ?? seen.last;
    yield { rows, documents, cursors };
  }
}

function* placed(input: Generator<PlacedBatch, void, undefined>, slot: string): Operator {
  for (const { rows, documents, cursors } of input) {
    yield {
      rows,
      documents: documents.map((document, at) => ({ ...document, [slot]: cursors[at] ?? null })),
    };
  }
}

function* infoRows(
  { infos, window, probe }: PageTarget,
  seen: SeenPage,
  context: OperatorContext,
): Operator {
  const other = window.isBackward ? 'hasNextPage' : 'hasPreviousPage';
  const isAsked = infos.some(({ fields }) =>
    fields.some((field) => field.kind === 'pageInfo' && field.name === other),
  );
  let hasOther = false;
  if (isAsked && (window.place !== undefined || window.offset > 0)) {
    for (const { rows } of buildOperator(probe(), context)) {
      hasOther ||= rows.length > 0;
      yield restBatch;
    }
  }
  const values = {
    hasNextPage: window.isBackward ? hasOther : seen.hasMore,
    hasPreviousPage: window.isBackward ? seen.hasMore : hasOther,
    startCursor: seen.first,
    endCursor: seen.last,
  };
  const documents = infos.map(({ part, fields }) => {
    const object: OutputObject = {};
    for (const field of fields) {
      const value = field.kind === 'typename' ? field.typeName : values[field.name];
      setOwn(object, field.responseKey, value);
    }
    return partRow(part, object);
  });
  yield { rows: documents.map((_, at) => at as Row), documents };
}
