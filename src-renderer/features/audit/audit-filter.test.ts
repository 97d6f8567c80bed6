import { describe, expect, it } from 'vitest';
import { auditWhere, everyEntry, isNarrowed } from './audit-filter.ts';

describe('the filter of audit entries', () => {
  it('leaves out what pages read unless that is asked for', () => {
    expect(auditWhere(everyEntry)).toBe('{ not: { caller: { eq: "studio page" } } }');
    expect(auditWhere({ ...everyEntry, hasPageReads: true })).toBe('');
    expect(isNarrowed(everyEntry)).toBe(false);
  });

  it('joins what is chosen, with texts as literals', () => {
    const filter = {
      since: Date.UTC(2026, 0, 2),
      action: 'mutation',
      collection: 'users',
      outcome: 'failed',
      source: 'aql',
      text: ' say "hi" ',
      hasPageReads: true,
    };
    expect(auditWhere(filter)).toBe(
      '{ at: { gte: "2026-01-02T00:00:00.000Z" }, action: { eq: "mutation" }, collection: { eq: "users" }, outcome: { ne: "ok" }, source: { eq: "aql" }, or: [{ text: { icontains: "say \\"hi\\"" } }, { message: { icontains: "say \\"hi\\"" } }, { caller: { icontains: "say \\"hi\\"" } }, { target: { icontains: "say \\"hi\\"" } }] }',
    );
    expect(isNarrowed(filter)).toBe(true);
  });

  it('finds the entries of a document by its id', () => {
    const text = '0192F0C1-0000-7000-8000-000000000001';
    expect(auditWhere({ ...everyEntry, text })).toContain(
      '{ document_id: { eq: "0192f0c1-0000-7000-8000-000000000001" } }',
    );
  });
});
