/** How many mistakes a word may have and still be found: none up to two characters, one up to five, then two. */
export function mistakesMax(length: number): number {
  if (length <= 2) return 0;
  return length <= 5 ? 1 : 2;
}

/**
 * How many characters must be changed, added, left out or swapped with their neighbour to make one word of the other;
 * `undefined` above `max`.
 */
export function wordDistance(
  a: readonly string[],
  b: readonly string[],
  max: number,
): number | undefined {
  if (Math.abs(a.length - b.length) > max) return undefined;
  let [twoAbove, above]: readonly number[][] = [[], b.map((_, at) => at)];
  above = [...(above ?? []), b.length];
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) distance = Math.min(distance, (twoAbove?.[column - 2] ?? 0) + 1);
      current.push(distance);
      best = Math.min(best, distance);
    }
    if (best > max) return undefined;
    [twoAbove, above] = [above, current];
  }
  const distance = above[b.length] ?? 0;
  return distance <= max ? distance : undefined;
}
