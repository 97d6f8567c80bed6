import type { HostInfo, WireErrorShape } from './wire-types.ts';

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
