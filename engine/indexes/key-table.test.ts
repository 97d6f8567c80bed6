import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyTable } from './key-table.ts';
import { hashOfText } from './known-keys.ts';

interface Source {
  readonly name: number;
  readonly keys: { readonly bytes: Uint8Array; readonly ends: Uint32Array };
}

const key = fc.string({ unit: fc.constantFrom('a', 'b', '\u00ff'), maxLength: 4 });
const batch = fc.array(key, { maxLength: 120 });

function sourceOf(name: number, texts: readonly string[]): Source {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [at, text] of texts.entries()) {
    end += text.length;
    ends[at] = end;
  }
  return { name, keys: { bytes: Buffer.from(texts.join(''), 'latin1'), ends } };
}

it('finds what a map of texts would, also after its last sources were taken back', () => {
  fc.assert(
    fc.property(
      fc.array(batch, { maxLength: 6 }),
      fc.array(key),
      fc.nat({ max: 6 }),
      (batches, others, kept) => {
        const table = new KeyTable<Source>(1);
        const expected = new Map<string, [source: number, number: number]>();
        const texts = [...others, ...batches.flat()];
        const found = () =>
          texts.map((text) => {
            const entry = table.find(text);
            return entry < 0 ? undefined : [table.sourceOf(entry).name, table.numberOf(entry)];
          });
        for (const [name, each] of batches.entries()) {
          table.open(sourceOf(name, each));
          for (const [number, text] of each.entries()) {
            expect(table.addNew(number, hashOfText(text))).toBe(!expected.has(text));
            if (!expected.has(text)) expected.set(text, [name, number]);
          }
        }
        expect(found()).toEqual(texts.map((text) => expected.get(text)));
        table.keepWhile(({ name }) => name < kept);
        const left = (text: string) =>
          (expected.get(text)?.[0] ?? kept) < kept ? expected.get(text) : undefined;
        expect(found()).toEqual(texts.map(left));
        expect(table.count).toBe([...expected.values()].filter(([name]) => name < kept).length);
      },
    ),
  );
});
