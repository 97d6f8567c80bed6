import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseId, TopicSink } from '#contract';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { foldersOf, listSavedQueries, savedQueryFolder } from './saved-queries.ts';

export interface SavedQueryWatchServices {
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Emits the saved queries of a database now and after changes on disk, whoever made them. Each folder is watched by
 * itself, and the parent for the folder's coming: Node's recursive watching differs between systems.
 */
export function watchSavedQueries(
  services: SavedQueryWatchServices,
  id: DatabaseId,
  sink: TopicSink<'savedQueries'>,
): () => void {
  const { databases, clock, log } = services;
  const { path } = databases.get(id);
  const watchers = new Map<string, FSWatcher>();
  let cancelTimer: (() => void) | undefined;
  let isListing = false;
  let isStale = false;
  let hasEnded = false;

  const changeLater = () => {
    cancelTimer ??= clock.after(serviceLimits.savedWatchMs, () => {
      cancelTimer = undefined;
      void refresh();
    });
  };
  const watchFolder = (folder: string, only?: string) => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_kind, name) => {
        if (only === undefined || name === null || name === only) changeLater();
      });
      // A folder that is removed ends its watcher; the list that follows finds out what is left.
      watcher.on('error', () => forget(folder));
      watchers.set(folder, watcher);
    } catch {
      // A folder that is not there, or that the system cannot watch, is listed again with the next change elsewhere.
    }
  };
  const forget = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
    changeLater();
  };
  const refresh = async () => {
    isStale = true;
    if (isListing) return;
    isListing = true;
    try {
      while (isStale && !hasEnded) {
        isStale = false;
        const list = await listSavedQueries(path);
        if (hasEnded) return;
        const wanted = new Set(foldersOf(list));
        const parent = dirname(list.folder);
        for (const [folder, watcher] of watchers) {
          if (wanted.has(folder) || folder === parent) continue;
          watcher.close();
          watchers.delete(folder);
        }
        for (const folder of wanted) watchFolder(folder);
        sink.emit(list);
      }
    } catch (error) {
      log(`The saved queries of ${path} could not be listed: ${String(error)}`);
      sink.end(error);
    } finally {
      isListing = false;
    }
  };

  const folder = savedQueryFolder(path);
  watchFolder(dirname(folder), basename(folder));
  void refresh();
  const removeCloseListener = databases.onWillClose(async (closing) => {
    if (closing === id) sink.end();
  });
  return () => {
    hasEnded = true;
    cancelTimer?.();
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
    removeCloseListener();
  };
}
