/* Documents that a page edits: read with their versions, committed as one mutation, taken back. */
import { type Params, type Result, WireError } from '#contract';
import { type Database, documentVersion } from '#engine';
import type { DatabaseService } from './database-service.ts';
import { textWrites } from './text-writes.ts';
import type { WriteGate } from './write-gate.ts';

export async function readVersions(
  database: Database,
  { collection, ids }: Pick<Params<'edits.read'>, 'collection' | 'ids'>,
  signal: AbortSignal,
): Promise<Result<'edits.read'>> {
  const found = await database
    .query(collection)
    .filter((f) => f.inValues('id', [...ids]))
    .signal(signal)
    .collect();
  return {
    documents: found.map((document) => ({
      id: document.id,
      version: documentVersion(document),
      // Documents of a collection are plain JSON.
      document: document as Result<'edits.read'>['documents'][number]['document'],
    })),
  };
}

export async function commitEdits(
  { databases, gate }: { readonly databases: DatabaseService; readonly gate: WriteGate },
  params: Params<'edits.commit'>,
  signal: AbortSignal,
): Promise<Result<'edits.commit'>> {
  const isGuarded = await gate.isGuarded(params);
  const database = databases.get(params.database);
  assertOneMutation(database, params.text);
  const collections = [...new Set(textWrites(params.text).map(({ target }) => target))];
  gate.admit(params, { isGuarded });
  const result = await database.execute(params.text, { signal });
  if (result.kind !== 'mutation' || result.lsn === undefined) {
    return { documentCount: 0, collections };
  }
  const { lsn, documentCount } = result;
  const { epoch } = await database.position();
  return { position: { epoch, lsn }, documentCount, collections };
}

/** @throws WireError for a text that is not one mutation */
function assertOneMutation(database: Database, text: string): void {
  const { statements } = database.check(text);
  const [statement] = statements;
  if (statements.length === 1 && statement?.kind === 'mutation') return;
  throw new WireError({
    code: 'InvalidParams',
    message: 'Edits are committed as one mutation.',
    hint: 'Run other texts in a query tab.',
  });
}

/** @throws AuroraError or WireError for a text that could not be committed, whatever documents there are */
export function assertCommittable(database: Database, text: string): void {
  database.prepare(text);
  assertOneMutation(database, text);
}

export async function takeBack(
  database: Database,
  position: Params<'edits.inverse'>['position'],
  signal: AbortSignal,
): Promise<Result<'edits.inverse'>> {
  const { text, documentCount, obstacles } = await database.inverseOf(position, { signal });
  return { documentCount, obstacles, ...(text === undefined ? {} : { text }) };
}
