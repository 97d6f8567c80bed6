import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PackedText, packedWords } from './packed-text.ts';

/** Texts of few characters, so that many are equal or begin alike; some take two bytes, or none that counts. */
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'ÿ', '\0', 'Ā', '文'),
  maxLength: 38,
});
const similar = fc.oneof(text, fc.constantFrom('', 'a', 'a\0', 'aaaa', 'aaaa\0', 'a'.repeat(36)));

function packed(of: string): PackedText {
  const made = new PackedText();
  // Something longer before, of which nothing is to stay.
  made.read('x'.repeat(36));
  made.read(of);
  return made;
}

it('tells texts that it holds whole from all others, and gives equal texts equal hashes', () => {
  const property = fc.property(similar, similar, (left, right) => {
    const [one, other] = [packed(left), packed(right)];
    const isWhole = left.length <= 36 && [...left].every((each) => each > '\0' && each <= 'ÿ');
    expect(one.isWhole).toBe(isWhole);
    if (left === right) expect(one.mark).toBe(other.mark);
    const numbers = new Int32Array(2 + packedWords);
    other.copyTo(numbers, 2);
    if (one.isWhole && other.isWhole) expect(one.isIn(numbers, 2)).toBe(left === right);
  });
  fc.assert(property, { numRuns: 2_000 });
});

it('gives ids that differ in a few digits different hashes', () => {
  const marks = new Set<number>();
  for (let n = 0; n < 10_000; n += 1) {
    marks.add(packed(`0190a1b2-0000-7000-8000-${n.toString(16).padStart(12, '0')}`).mark);
  }
  expect(marks.size).toBeGreaterThan(9_990);
});
