import { expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo } from '#contract';
import { clippedText } from './record-clip.ts';
import { recordName } from './record-name.ts';

it('long values of a record begin with some lines, short ones are whole', () => {
  // A title of 20,000 characters filled the panel with hundreds of lines.
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  expect([
    clippedText('Heat'),
    clippedText('x'.repeat(400)),
    clippedText('x'.repeat(20_000))?.length,
    clippedText(lines.slice(0, 12).join('\n')),
    clippedText(lines.join('\n'))?.split('\n').at(-1),
  ]).toEqual([undefined, undefined, 401, undefined, 'line 11…']);
});

it('a document is called by its first text and its id', () => {
  const field = (name: string, typeName: 'String' | 'Int'): FieldInfo => ({
    ...{ name, type: { kind: 'scalar', name: typeName }, nullable: true },
    ...{ unique: false, indexed: false },
  });
  const info: CollectionInfo = {
    ...{ name: 'films', open: false, documentCount: 1, definedIndexes: [], indexes: [] },
    fields: [field('year', 'Int'), field('code', 'String'), field('title', 'String')],
  };
  expect([
    recordName({ id: 'a', year: 1, code: ' ', title: 'Heat\n  of the night' }, info),
    recordName({ id: 'b', title: 'x'.repeat(50) }, info),
    recordName({ id: 'c', year: 3 }, info),
  ]).toEqual(['Heat of the night (a)', `${'x'.repeat(40)}… (b)`, 'c']);
});
