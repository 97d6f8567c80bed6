/*
 * What comes from a process or thread of handlers. The program there is ours (handler-program.ts), but the module that it
 * runs may send as well, as some do to say that they are ready: what is none of these messages is left unread.
 */
import type { JsonValue } from '#engine/aql';
import type { HandlerStatement } from './handler.ts';

export type HandlerMessage =
  | { readonly kind: 'done'; readonly result: unknown }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly stack: string | undefined;
      readonly isRetryable: boolean;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'progress'; readonly fraction: number; readonly note: string | undefined }
  | { readonly kind: 'log'; readonly text: string }
  | {
      readonly kind: 'call';
      readonly number: number;
      readonly act: 'execute' | 'complete';
      /** `undefined` when they are none. */
      readonly statements: readonly HandlerStatement[] | undefined;
      readonly result: JsonValue | undefined;
    };

export function readMessage(message: unknown): HandlerMessage | undefined {
  if (!isObject(message)) return undefined;
  const { progress, log, call, failed } = message;
  if (Array.isArray(progress)) {
    const [fraction, note] = progress;
    const isText = typeof note === 'string';
    return { kind: 'progress', fraction: Number(fraction), note: isText ? note : undefined };
  }
  if (typeof log === 'string') return { kind: 'log', text: log };
  if (isObject(call)) return readCall(call);
  if (isObject(failed)) {
    const { message: text, stack, retryable, retryAfterMs } = failed;
    return {
      kind: 'failed',
      message: typeof text === 'string' ? text : 'It failed.',
      stack: typeof stack === 'string' ? stack : undefined,
      isRetryable: retryable !== false,
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    };
  }
  return 'done' in message ? { kind: 'done', result: message['done'] } : undefined;
}

function readCall(call: Fields): HandlerMessage | undefined {
  const { number, kind: act, statements, result } = call;
  if (typeof number !== 'number' || (act !== 'execute' && act !== 'complete')) return undefined;
  const areStatements = Array.isArray(statements) && statements.every(isStatement);
  return {
    kind: 'call',
    number,
    act,
    statements: areStatements ? statements : undefined,
    // It came as a message, and so has a JSON form.
    result: result as JsonValue | undefined,
  };
}

function isStatement(value: unknown): value is HandlerStatement {
  if (!isObject(value) || typeof value['text'] !== 'string') return false;
  const { variables } = value;
  return variables === undefined || variables === null || isObject(variables);
}

type Fields = { readonly [field: string]: unknown };

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
