import type {
  QueryResult,
  ResultData,
  ResultDocument,
  ResultExtensions,
} from '../execution-result.ts';

interface QueryExtensions extends ResultExtensions {
  readonly kind: 'query';
}

/**
 * A result whose documents are made when somebody asks for them: most read `data`. To whoever looks at it `documents` is
 * a property like the others. Its getter is the same function for all results: one of its own, as an object literal would
 * have it, makes a hidden class of its own, which lives on, and holds the documents, until the whole heap is collected.
 */
export class AnsweredQuery implements QueryResult {
  readonly kind = 'query';
  readonly data: ResultData;
  declare readonly documents: readonly ResultDocument[];
  readonly extensions: QueryExtensions;
  readonly #make: () => readonly ResultDocument[];
  #made: readonly ResultDocument[] | undefined;

  constructor(
    data: ResultData,
    extensions: QueryExtensions,
    makeDocuments: () => readonly ResultDocument[],
  ) {
    this.data = data;
    this.#make = makeDocuments;
    Object.defineProperty(this, 'documents', AnsweredQuery.#documents);
    this.extensions = extensions;
  }

  static readonly #documents: PropertyDescriptor & ThisType<AnsweredQuery> = {
    enumerable: true,
    configurable: true,
    get() {
      this.#made ??= this.#make();
      return this.#made;
    },
    set(value: unknown) {
      const own = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(this, 'documents', own);
    },
  };
}
