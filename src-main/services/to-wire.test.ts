import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { WireError } from '#contract';
import { AuroraError } from '#engine';
import { createErrorMapping } from './to-wire.ts';

describe('errors on their way to the page', () => {
  const lines: string[] = [];
  const toWireError = createErrorMapping((line) => lines.push(line));

  it('keep code, hint, place and facts when they were expected', () => {
    const error = new AuroraError('ValidationError', 'No.', {
      hint: 'Do.',
      span: { start: 1, end: 2 },
      details: {
        path: '/a',
        at: new Date(0),
        many: [1, { deep: undefined }],
        big: 10n,
        skipped: undefined,
      },
    });
    expect(toWireError(error)).toEqual({
      code: 'ValidationError',
      message: 'No.',
      hint: 'Do.',
      span: { start: 1, end: 2 },
      details: {
        path: '/a',
        at: '1970-01-01T00:00:00.000Z',
        many: [1, { deep: 'undefined' }],
        big: '10',
      },
    });
  });

  it('pass through when they are of the wire already', () => {
    const shape = { code: 'TooManyCalls', message: 'Too many.' };
    expect(toWireError(new WireError(shape))).toEqual(shape);
  });

  it('are cancellations when an AbortSignal made them', () => {
    expect(toWireError(AbortSignal.abort().reason).code).toBe('Cancelled');
  });

  it('say what the operating system refused, which is no fault of the program', async () => {
    const refused: unknown = await mkdir(import.meta.filename).catch((error: unknown) => error);
    expect(toWireError(refused)).toMatchObject({
      code: 'StorageFailure',
      message: expect.stringContaining('EEXIST'),
      details: { reason: 'EEXIST' },
    });
  });

  it('tell nothing but an incident when they are faults, and log the rest', () => {
    const shape = toWireError(new TypeError('secret /path is not a function'));
    const incident = String(shape.details?.['incident']);
    expect([
      shape.code,
      JSON.stringify(shape).includes('secret'),
      shape.message.includes(incident),
      lines.length,
      lines[0]?.includes(incident) &&
        lines[0].includes('secret') &&
        lines[0].includes('to-wire.test'),
    ]).toEqual(['Internal', false, true, 1, true]);
  });

  it('are bounded however much their details hold', () => {
    const deep: unknown[] = [];
    deep.push(deep);
    const error = new AuroraError('ValidationError', 'No.', {
      details: {
        deep,
        long: 'x'.repeat(1_000_000),
        many: Array.from({ length: 100_000 }, () => 1),
      },
    });
    expect(JSON.stringify(toWireError(error)).length).toBeLessThan(20_000);
  });
});
