import type { Caller, ImportState } from '#contract';

/* What a page does with an import that it has begun. */

/** The first state that a condition holds for; the one in which it ends when none is given. */
export function stateOf(
  caller: Caller,
  id: string,
  isIt: (state: ImportState) => boolean = ({ state }) =>
    state !== 'running' && state !== 'reverting',
): Promise<ImportState> {
  return new Promise((resolve, reject) => {
    const listener = (state: ImportState) => {
      if (!isIt(state)) return;
      queueMicrotask(() => end());
      resolve(state);
    };
    const end = caller.subscribe('imports', { import: id }, listener, reject);
  });
}

/** Sends bytes in pieces while they are wanted, and gives how many pieces were. */
export async function sendBytes(
  caller: Caller,
  id: string,
  { bytes, chunkBytes }: { readonly bytes: Uint8Array; readonly chunkBytes: number },
): Promise<number> {
  let sent = 0;
  for (let start = 0; start === 0 || start < bytes.length; start += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(start, start + chunkBytes)).toString('base64');
    const isLast = start + chunkBytes >= bytes.length;
    const { isWanted } = await caller.call('imports.send', { import: id, chunk, isLast });
    if (!isWanted) return sent;
    sent += 1;
  }
  return sent;
}

/** The file of rejected records. */
export async function rejectsOf(caller: Caller, id: string): Promise<string> {
  const parts: Buffer[] = [];
  for (let offset = 0; ; ) {
    const { chunk, isLast } = await caller.call('imports.rejects', { import: id, offset });
    const part = Buffer.from(chunk, 'base64');
    parts.push(part);
    offset += part.length;
    if (isLast) return Buffer.concat(parts).toString();
  }
}
