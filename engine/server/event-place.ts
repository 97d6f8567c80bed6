/*
 * Places in the order of commits, as clients of subscriptions hand them back: `{ epoch, lsn }` in JSON, and `7-1234` as
 * the id of a server-sent event.
 */
import type { ChangePosition } from '#engine';
import { HttpFailure } from './http-failure.ts';

/** The place as the id of an event. */
export function placeText({ epoch, lsn }: ChangePosition): string {
  return `${epoch}-${lsn}`;
}

/** The place of an id. @throws HttpFailure 400 */
export function readPlaceText(text: string): ChangePosition {
  const [, epoch, lsn] = /^(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  const place = { epoch: Number(epoch), lsn: Number(lsn) };
  if (isCount(place.epoch) && isCount(place.lsn)) return place;
  const message = '"Last-Event-ID" must be a place that an event had as its id, such as 7-1234.';
  throw new HttpFailure(400, 'InvalidValue', message);
}

/** The place in the extensions of a request. @throws HttpFailure 400 */
export function checkPlace(value: unknown): ChangePosition {
  if (typeof value === 'object' && value !== null && 'epoch' in value && 'lsn' in value) {
    const { epoch, lsn } = value;
    if (isCount(epoch) && isCount(lsn)) return { epoch, lsn };
  }
  const message =
    '"extensions.after" must be a place that a result had there, such as { "epoch": 7, "lsn": 1234 }.';
  throw new HttpFailure(400, 'InvalidValue', message);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
