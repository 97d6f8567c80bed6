/* What can be followed, as plain data: one request for everything live, so that it crosses to other processes as one. */
import type { JsonValue } from '#engine/aql';
import type { ChangePosition } from '../transactions/change-log.ts';
import type { ListenRequest } from './change-event.ts';

/** Documents of one collection; gives `WatchUpdate`s. */
export interface WatchRequest {
  readonly collection: string;
  readonly where: { readonly [key: string]: JsonValue };
  readonly orderBy: readonly { readonly field: string; readonly direction: 'ASC' | 'DESC' }[];
  readonly limit?: number;
  readonly offset?: number;
  /** How long changes are gathered before they are told together. */
  readonly debounceMs?: number;
  /** Asks for an event of type `Loaded` behind the documents that are there at first. */
  readonly tellsLoaded?: boolean;
}

/** A text of AQL with one statement. */
interface TextRequest {
  readonly text: string;
  readonly variables: { readonly [name: string]: JsonValue };
  readonly operationName?: string;
}

/** A live query; gives `LiveEvent`s. */
export interface LiveRequest extends TextRequest {
  readonly debounceMs?: number;
}

/** A `subscription`; gives `SubscriptionEvent`s. */
export interface SubscriptionRequest extends TextRequest {
  readonly after?: ChangePosition;
}

export type FollowRequest =
  | (ListenRequest & { readonly kind: 'changes' })
  | (WatchRequest & { readonly kind: 'watch' })
  | (LiveRequest & { readonly kind: 'query' })
  | (SubscriptionRequest & { readonly kind: 'subscription' });
