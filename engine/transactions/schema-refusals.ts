import { AuroraError } from '../errors.ts';
import type { KvStore } from '../storage/kv-store.ts';

/** @throws AuroraError `DiskFull` */
export function assertRoom(store: KvStore, neededBytes: number): void {
  const freeBytes = Math.max(0, store.roomBytes());
  if (freeBytes >= neededBytes) return;
  throw new AuroraError(
    'DiskFull',
    `Not enough free space to change the schema: ${freeBytes} bytes are free beside the reserve, ${neededBytes} may be needed.`,
    { details: { freeBytes, neededBytes }, hint: 'Free some space. Nothing was changed.' },
  );
}

/** For a change that is logged, which the store could not take. */
export function committedAllTheSame(cause: AuroraError): AuroraError {
  return new AuroraError(
    cause.code,
    `The change of the schema is logged, and so it is committed, but the store could not take it: ${cause.message}`,
    {
      cause,
      details: { ...cause.details, isCommitted: true },
      hint: 'It becomes visible before the next write, or when the database is opened again. Do not repeat it.',
    },
  );
}
