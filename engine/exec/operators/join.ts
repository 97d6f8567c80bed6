/*
 * Attaches to each document what another collection has for it. A batch is answered as a whole: the rows that belong to
 * its documents are found in one pass, each document on the other side is read and shaped once however many want it,
 * and relations inside it are answered for all of them together.
 */
import type { JsonValue } from '#engine/aql';
import { assert } from '../../base/assert.ts';
import type { AuroraError } from '../../errors.ts';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import type { JoinMatches, JoinSource } from '../join-matches.ts';
import { type Operator, restBatch } from '../operator.ts';
import { memoryExceeded, type QueryMemory } from '../query-memory.ts';
import { type DocumentSource, readRows } from '../sort-entry.ts';

export interface JoinTarget {
  readonly slot: string;
  /** What it is called, for messages. */
  readonly title: string;
  readonly source: JoinSource;
  /** Which of the matches of one document are given. */
  readonly offset: number;
  readonly rowsMax: number;
  /** Attaches what the documents on the other side need. */
  attach(input: Operator): Operator;
  /** Begins to shape what one batch gives. */
  startShaping(): JoinShaping;
}

/** Takes the documents on the other side, and gives the value of each document on this side. */
export interface JoinShaping {
  /** `takers` are the documents on this side, by their number in the batch. */
  add(document: StoredDocument, row: Row, takers: readonly number[]): void;
  /** `rows` are those of the matches that are given, in their order. */
  value(taker: number, rows: readonly Row[]): Generator<typeof restBatch, JsonValue, undefined>;
}

/** Documents on this side that are answered together, at most. */
const takersMax = 256;
const takersFirst = 64;
/** With more matches than this, the next documents are answered in smaller groups. */
const matchesWanted = 4_096;

type JoinContext = DocumentSource & { readonly memory: QueryMemory };

export function* joinRows(input: Operator, target: JoinTarget, context: JoinContext): Operator {
  let takerCount = takersFirst;
  for (const { rows, documents } of input) {
    if (documents.length === 0) {
      yield restBatch;
      continue;
    }
    for (let start = 0; start < documents.length; ) {
      const end = Math.min(documents.length, start + takerCount);
      const takers = documents.slice(start, end);
      const { matchCount, attached } = yield* joinGroup(takers, target, context);
      yield { rows: rows.slice(start, end), documents: attached };
      if (matchCount > matchesWanted) takerCount = Math.max(1, takerCount >> 1);
      else if (matchCount < matchesWanted / 8) takerCount = Math.min(takersMax, takerCount << 1);
      start = end;
    }
  }
}

interface JoinedGroup {
  readonly matchCount: number;
  readonly attached: readonly StoredDocument[];
}

function* joinGroup(
  takers: readonly StoredDocument[],
  target: JoinTarget,
  context: JoinContext,
): Generator<typeof restBatch, JoinedGroup, undefined> {
  const { source, offset, rowsMax, slot, title } = target;
  const { operatorBytesMax: bytesMax } = context.memory;
  const matches = yield* source.find(takers, { from: offset, to: offset + rowsMax });
  const takersOf = new Map<Row, number[]>();
  let pairCount = 0;
  for (const [taker, rows] of matches.rows.entries()) {
    for (const row of rows) {
      pairCount += 1;
      if (pairCount % valuesPerStep === 0) yield restBatch;
      const known = takersOf.get(row);
      if (known === undefined) takersOf.set(row, [taker]);
      else known.push(taker);
    }
    if (pairCount * pairBytes > bytesMax) throw joinTooLarge(title, bytesMax);
  }
  const shaping = target.startShaping();
  for (const batch of target.attach(readMatches(takersOf.keys(), matches, source, context))) {
    for (const [at, document] of batch.documents.entries()) {
      const row = batch.rows[at];
      assert(row !== undefined, 'each document has its row');
      shaping.add(document, row, takersOf.get(row) ?? []);
    }
    yield restBatch;
  }
  const attached: StoredDocument[] = [];
  let valueCount = 0;
  for (const [taker, document] of takers.entries()) {
    const rows = matches.rows[taker] ?? [];
    attached.push({ ...document, [slot]: yield* shaping.value(taker, rows) });
    valueCount += 1 + rows.length;
    if (valueCount < valuesPerStep) continue;
    yield restBatch;
    valueCount = 0;
  }
  return { matchCount: takersOf.size, attached };
}

const valuesPerStep = 2_048;
/** A row and to whom it belongs. */
const pairBytes = 64;
const documentsPerBatch = 128;

/** The documents of rows; those that were read to find them are not read again. */
function* readMatches(
  rows: Iterable<Row>,
  { documents }: JoinMatches,
  { collection }: JoinSource,
  context: JoinContext,
): Operator {
  if (documents === undefined) {
    yield* readRows(rows, collection, context);
    return;
  }
  let batch: { rows: Row[]; documents: StoredDocument[] } = { rows: [], documents: [] };
  for (const row of rows) {
    const document = documents.get(row);
    assert(document !== undefined, 'a match is kept with its document');
    batch.rows.push(row);
    batch.documents.push(document);
    if (batch.rows.length < documentsPerBatch) continue;
    yield batch;
    batch = { rows: [], documents: [] };
  }
  yield batch;
}

/** The other side of a join needs more memory than it may. */
export function joinTooLarge(title: string, bytesMax: number): AuroraError {
  return memoryExceeded({
    what: `What "${title}" finds at once`,
    bytesMax,
    hint: 'Give it a limit or a narrower filter, or select aggregate { … } in place of documents.',
    details: { title },
  });
}
