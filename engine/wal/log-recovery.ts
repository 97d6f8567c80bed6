/* What a reading of the log has found; `recover-log.ts` says what the ends mean. */

export type LogEnd =
  | { readonly kind: 'clean' }
  | {
      readonly kind: 'torn';
      readonly segment: string;
      readonly offset: number;
      /** An upper bound: in a recycled segment stale bytes may count, too. */
      readonly bytesDropped: number;
    }
  | {
      readonly kind: 'damaged';
      readonly segment: string;
      readonly offset: number;
      readonly lastGoodLsn: number;
      /** Records behind the damage that verify. */
      readonly recordsBeyond: number;
      /** Number of the first of them; 0 when there is none. */
      readonly firstLsnBeyond: number;
      /** What is wrong, as the middle of a sentence. */
      readonly reason: string;
    };

/** Behind the last whole record: where `sealTail` cuts. */
export interface LogTail {
  readonly number: number;
  readonly segment: string;
  readonly headerCrc: number;
  readonly offset: number;
  readonly crc: number;
  /** Number of the last record, also when it stands in an earlier segment. */
  readonly lsn: number;
  readonly partCount: number;
  readonly isSealed: boolean;
  /** True when nothing behind it need be overwritten. */
  readonly isFollowedByZeros: boolean;
}

export interface LogRecovery {
  /** Records that were handed on. */
  readonly records: number;
  /** Number of the last whole record in the log, also when it was not handed on; 0 when there is none. */
  readonly lastLsn: number;
  /** Highest epoch of any segment; 0 when there is none. */
  readonly lastEpoch: number;
  readonly end: LogEnd;
  /** `undefined` when no segment is in use. */
  readonly tail: LogTail | undefined;
  /** Names of the segments behind it that hold something, in ascending order. */
  readonly behind: readonly string[];
}
