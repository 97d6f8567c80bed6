/* How a database object is connected to its data. */

/**
 * `owner`: this process has the data. `guest`: another process has it, and is asked. `lost`: the owner is gone or does
 * not answer; this process tries to take its place, and calls wait. `closed`: `close` was called.
 */
export type ConnectionState = 'owner' | 'guest' | 'lost' | 'closed';

export interface DatabaseConnection {
  readonly state: ConnectionState;
  /** The process that owns the database; the last one known while it is lost. */
  readonly ownerPid: number | undefined;
  /** Why the owner was lost, or why nobody can become a guest of this process. */
  readonly reason?: string;
}
