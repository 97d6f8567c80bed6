import type {
  QueryResult,
  ResultData,
  ResultDocument,
  ResultExtensions,
} from '../execution-result.ts';

interface QueryExtensions extends ResultExtensions {
  readonly kind: 'query';
}

/** Where a result has how its documents are made, and what was made; in no list of its keys. */
const lazily = Symbol('documents');

interface Lazily {
  readonly make: () => readonly ResultDocument[];
  made: readonly ResultDocument[] | undefined;
}

/**
 * A result whose documents are made when somebody asks for them: most read `data`. To whoever looks at it `documents` is
 * a property like the others, also through a proxy. Its getter is the same function for all results: one of its own, as an
 * object literal would have it, makes a hidden class of its own, which lives on, and holds the documents, until the whole
 * heap is collected.
 */
export class AnsweredQuery implements QueryResult {
  readonly kind = 'query';
  readonly data: ResultData;
  declare readonly documents: readonly ResultDocument[];
  readonly extensions: QueryExtensions;
  declare private readonly [lazily]: Lazily;

  constructor(
    data: ResultData,
    extensions: QueryExtensions,
    make: () => readonly ResultDocument[],
  ) {
    this.data = data;
    const value: Lazily = { make, made: undefined };
    Object.defineProperty(this, lazily, { value });
    Object.defineProperty(this, 'documents', AnsweredQuery.#documents);
    this.extensions = extensions;
  }

  static readonly #documents: PropertyDescriptor & ThisType<AnsweredQuery> = {
    enumerable: true,
    configurable: true,
    get() {
      const lazy = this[lazily];
      lazy.made ??= lazy.make();
      return lazy.made;
    },
    set(value: unknown) {
      const own = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(this, 'documents', own);
    },
  };
}
