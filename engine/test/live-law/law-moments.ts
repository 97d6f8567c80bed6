import type { Database, JsonValue } from '#engine';
import {
  evaluateReferenceRoot,
  type ReferenceDocument,
} from '../../testing/reference-evaluator.ts';
import { referenceRoot } from '../../testing/reference-query.ts';
import { UnstatableSum } from '../../testing/reference-sum.ts';
import type { JsonObject } from './law-choices.ts';

/** The documents of a collection after each commit of a history. */
export class Moments {
  readonly #byLsn = new Map<number, readonly ReferenceDocument[]>();
  #lastLsn = -1;

  add(lsn: number, documents: readonly ReferenceDocument[]): void {
    this.#byLsn.set(lsn, documents);
    this.#lastLsn = lsn;
  }

  get lastLsn(): number {
    return this.#lastLsn;
  }

  get lsns(): Iterable<number> {
    return this.#byLsn.keys();
  }

  at(lsn: number): readonly ReferenceDocument[] | undefined {
    return this.#byLsn.get(lsn);
  }
}

/** What the reference makes of one query at each moment, computed when it is asked for. */
export class Expectation {
  readonly moments: Moments;
  readonly #root: ReturnType<typeof referenceRoot>;
  readonly #known = new Map<number, JsonValue | undefined>();

  constructor(
    text: string,
    given: { readonly where: JsonObject; readonly orderBy?: readonly JsonObject[] },
    { db, moments }: { readonly db: Database; readonly moments: Moments },
  ) {
    this.moments = moments;
    this.#root = referenceRoot(text, db.catalog(), given);
  }

  /** `undefined` where a sum cannot be said. @throws Error for a moment that was none */
  at(lsn: number): JsonValue | undefined {
    if (this.#known.has(lsn)) return this.#known.get(lsn);
    const documents = this.moments.at(lsn);
    if (documents === undefined) throw new Error(`no commit has the number ${lsn}`);
    const value = this.#evaluate(documents);
    this.#known.set(lsn, value);
    return value;
  }

  /** True when a sum cannot be said at some moment: the query may have ended with that. */
  get mayFail(): boolean {
    return [...this.moments.lsns].some((lsn) => this.at(lsn) === undefined);
  }

  #evaluate(documents: readonly ReferenceDocument[]): JsonValue | undefined {
    try {
      return evaluateReferenceRoot(this.#root, new Map([[this.#root.collection, documents]]));
    } catch (error) {
      if (error instanceof UnstatableSum) return undefined;
      throw error;
    }
  }
}
