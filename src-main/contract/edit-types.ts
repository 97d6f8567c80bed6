/* What a page and its host say to each other about documents that are edited by hand. */
import type { WirePosition } from './follow-types.ts';
import type { WireValue } from './wire-types.ts';

type WireDocument = { readonly [field: string]: WireValue };

/** A document with what its next writer must name to overwrite nothing unseen. */
export interface VersionedDocument {
  readonly id: string;
  readonly version: string;
  /** Flat, with the id; fields that are not set are absent. */
  readonly document: WireDocument;
}

/** One document with what a person has made of it, in the page's own form. */
export type StagedRecord = WireDocument & { readonly id: string };

/** What has changed of the edits that are staged in a collection. */
export interface StagedChange {
  readonly key: string;
  /** Records that are new, or another than before. */
  readonly put: readonly StagedRecord[];
  /** Ids of documents that are staged no more. */
  readonly removed: readonly string[];
  /** What can be undone and done again; as it was when left out. */
  readonly steps?: WireDocument;
}

/** What one commit made of a document. */
export interface DocumentChangeInfo extends WirePosition {
  readonly changeType: 'Insert' | 'Update' | 'Delete';
  readonly before?: WireDocument;
  readonly after?: WireDocument;
  readonly changedFields: readonly string[];
  /** Documents that the same commit changed besides: the first of them, and how many they are. */
  readonly together: readonly {
    readonly collection: string;
    readonly id: string;
    readonly changeType: 'Insert' | 'Update' | 'Delete';
  }[];
  readonly togetherCount: number;
}

/** Why the change of one document cannot be taken back. */
export interface InverseObstacleInfo {
  readonly collection: string;
  readonly id: string;
  readonly reason: 'changed' | 'gone' | 'back' | 'ofEngine';
  readonly fields: readonly string[];
  readonly message: string;
}
