import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMemoryStore } from '../storage/memory-store.ts';
import { HeldPostings } from './held-postings.ts';
import { IndexKey } from './index-layout.ts';
import { hasPosting } from './posting-block.ts';

const keys = ['ka', 'kb', 'kc'].map((text) => new IndexKey(text, false));
const keyAt = (at: number): IndexKey => keys[at] ?? new IndexKey('k', false);

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add'), key: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove'), key: fc.nat(2), row: fc.nat(400) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write'), count: fc.nat(3) }) },
);

it('holds what it was given until it is written, but for what was taken out again', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 800, size: 'max' }), (operations) => {
      const store = openMemoryStore();
      const held = new HeldPostings();
      const wanted = new Set<string>();
      const inStore = new Set<string>();
      const written = () => {
        for (const each of wanted) {
          const [key = '', row = ''] = each.split(' ');
          if (hasPosting(store.live(), Buffer.from(key), Number(row))) inStore.add(each);
        }
      };
      let row = 0;
      for (const each of operations) {
        if ('row' in each) {
          const { mapKey } = keyAt(each.key);
          const name = `${mapKey} ${each.row}`;
          const isHeld = wanted.has(name) && !inStore.has(name);
          expect(held.remove(keyAt(each.key), each.row)).toBe(isHeld);
          if (isHeld) wanted.delete(name);
        } else if ('key' in each) {
          row += each.key % 2;
          held.add(keyAt(each.key), row);
          wanted.add(`${keyAt(each.key).mapKey} ${row}`);
        } else {
          store.transact((writer) => {
            const steps = held.steps(writer);
            for (let at = 0; at < each.count; at += 1) steps.next();
          }, 0);
          written();
          // Rows that are written may not come again.
          row += 1;
        }
        expect(held.count).toBe(wanted.size - inStore.size);
      }
      store.transact((writer) => {
        for (const _ of held.steps(writer));
      }, 0);
      written();
      expect([held.count, inStore]).toEqual([0, wanted]);
    }),
    { numRuns: 30 },
  );
});
