/* Sums as fractions: exact, and rounded once. */

/** Thrown for a sum that no result can state. */
export class UnstatableSum extends Error {}

export function exactSum(numbers: readonly number[]): {
  readonly sum: number;
  readonly isExact: boolean;
} {
  const halvings = Math.max(0, ...numbers.map(halvingsOf));
  const total = numbers.reduce(
    (all, value) =>
      all + (BigInt(value * 2 ** halvingsOf(value)) << BigInt(halvings - halvingsOf(value))),
    0n,
  );
  const sum = quotient(total, halvings);
  const isWhole = numbers.every(Number.isSafeInteger);
  return { sum, isExact: !isWhole || Number.isSafeInteger(sum) };
}

/** The sum, of whole numbers an exact one. */
export function statedSum(numbers: readonly number[]): number {
  const { sum, isExact } = exactSum(numbers);
  if (isExact && Number.isFinite(sum)) return sum;
  throw new UnstatableSum(`The sum ${sum} is not exact.`);
}

/** `total / 2 ** halvings`, also where the total itself is more than a number can hold; rounded once. */
function quotient(total: bigint, halvings: number): number {
  const dropped = Math.max(0, total.toString(2).length - 1_000);
  const kept = total >> BigInt(dropped);
  // What was dropped decides only whether the rest lies on a tie.
  const isExact = kept << BigInt(dropped) === total;
  return Number(isExact ? kept : kept | 1n) * 2 ** (dropped - halvings);
}

/** How often a number must be doubled to be whole. */
function halvingsOf(value: number): number {
  let count = 0;
  while (!Number.isInteger(value * 2 ** count)) count += 1;
  return count;
}
