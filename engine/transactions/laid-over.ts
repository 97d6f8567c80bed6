import { nextTurn } from '../base/scheduler.ts';
import { IndexChanges } from '../indexes/index-changes.ts';
import { openOverlayStore } from '../storage/overlay-store.ts';
import { BufferApplication } from './apply-buffer.ts';
import type { PublishedState } from './engine-snapshot.ts';
import { StoreBase } from './store-base.ts';

const rowsPerStep = 256;

/**
 * A state with its buffered commits laid over the store in memory, so that it can be scanned although the store does
 * not hold them. The caller lets go of its base.
 */
export async function laidOver(state: PublishedState): Promise<PublishedState> {
  const { base, buffers, sequence, catalog, codecs, indexUses } = state;
  base.hold();
  base.fix();
  let forget = (): void => undefined;
  const overlay = openOverlayStore({
    get: (key) => base.reader.get(key),
    peek: (key) => base.reader.peek(key),
    range: (range) => base.reader.range(range),
    visit: (range, visit) => base.reader.visit(range, visit),
    release: () => {
      forget();
      base.letGo();
    },
  });
  // No collection is made here, so no storage id is given out.
  const coldMode = 'HighThroughput' as const;
  const indexChanges = new IndexChanges();
  const target = { catalog, codecs, nextStorageId: 0, coldMode, indexChanges };
  try {
    for (const buffer of [...buffers].reverse()) {
      const options = { isStored: false, lsnMax: sequence };
      const application = new BufferApplication(buffer, target, options);
      while (!application.isDone) {
        application.step(rowsPerStep, (action, bytes) => overlay.transact(action, bytes));
        await nextTurn();
      }
    }
  } catch (error) {
    await overlay.close();
    throw error;
  }
  const kv = overlay.snapshot();
  const over = new StoreBase({ ...kv, release: () => void overlay.close() });
  // Whoever reads it keeps what is below it.
  forget = base.onDidSupersede(() => over.supersede());
  return { base: over, baseSequence: sequence, buffers: [], sequence, catalog, codecs, indexUses };
}
