/* Builds an index that the catalog has already, over the documents that exist, while others read and write. */
import { throwIfCancelled } from '../base/scheduler.ts';
import type { IndexEntry } from '../catalog/catalog.ts';
import { buildIndexTask } from './background-tasks.ts';
import type { CommitLoop } from './commit-loop.ts';
import { finishIndexTask } from './schema-tasks.ts';

/** Resolves when queries may use the index. `throwIfClosed` is called before each step. */
export async function buildIndex(
  loop: CommitLoop,
  index: IndexEntry,
  options: { readonly signal: AbortSignal | undefined; readonly throwIfClosed: () => void },
): Promise<IndexEntry> {
  let fromRow: number | undefined = 0;
  while (fromRow !== undefined) {
    throwIfCancelled(options.signal);
    options.throwIfClosed();
    fromRow = await loop.work(buildIndexTask(index, fromRow));
  }
  return loop.change(finishIndexTask(index));
}
