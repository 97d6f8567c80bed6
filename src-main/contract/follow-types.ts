/*
 * What a page can follow of a database, and what it gets. A page that was disconnected subscribes again: a feed of
 * changes or a subscription goes on behind the place that it gives as `after`, the others begin with what is there.
 */
import type { WireValue } from './wire-types.ts';

type WireObject = { readonly [field: string]: WireValue };

/** A place in the order of commits: behind the commit with this number. */
export interface WirePosition {
  readonly epoch: number;
  readonly lsn: number;
}

/** A text of AQL with one statement. */
interface FollowedText {
  readonly text: string;
  readonly variables?: WireObject;
  readonly operationName?: string;
}

export type FollowRequest =
  /** Changes as they were committed, of one collection or of all. */
  | {
      readonly kind: 'changes';
      readonly collection?: string;
      /** As AQL's `where`. */
      readonly where?: WireObject;
      /** Only changes of at least one of these fields. */
      readonly fields?: readonly string[];
      readonly after?: WirePosition;
    }
  /** Documents that satisfy a filter. */
  | {
      readonly kind: 'watch';
      readonly collection: string;
      readonly where?: WireObject;
      readonly orderBy?: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[];
      readonly limit?: number;
      readonly offset?: number;
      readonly debounceMs?: number;
    }
  /** The result of a query. */
  | (FollowedText & { readonly kind: 'query'; readonly debounceMs?: number })
  /** A `subscription`. */
  | (FollowedText & { readonly kind: 'subscription'; readonly after?: WirePosition });

interface WireChangeFacts extends WirePosition {
  readonly collection: string;
  readonly id: string;
  /** True for the last event of its commit: only behind such a one a feed goes on without leaving any out. */
  readonly endsCommit: boolean;
}

/** A change of one document; `Lagged` stands where events are missing. */
export type WireChangeEvent =
  | (WireChangeFacts & {
      readonly changeType: 'Insert' | 'Update' | 'Delete';
      readonly changedFields: readonly string[];
      readonly old?: WireObject;
      readonly document?: WireObject;
    })
  | (WirePosition & { readonly changeType: 'Lagged'; readonly missedCount?: number });

export interface WireWatchUpdate {
  readonly type: 'Added' | 'Modified' | 'Removed';
  readonly id: string;
  readonly lsn: number;
  readonly isInitial: boolean;
  readonly old?: WireObject;
  readonly new?: WireObject;
}

export type WireSubscriptionEvent =
  | (WireChangeFacts & {
      readonly type: 'Added' | 'Modified' | 'Removed';
      readonly node: WireObject | null;
      readonly previous: WireObject | null;
    })
  | (WirePosition & { readonly type: 'Lagged'; readonly missedCount?: number });

/**
 * What changes a result. Positions of rows count in the list before (`from`) and after (`to`) the delta; `Value` and
 * `Splice` concern what stands at a path, from the root's name on.
 */
export type WireLiveChange =
  | {
      readonly type: 'Added';
      readonly root: string;
      readonly id: string;
      readonly to: number;
      readonly row: WireObject;
    }
  | {
      readonly type: 'Modified';
      readonly root: string;
      readonly id: string;
      readonly from: number;
      readonly to: number;
      readonly row: WireObject;
      readonly old: WireObject;
    }
  | {
      readonly type: 'Removed';
      readonly root: string;
      readonly id: string;
      readonly from: number;
      readonly old: WireObject;
    }
  | { readonly type: 'Value'; readonly path: readonly string[]; readonly value: WireValue }
  | {
      readonly type: 'Splice';
      readonly path: readonly string[];
      readonly start: number;
      readonly deleteCount: number;
      readonly items: readonly WireValue[];
    };

export type WireLiveEvent =
  | { readonly type: 'snapshot'; readonly lsn: number; readonly data: WireObject }
  | { readonly type: 'delta'; readonly lsn: number; readonly changes: readonly WireLiveChange[] };

/** Events of one kind of request, in order, as many as were there. */
export type FollowedEvents =
  | { readonly kind: 'changes'; readonly events: readonly WireChangeEvent[] }
  | { readonly kind: 'watch'; readonly events: readonly WireWatchUpdate[] }
  | { readonly kind: 'query'; readonly events: readonly WireLiveEvent[] }
  | { readonly kind: 'subscription'; readonly events: readonly WireSubscriptionEvent[] };
