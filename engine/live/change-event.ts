/* What a feed of changes gives. */
import type { JsonValue } from '#engine/aql';
import type { ChangePosition } from '../transactions/change-log.ts';

interface ChangeFacts extends ChangePosition {
  readonly collection: string;
  /** Of the document. */
  readonly id: string;
  /** Top-level fields that differ, or came, or went; `id` among them for an insert or delete. */
  readonly changedFields: readonly string[];
  /**
   * True for the last event of its commit in this feed. Only behind such an event a feed can be resumed without
   * leaving out the rest of a commit.
   */
  readonly endsCommit: boolean;
}

/**
 * One change of one document, as it was committed; all changes of a commit have one `lsn`. `Lagged` stands where events
 * are missing: the consumer was too slow, the place from which it wanted to go on is no longer known, or a migration has
 * written all documents anew. What is there
 * at that moment has to be read anew; what follows is complete again.
 */
export type ChangeEvent<Doc> =
  | (ChangeFacts & {
      readonly changeType: 'Insert';
      readonly old?: undefined;
      readonly document: Doc;
    })
  | (ChangeFacts & { readonly changeType: 'Update'; readonly old: Doc; readonly document: Doc })
  | (ChangeFacts & {
      readonly changeType: 'Delete';
      readonly old: Doc;
      readonly document?: undefined;
    })
  | (ChangePosition & {
      readonly changeType: 'Lagged';
      /** How many events are missing; `undefined` when nobody knows. */
      readonly missedCount: number | undefined;
    });

/** What a feed shows, as plain data. */
export interface ListenRequest {
  /** All collections when absent. */
  readonly collection?: string;
  /** As AQL's `where`; an event passes when the document satisfied it before, or does so after the change. */
  readonly where?: { readonly [key: string]: JsonValue };
  /** Only changes of at least one of these top-level fields; inserts and deletes always pass. */
  readonly fields?: readonly string[];
  /** Goes on behind this place; else with the next commit. */
  readonly after?: ChangePosition;
}
