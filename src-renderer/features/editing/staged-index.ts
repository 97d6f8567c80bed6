/* What is staged of each document, and how often that has changed, for rows to be drawn again. */
import type { MergedDocument } from './staged-document.ts';
import type { StagedStore } from './staged-store.ts';

export class StagedIndex {
  readonly #store: StagedStore;
  readonly #revisions = new Map<string, number>();
  #seen = -1;
  #inserted: readonly MergedDocument[] = [];
  #gone: readonly MergedDocument[] = [];
  #byId: ReadonlyMap<string, MergedDocument> = new Map();

  constructor(store: StagedStore) {
    this.#store = store;
  }

  /** New documents, in the order in which they were staged. */
  get inserted(): readonly MergedDocument[] {
    this.#look();
    return this.#inserted;
  }

  /** Edited documents that others have deleted. */
  get gone(): readonly MergedDocument[] {
    this.#look();
    return this.#gone;
  }

  of(id: string): MergedDocument | undefined {
    this.#look();
    return this.#byId.get(id);
  }

  /** Another number whenever what is staged of the document, or was, is another. */
  revision(id: string): number {
    this.#look();
    return this.#revisions.get(id) ?? 0;
  }

  #look(): void {
    if (this.#seen === this.#store.version) return;
    this.#seen = this.#store.version;
    const before = this.#byId;
    const documents = this.#store.merged();
    this.#byId = new Map(documents.map((document) => [document.id, document]));
    this.#inserted = documents.filter(({ kind }) => kind === 'insert');
    this.#gone = documents.filter(({ conflict }) => conflict?.kind === 'gone');
    for (const id of new Set([...before.keys(), ...this.#byId.keys()])) {
      this.#revisions.set(id, (this.#revisions.get(id) ?? 0) + 1);
    }
  }
}
