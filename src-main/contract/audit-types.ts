/* The audit log of an open database, as the page Audit shows it. Its entries are the documents of `_audit`. */
import type { WireErrorShape } from './wire-types.ts';

/** What operations are put down to, in the log of a database whose data is in the host. */
export const auditCallers = {
  /** The person at a page: runs, edits, tasks. */
  person: 'studio',
  /** A page of the studio that reads what it shows. */
  page: 'studio page',
} as const;

export interface AuditInfo {
  /** The file that is written; null while none is. */
  readonly file: string | null;
  /** Entries since it was begun in this opening; grows with each. */
  readonly entryCount: number;
  /** Entries that were lost because the file could not be written in time. */
  readonly droppedCount: number;
  /** Why the last attempt to write has failed. */
  readonly failure: string | null;
  /** The file that this host is told to keep, as it was typed; null for none. */
  readonly wanted: string | null;
  /** Why it is wanted and not kept. */
  readonly error: WireErrorShape | null;
  /** The process that has the data, where it is another one: it alone decides. */
  readonly ownerPid: number | null;
}
