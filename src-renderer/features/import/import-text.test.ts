import { expect, it } from 'vitest';
import type { ImportReportInfo } from '#contract';
import { baseName, collectionNameOf, isCollectionName } from './file-source.ts';
import { outcomeText } from './import-text.ts';

const report = (counts: Partial<ImportReportInfo>): ImportReportInfo => ({
  ...{ collection: 'people', created: false, outcome: 'completed', recordCount: 0 },
  ...{ handledCount: 0, importedCount: 0, updatedCount: 0, rejectedCount: 0 },
  ...{ rejections: [], columns: [], elapsedMs: 0 },
  ...counts,
});

it('says what an import would do, and what it did', () => {
  const all = report({
    recordCount: 1234,
    importedCount: 1200,
    updatedCount: 1199,
    rejectedCount: 34,
  });
  expect([
    outcomeText(all, 'would'),
    outcomeText(all, 'did'),
    outcomeText(report({ recordCount: 1, importedCount: 1 }), 'did'),
  ]).toEqual([
    'insert 1 document, replace 1,199 and refuse 34 of 1,234 records.',
    'Inserted 1 document, replaced 1,199 and refused 34 of 1,234 records.',
    'Inserted 1 document of 1 record.',
  ]);
});

it('proposes a collection after the name of a file', () => {
  expect(
    ['People.csv', 'Été 2024.json.gz', '2024.csv', '-.csv', 'a.b.ndjson'].map(collectionNameOf),
  ).toEqual(['people', 'ete_2024', '', '', 'a_b']);
  expect(baseName('people.csv.gz')).toBe('people');
  expect(['people', 'a_1', '1a', '_a', 'a b', ''].map(isCollectionName)).toEqual([
    ...[true, true, false, false, false, false],
  ]);
});
