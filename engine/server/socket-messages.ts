/*
 * Messages of graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
 * What a client sends is checked here; the codes with which a socket is closed are the protocol's.
 */
import { parseJson } from './exchange.ts';
import { isObject } from './graphql-request.ts';

export const socketProtocol = 'graphql-transport-ws';

export const closeCodes = {
  goingAway: 1001,
  fault: 4500,
  badMessage: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  noSuchProtocol: 4406,
  initTimeout: 4408,
  idInUse: 4409,
  tooManyInits: 4429,
} as const;

export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload: unknown }
  | { readonly type: 'ping' | 'pong'; readonly payload: unknown }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: unknown }
  | { readonly type: 'complete'; readonly id: string };

/** A message that is none of the protocol; its text is told to the client. */
export class BadMessage extends Error {}

/** @throws BadMessage, HttpFailure for what is no JSON */
export function readMessage(text: string): ClientMessage {
  const message = parseJson(text, 'The message');
  if (!isObject(message)) throw new BadMessage('A message is a JSON object.');
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
    case 'ping':
    case 'pong':
      return { type, payload };
    case 'subscribe':
      if (!isObject(payload)) throw new BadMessage('"subscribe" has a payload.');
      return { type, id: requireId(id), payload };
    case 'complete':
      return { type, id: requireId(id) };
    default:
      throw new BadMessage('A client sends connection_init, ping, pong, subscribe and complete.');
  }
}

function requireId(id: unknown): string {
  if (typeof id === 'string' && id !== '' && id.length <= 200) return id;
  throw new BadMessage('"id" must be a string of 1 to 200 characters.');
}

/** The token of `connection_init`, for clients such as browsers that cannot send headers. */
export function authorizationOf(payload: unknown): string | undefined {
  if (!isObject(payload)) return undefined;
  const { Authorization: upper, authorization: lower } = payload;
  const given = upper ?? lower;
  return typeof given === 'string' ? given : undefined;
}
