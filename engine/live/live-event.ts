/* What live queries give. */
import type { JsonValue } from '#engine/aql';
import type { ResultData } from '../exec/execution-result.ts';
import type { OutputObject } from '../exec/projection.ts';
import type { ChangePosition } from '../transactions/change-log.ts';

/**
 * A row that entered the result of a root, left it, or is different. Positions count from 0: `from` in the list before
 * the delta, `to` in the list after it. A row that only moved is `Modified` with the same content.
 */
interface RowChange {
  /** Alias or name of the root. */
  readonly root: string;
  /** Of the document. */
  readonly id: string;
}

export type LiveChange =
  | (RowChange & { readonly type: 'Added'; readonly to: number; readonly row: OutputObject })
  | (RowChange & {
      readonly type: 'Modified';
      readonly from: number;
      readonly to: number;
      readonly row: OutputObject;
      readonly old: OutputObject;
    })
  | (RowChange & { readonly type: 'Removed'; readonly from: number; readonly old: OutputObject })
  /** What stands at the path, from the root's name on, has another value. */
  | {
      readonly type: 'Value';
      readonly path: readonly string[];
      readonly value: JsonValue;
    }
  /** In the list at the path, so many elements from a position on are replaced by others. */
  | {
      readonly type: 'Splice';
      readonly path: readonly string[];
      readonly start: number;
      readonly deleteCount: number;
      readonly items: readonly JsonValue[];
    };

/**
 * First the whole result as of a commit, then what changes it, each as of a commit; `applyLiveDelta` brings a copy up
 * to date. Commits that come faster than events are taken are told together. A new snapshot comes when the schema has
 * changed, and where a connection was lost.
 */
export type LiveEvent =
  | { readonly type: 'snapshot'; readonly lsn: number; readonly data: ResultData }
  | { readonly type: 'delta'; readonly lsn: number; readonly changes: readonly LiveChange[] };

/** A document that began to be among those that are watched, ceased to be, or has changed. */
export type WatchUpdate<Doc> = { readonly id: string; readonly lsn: number } & (
  | {
      readonly type: 'Added';
      readonly old?: undefined;
      readonly new: Doc;
      /** True for documents that were there when the watch began. */
      readonly isInitial: boolean;
    }
  | {
      readonly type: 'Modified';
      readonly old: Doc;
      readonly new: Doc;
      readonly isInitial: false;
    }
  | {
      readonly type: 'Removed';
      readonly old: Doc;
      readonly new?: undefined;
      readonly isInitial: false;
    }
);

/** One change of a document that a subscription is about; `node` and `previous` have the fields that it selects. */
export interface SubscriptionChange {
  readonly type: 'Added' | 'Modified' | 'Removed';
  readonly collection: string;
  readonly id: string;
  readonly epoch: number;
  readonly lsn: number;
  /** True for the last event of its commit. */
  readonly endsCommit: boolean;
  /** As it is; `null` when it was removed. */
  readonly node: OutputObject | null;
  /** As it was; `null` when it was added. */
  readonly previous: OutputObject | null;
}

/** What a subscription gives. */
export type SubscriptionEvent =
  | SubscriptionChange
  | (ChangePosition & {
      /** Stands where events are missing, as in a feed of changes. */
      readonly type: 'Lagged';
      readonly missedCount: number | undefined;
    });
