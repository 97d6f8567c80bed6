import type { ClientMessage, HostMessage } from './envelope.ts';
import type { HostInfo, WireErrorShape } from './wire-types.ts';

/*
 * The envelope is checked by hand, because the contract imports nothing. Only the envelope: parameters are validated
 * by the responder's injected validation, values from the host are taken as the contract types them.
 */

/** The message of a page, or undefined when it is none. Untrusted input; every field is checked. */
export function decodeClientMessage(value: unknown): ClientMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, id, protocol, client, method, topic, params } = value;
  if (type === 'hello') {
    if (typeof protocol !== 'number' || typeof client !== 'string') return undefined;
    return { type, protocol, client };
  }
  if (!isId(id)) return undefined;
  switch (type) {
    case 'call':
      return typeof method === 'string' ? { type, id, method, params } : undefined;
    case 'subscribe':
      return typeof topic === 'string' ? { type, id, topic, params } : undefined;
    case 'cancel':
    case 'unsubscribe':
      return { type, id };
    default:
      return undefined;
  }
}

/** The message of a host, or undefined when it is none. */
export function decodeHostMessage(value: unknown): HostMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, id, protocol, host, error } = value;
  if (type === 'welcome') {
    if (typeof protocol !== 'number' || !isHostInfo(host)) return undefined;
    return { type, protocol, host };
  }
  if (type === 'refused') return isErrorShape(error) ? { type, error } : undefined;
  if (!isId(id)) return undefined;
  switch (type) {
    case 'result':
    case 'event':
      return { type, id, value: value['value'] };
    case 'error':
      return isErrorShape(error) ? { type, id, error } : undefined;
    case 'ended':
      if (error === undefined) return { type, id };
      return isErrorShape(error) ? { type, id, error } : undefined;
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isErrorShape(value: unknown): value is WireErrorShape {
  return (
    isRecord(value) && typeof value['code'] === 'string' && typeof value['message'] === 'string'
  );
}

function isHostInfo(value: unknown): value is HostInfo {
  return isRecord(value) && typeof value['product'] === 'string' && isRecord(value['capabilities']);
}
