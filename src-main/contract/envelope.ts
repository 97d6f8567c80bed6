import type { HostInfo, WireErrorShape } from './wire-types.ts';

/*
 * The messages of the wire. A channel begins with hello; after welcome the page calls and subscribes as it likes, each
 * under an id of its own, and the host answers in the order in which things finish.
 *
 *   page                                   host
 *     hello { protocol } ───────────────────▸
 *     ◂─────────── welcome { host }             or refused { error }, and the channel closes
 *     call { id, method, params } ──────────▸
 *     [ cancel { id } ──────────────────────▸ ]  the call is then answered all the same; the page drops the answer
 *     ◂────────────── result { id, value }      or error { id, error }: exactly one for each call
 *     subscribe { id, topic, params } ──────▸
 *     ◂─────────────── event { id, value } *    the present state first; states not yet sent give way to newer ones
 *     unsubscribe { id } ───────────────────▸    or ◂── ended { id, error? } from the host's side
 *
 * A message that is none of these, an id that is in use, or a second hello ends the channel. A channel that closes
 * aborts its calls, stops its subscriptions and ends its runs; no answer is owed after that.
 */

/** Grows when a message or method changes incompatibly; a host refuses a page that speaks another one. */
export const protocolVersion = 1;

/** From the page to the host. `id` is unique among the open calls and subscriptions of one channel. */
export type ClientMessage =
  | { readonly type: 'hello'; readonly protocol: number; readonly client: string }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly type: 'cancel'; readonly id: number }
  | {
      readonly type: 'subscribe';
      readonly id: number;
      readonly topic: string;
      readonly params: unknown;
    }
  | { readonly type: 'unsubscribe'; readonly id: number };

/** From the host to the page. Nothing is sent before `welcome` or `refused`. */
export type HostMessage =
  | { readonly type: 'welcome'; readonly protocol: number; readonly host: HostInfo }
  | { readonly type: 'refused'; readonly error: WireErrorShape }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireErrorShape }
  | { readonly type: 'event'; readonly id: number; readonly value: unknown }
  | { readonly type: 'ended'; readonly id: number; readonly error?: WireErrorShape };
