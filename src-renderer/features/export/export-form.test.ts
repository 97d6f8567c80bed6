import { expect, it } from 'vitest';
import { decodeForm, fileNameOf, whereIds } from './export-form.ts';

it('takes up the choices of last time, and leaves out what it does not understand', () => {
  const saved = {
    format: 'csv',
    delimiter: '\t',
    nullToken: 'NULL',
    hasHeader: false,
    nested: 'columns',
  };
  expect(decodeForm(saved)).toEqual(saved);
  const usual = {
    format: 'ndjson',
    delimiter: ',',
    nullToken: '',
    hasHeader: true,
    nested: 'json',
  };
  expect(decodeForm({ format: 'xml', delimiter: '"', nullToken: 1 })).toEqual(usual);
  expect(decodeForm(undefined)).toEqual(usual);
});

it('finds documents by their ids, and names files so that every system takes them', () => {
  expect(whereIds(['a', 'b'])).toBe('{ id: { in: ["a", "b"] } }');
  expect(['films', '../ü b/c ', '::'].map(fileNameOf)).toEqual(['films', 'ü-b-c', 'export']);
});
