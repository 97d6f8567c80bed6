import type { Database } from '#engine';
import type { Fields } from './result-fields.ts';

const rowsPerStep = 1_000;

/**
 * Hands the rows of a query of one root to `visit`, a part at a time, until that gives false or `rowsMax` is reached.
 * @throws what the query throws
 */
export async function readRows(
  database: Database,
  text: string,
  { signal, rowsMax }: { readonly signal: AbortSignal; readonly rowsMax: number },
  visit: (row: Fields) => boolean,
): Promise<void> {
  const run = database.run(text, { signal });
  let names: readonly string[] = [];
  try {
    for (let read = 0; read < rowsMax; ) {
      const { parts, done } = await run.next(rowsPerStep);
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        if (part.kind === 'head') names = part.columns.map(({ name }) => name);
        if (part.kind !== 'rows') continue;
        read += part.rowCount;
        for (let row = 0; row < part.rowCount; row += 1) {
          const fields = names.map((name, at) => [name, part.columns[at]?.[row] ?? null]);
          if (!visit(Object.fromEntries(fields))) return;
        }
      }
      if (done) return;
    }
  } finally {
    await run.close();
  }
}
