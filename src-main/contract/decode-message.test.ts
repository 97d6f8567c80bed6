import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientMessage, decodeHostMessage } from './decode-message.ts';

const types = [
  'hello',
  'call',
  'cancel',
  'subscribe',
  'unsubscribe',
  'welcome',
  'refused',
  'result',
  'error',
  'event',
  'ended',
];

/** Objects that look like messages, with any value in any place. */
const likeness = fc.record(
  {
    type: fc.oneof(fc.constantFrom(...types), fc.anything()),
    id: fc.oneof(fc.integer(), fc.anything()),
    protocol: fc.oneof(fc.integer(), fc.anything()),
    client: fc.oneof(fc.string(), fc.anything()),
    method: fc.oneof(fc.string(), fc.anything()),
    topic: fc.oneof(fc.string(), fc.anything()),
    params: fc.anything(),
    value: fc.anything(),
    host: fc.anything(),
    error: fc.oneof(fc.record({ code: fc.string(), message: fc.string() }), fc.anything()),
  },
  { requiredKeys: [] },
);

describe('decoding messages', () => {
  it('gives a whole message of the page or nothing, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(likeness, fc.anything()), (value) => {
        const message = decodeClientMessage(value);
        if (message === undefined) return;
        if (message.type === 'hello') expect(typeof message.protocol).toBe('number');
        else expect(Number.isSafeInteger(message.id)).toBe(true);
        if (message.type === 'call') expect(typeof message.method).toBe('string');
        if (message.type === 'subscribe') expect(typeof message.topic).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  it('gives a whole message of the host or nothing, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(likeness, fc.anything()), (value) => {
        const message = decodeHostMessage(value);
        if (message === undefined) return;
        if (message.type === 'welcome') expect(typeof message.host.product).toBe('string');
        else if (message.type === 'refused') expect(typeof message.error.code).toBe('string');
        else expect(Number.isSafeInteger(message.id)).toBe(true);
        if (message.type === 'error') expect(typeof message.error.message).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  it('takes nothing along that is no part of the message', () => {
    const message = { type: 'cancel', id: 1, method: 'host.info', extra: true };
    expect(decodeClientMessage(message)).toEqual({ type: 'cancel', id: 1 });
  });
});
