import type { Result } from '#contract';
import type { Database } from '#engine';
import { fieldsOf } from './result-fields.ts';

/** How large indexes are, and how often they are read. */
export async function indexFigures(
  database: Database,
  signal: AbortSignal,
): Promise<Result<'catalog.indexes'>> {
  const text = '{ _indexes { collection name bytes_estimated use_count } }';
  const { data } = await database.execute(text, { signal });
  const rows = data['_indexes'];
  return {
    indexes: (Array.isArray(rows) ? rows : []).map(fieldsOf).map((index) => ({
      collection: String(index['collection']),
      name: String(index['name']),
      bytesEstimated: Number(index['bytes_estimated']),
      useCount: Number(index['use_count']),
    })),
  };
}
