import type { DocumentCodec } from '../storage/document-codec.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { PreparedIndexChange } from './prepared-changes.ts';
import type { Version } from './version.ts';

/** What a commit made of a row. */
export interface BufferedDocument {
  /** `undefined` when it was deleted. @throws AuroraError `DatabaseCorrupt` when a recovered record is no document */
  readonly document: StoredDocument | undefined;
  /** The document's encoded bytes. */
  readonly record: Uint8Array | undefined;
  /** What the commit alone changes in the indexes; `undefined` when that must be computed. */
  readonly indexes: readonly PreparedIndexChange[] | undefined;
  /** True when it is this very document. */
  has(document: StoredDocument): boolean;
  /** Lets the document go, which is decoded again should anybody ask for it. */
  forget(): void;
}

export interface BufferedChangeParts extends Omit<BufferedDocument, 'has' | 'forget'> {
  readonly lsn: number;
  readonly codec: DocumentCodec;
}

/** What is known of a row that a change is the first of; see `BufferedRow`. */
export interface FirstOfRow {
  readonly isStored: boolean;
  readonly id: string | undefined;
  readonly base: StoredDocument | undefined;
  readonly isBaseWhole: boolean;
}

/**
 * A change of one document, the version of its row and, while it is the only one, the row itself. Some ten thousand of them wait until they are applied, so that
 * their size tells in every pause of the collector: it is one object, and keeps the document itself only for as long
 * as somebody may want it.
 */
export class BufferedChange implements BufferedDocument, Version<BufferedDocument> {
  readonly lsn: number;
  readonly record: Uint8Array | undefined;
  readonly indexes: readonly PreparedIndexChange[] | undefined;
  readonly older: Version<BufferedDocument> | undefined;
  readonly isStored: boolean;
  readonly isBaseWhole: boolean;
  readonly id: string | undefined;
  readonly base: StoredDocument | undefined;
  readonly #codec: DocumentCodec;
  #document: StoredDocument | undefined;

  constructor(
    { lsn, document, record, indexes, codec }: BufferedChangeParts,
    older: Version<BufferedDocument> | undefined,
    first: FirstOfRow | undefined,
  ) {
    this.lsn = lsn;
    this.record = record;
    this.indexes = indexes;
    this.older = older;
    this.isStored = first?.isStored ?? true;
    this.isBaseWhole = first?.isBaseWhole ?? false;
    this.id = first?.id;
    this.base = first?.base;
    this.#codec = codec;
    this.#document = document;
  }

  get value(): this {
    return this;
  }

  get newest(): this {
    return this;
  }

  get document(): StoredDocument | undefined {
    if (this.#document === undefined && this.record !== undefined) {
      this.#document = this.#codec.decode(this.record);
    }
    return this.#document;
  }

  has(document: StoredDocument): boolean {
    return this.#document === document;
  }

  forget(): void {
    if (this.record !== undefined) this.#document = undefined;
  }
}
