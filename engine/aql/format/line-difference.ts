/** One line of two texts side by side. */
export interface ComparedLine {
  readonly kind: 'same' | 'gone' | 'added';
  readonly text: string;
}

/** What of one list of lines became of another: the longest lines in common stay. O(lines × lines). */
export function lineDifference(
  old: readonly string[],
  now: readonly string[],
): readonly ComparedLine[] {
  // Longest common part of what follows each pair of lines.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const isSame = old[row] === now[column];
      const longest = isSame
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
      common[row]?.fill(longest, column, column + 1);
    }
  }
  const lines: ComparedLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const [oldLine, newLine] = [old[row], now[column]];
    if (oldLine !== undefined && oldLine === newLine) {
      lines.push({ kind: 'same', text: oldLine });
      row += 1;
      column += 1;
    } else if (
      newLine === undefined ||
      (oldLine !== undefined && at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push({ kind: 'gone', text: oldLine ?? '' });
      row += 1;
    } else {
      lines.push({ kind: 'added', text: newLine });
      column += 1;
    }
  }
  return lines;
}
