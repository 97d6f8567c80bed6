import type { CatalogInfo, DatabaseId, TopicSink } from '#contract';
import { AuroraError } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { toCatalogInfo } from './to-wire.ts';

/** The schema and counts of an open database. */
export function getCatalog(databases: DatabaseService, database: DatabaseId): Promise<CatalogInfo> {
  return toCatalogInfo(databases.get(database));
}

/**
 * Emits the catalog now and after commits that change what it shows: the first change at once, then at most one event
 * per interval, so that an import of a million documents does not flood the page. Ends when the database closes.
 */
export function watchCatalog(
  services: { readonly databases: DatabaseService; readonly clock: Clock },
  id: DatabaseId,
  sink: TopicSink<'catalog'>,
): () => void {
  const { databases, clock } = services;
  const database = databases.get(id);
  let shown = '';
  let cancelTimer: (() => void) | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  let isReading = false;
  let isStale = false;
  let isStopped = false;

  // One reading at a time, and once more after a commit during it.
  const read = async () => {
    cancelTimer = undefined;
    isStale = true;
    if (isReading) return;
    isReading = true;
    try {
      while (isStale && !isStopped) {
        isStale = false;
        emit(await toCatalogInfo(database));
      }
    } catch (error) {
      // While nobody owns the database, what was shown stays; the next owner is asked again.
      if (!isOwnerLost(error)) sink.end(error);
    } finally {
      isReading = false;
    }
  };
  const emit = (catalog: CatalogInfo) => {
    const text = JSON.stringify(catalog);
    // Most commits change nothing that is shown: they too are looked at no more than once in a while.
    lookedAt = clock.now();
    if (text === shown || isStopped) return;
    shown = text;
    sink.emit(catalog);
  };
  const readSoon = () => void read();
  const removeCommitListener = database.onDidCommit(() => {
    if (cancelTimer !== undefined) return;
    const waitMs = lookedAt + serviceLimits.catalogEventMs - clock.now();
    if (waitMs <= 0) readSoon();
    else cancelTimer = clock.after(waitMs, readSoon);
  });
  const removeConnectionListener = database.onDidChangeConnection(({ state }) => {
    if (state === 'owner' || state === 'guest') readSoon();
  });
  const removeCloseListener = databases.onWillClose(async (closing) => {
    if (closing === id) sink.end();
  });
  readSoon();
  return () => {
    isStopped = true;
    cancelTimer?.();
    removeCommitListener();
    removeConnectionListener();
    removeCloseListener();
  };
}

function isOwnerLost(error: unknown): boolean {
  return error instanceof AuroraError && error.code === 'OwnerLost';
}
