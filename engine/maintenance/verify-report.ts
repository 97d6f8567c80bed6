/* What a verification gives: numbers, and what it found wrong. It never throws for damage. */
import { limits } from '../limits.ts';

export type VerifyProblemKind =
  /** The bytes of a document do not fit their checksum, are missing in part, or cannot be decoded. */
  | 'documentDamaged'
  /** A piece of a large document belongs to none. */
  | 'chunkStale'
  /** A document lies in a row that was never given out. */
  | 'rowOutOfRange'
  /** The table of ids does not lead to a document that is there. */
  | 'idMissing'
  /** The table of ids leads to a document that is not there, or is another one. */
  | 'idStale'
  /** The stored number of documents is wrong. */
  | 'countWrong'
  /** A document is not in an index that should hold it. */
  | 'indexEntryMissing'
  /** An index leads to a document that is not there, or has another value. */
  | 'indexEntryStale'
  /** The bytes of an index entry make no sense. */
  | 'indexEntryDamaged'
  /** Records of the log have been lost or changed. */
  | 'logDamaged';

export interface VerifyProblem {
  readonly kind: VerifyProblemKind;
  /** Empty for what belongs to the database as a whole. */
  readonly collection: string;
  readonly index?: string;
  /** The document, where it is known. */
  readonly id?: string;
  readonly message: string;
}

export interface VerifiedCollection {
  readonly name: string;
  readonly documentCount: number;
  readonly indexes: readonly { readonly name: string; readonly entryCount: number }[];
}

export interface VerifiedLog {
  /** Records that fit their checksums. */
  readonly recordCount: number;
  readonly lastLsn: number;
  /** `torn`: the last write did not end, which loses nothing that was promised. */
  readonly end: 'clean' | 'torn' | 'damaged';
}

export interface VerifyReport {
  /** True when no problem was found. */
  readonly isSound: boolean;
  /** The commit that was verified. */
  readonly sequence: number;
  readonly collections: readonly VerifiedCollection[];
  /** The copies that versions of migrations keep, to be undone with; their documents are nobody's any more. */
  readonly kept: readonly VerifiedCollection[];
  /** Null when there is no log, or nothing in it. */
  readonly log: VerifiedLog | null;
  /** The first problems; `problemCount` counts all. */
  readonly problems: readonly VerifyProblem[];
  readonly problemCount: number;
  readonly elapsedMs: number;
}

/** Gathers problems within a bound. */
export class ProblemList {
  readonly #problems: VerifyProblem[] = [];
  #count = 0;

  add(problem: VerifyProblem): void {
    this.#count += 1;
    if (this.#problems.length < limits.verifyProblemsMax) this.#problems.push(problem);
  }

  get problems(): readonly VerifyProblem[] {
    return this.#problems;
  }

  get count(): number {
    return this.#count;
  }
}
