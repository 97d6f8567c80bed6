import type { CatalogShape, CollectionDefinition } from '#engine/aql';
import type { HandlerRecord } from './handler-record.ts';
import type { MigrationFailure, MigrationRecord } from './migration-record.ts';

/** An index as the catalog keeps it. Storage ids are never reused. */
export interface IndexEntry {
  readonly storageId: number;
  readonly name: string;
  readonly collection: string;
  /** Dotted paths, in key order. */
  readonly fields: readonly string[];
  readonly unique: boolean;
  /** One entry per list element instead of one per document. */
  readonly multiEntry: boolean;
  /** Set for an index of words: one entry per word of a document, and some for how many there are. */
  readonly text?: true;
  readonly state: 'building' | 'live';
}

/** A collection as the catalog keeps it: its definition and where its documents and indexes are. */
export interface CollectionEntry {
  readonly storageId: number;
  readonly definition: CollectionDefinition;
  readonly indexes: readonly IndexEntry[];
  /** True while ascending rows are ascending ids, so that a plan may take one order for the other. */
  readonly idsAscend: boolean;
}

/** The catalog at one moment; immutable. */
export interface Catalog {
  readonly version: number;
  readonly shape: CatalogShape;
  collection(name: string): CollectionEntry | undefined;
  /** What users have defined, in the order of their definition. */
  readonly collections: readonly CollectionEntry[];
  /** What the engine stores for itself. */
  readonly owned: readonly CollectionEntry[];
  /** Versions of migrations, in the order in which they were applied. */
  readonly migrations: readonly MigrationRecord[];
  /** Versions that could not be applied when they were run last. */
  readonly migrationFailures: readonly MigrationFailure[];
  /** Mutations that changes of documents call, in the order in which they were defined. */
  readonly handlers: readonly HandlerRecord[];
}
