import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bind, type CatalogShape, parse } from '#engine/aql';
import { firstTabs, schemaText, teachingTabs } from './first-tabs.ts';

const noCatalog: CatalogShape = { version: 0, collections: [] };

function sampleCatalog(): CatalogShape {
  const path = new URL('../../../resources/sample/schema.aql', import.meta.url);
  const { statements } = bind(parse(readFileSync(path, 'utf8')).document, noCatalog);
  const collections = statements.flatMap((statement) =>
    statement.kind === 'schema'
      ? statement.changes.flatMap((change) =>
          change.kind === 'defineCollection' ? [change.definition] : [],
        )
      : [],
  );
  return { version: 1, collections };
}

function findings(text: string, catalog: CatalogShape): readonly string[] {
  const { document, diagnostics } = parse(text);
  return [...diagnostics, ...bind(document, catalog).diagnostics].map((found) => found.message);
}

describe('first tabs', () => {
  it.each(teachingTabs.map(({ title = '', text }) => [title, text]))(
    'teach what the sample really has: %s',
    (_, text) => {
      expect(findings(text, sampleCatalog())).toEqual([]);
    },
  );

  it('propose a schema that is right', () => {
    expect(findings(schemaText, noCatalog)).toEqual([]);
  });

  it('are one empty query for a database that is not the sample', () => {
    const database = {
      database: 'd',
      name: 'd',
      path: '/d',
      readOnly: false,
      isSample: false,
      connection: { state: 'owner' as const },
    };
    expect(firstTabs(database)).toEqual([{ text: '' }]);
  });
});
