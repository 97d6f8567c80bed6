/*
 * A live query as the results that clients of GraphQL expect: each event is the whole result as of a commit, so that
 * any client can show it. What has changed stands in `extensions`, for those that want to follow it by that.
 */
import { applyLiveDelta, type EventStream, type LiveEvent } from '#engine';
import type { FollowedResult } from './graphql-events.ts';

/** The results of a live query, one for each event. */
export async function* liveResults(events: EventStream<LiveEvent>): AsyncGenerator<FollowedResult> {
  let data: Extract<LiveEvent, { type: 'snapshot' }>['data'] | undefined;
  for await (const event of events) {
    if (event.type === 'snapshot') {
      data = structuredClone(event.data);
      yield { data, extensions: { type: event.type, lsn: event.lsn } };
    } else if (data !== undefined) {
      applyLiveDelta(data, event.changes);
      yield { data, extensions: event };
    }
  }
}
