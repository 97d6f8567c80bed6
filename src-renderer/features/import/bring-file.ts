/*
 * Brings a file to the host: each piece is sent when the one before was taken, so a file of any size passes through a few
 * hundred kilobytes of memory, and to pause is to send nothing.
 */
import { type DatabaseId, type ImportState, type ImportTask, WireError } from '#contract';
import type { Client } from '../../client/client.ts';
import { type EncodingName, type FileSource, piecesOf } from './file-source.ts';

export interface BringRequest {
  readonly database: DatabaseId;
  readonly task: ImportTask;
  readonly source: FileSource;
  readonly encoding: EncodingName;
}

export interface BringWatcher {
  /** The import has begun under this id, by which it is cancelled, asked for its rejects, and closed. */
  onBegun(id: string): void;
  onState(state: ImportState): void;
  /** From 0 to 1. */
  onSent(share: number): void;
  /** Resolves when the next piece may be sent. */
  mayGoOn(): Promise<void>;
}

/** Resolves with the state in which the import has ended. @throws WireError */
export async function bringFile(
  client: Client,
  { database, task, source, encoding }: BringRequest,
  watcher: BringWatcher,
): Promise<ImportState> {
  const { import: id } = await client.call('imports.begin', { database, task });
  watcher.onBegun(id);
  const ending = watchEnd(client, id, watcher);
  try {
    for await (const { base64, isLast, share } of piecesOf(source, encoding)) {
      await watcher.mayGoOn();
      const piece = { import: id, chunk: base64, isLast };
      const { isWanted } = await client.call('imports.send', piece);
      if (!isWanted) break;
      watcher.onSent(share);
    }
    return await ending.state;
  } catch (error) {
    // Of an import that is over or out of reach there is nothing to cancel; what went wrong first is told.
    await client.call('imports.cancel', { import: id, committed: 'keep' }).catch(() => undefined);
    throw error;
  } finally {
    ending.stop();
  }
}

function watchEnd(
  client: Client,
  id: string,
  watcher: BringWatcher,
): { readonly state: Promise<ImportState>; stop(): void } {
  const feed = client.feed('imports', { import: id });
  let stop: () => void = () => undefined;
  const state = new Promise<ImportState>((resolve, reject) => {
    stop = feed.listen((event) => {
      const now = feed.state();
      if (now.status === 'failed') reject(now.error);
      if (now.status === 'stale') reject(lost());
      if (event === undefined) return;
      watcher.onState(event);
      if (event.state !== 'running' && event.state !== 'reverting') resolve(event);
    });
  });
  // Where sending fails first, this is not waited for.
  state.catch(() => undefined);
  return { state, stop: () => stop() };
}

function lost(): WireError {
  return new WireError({
    code: 'Disconnected',
    message: 'The connection to the host was lost, and the import with it.',
    hint: 'What it has imported until then has stayed. Import again, and replace what is there by a key.',
  });
}
