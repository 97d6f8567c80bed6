/*
 * Where the cells of a pasted block go: to the fields that its head names, else to the columns from a first one on. A
 * block is repeated over a selection that is its multiple, as in a spreadsheet. What finds no place is told.
 */
import type { Rectangle } from '../../grid/selection.ts';
import { areLeftOut, counted } from './paste-text.ts';
import type { PastedBlock, PastedCell } from './pasted-rows.ts';

export interface PlacedCell {
  readonly column: string;
  readonly cell: PastedCell;
}

export interface PlacedBlock {
  readonly rows: readonly (readonly PlacedCell[])[];
  /** How often the rows are repeated, downwards. */
  readonly times: number;
  /** What was left out, each as a part of a sentence. */
  readonly remarks: readonly string[];
}

export interface PlacingOptions {
  /** The columns from the first on into which is pasted. */
  readonly columns: readonly string[];
  /** The column that a name of the head means. */
  readonly columnOf: (name: string) => string | undefined;
  /** What is selected; absent where each row becomes a document. */
  readonly over?: Rectangle | undefined;
}

export function placedBlock(block: PastedBlock, options: PlacingOptions): PlacedBlock {
  const { over, columns } = options;
  const { head } = block;
  const width = block.rows.reduce((most, { length }) => Math.max(most, length), 0);
  const times = over === undefined ? 1 : timesIn(over.bottom - over.top + 1, block.rows.length);
  const across =
    over === undefined || head !== undefined ? 1 : timesIn(over.right - over.left + 1, width);
  const targets: readonly (string | undefined)[] =
    head === undefined ? columns : head.map((name) => options.columnOf(name));
  let beyond = 0;
  const rows = block.rows.map((row) => {
    const placed: PlacedCell[] = [];
    for (let turn = 0; turn < across; turn += 1) {
      for (const [at, cell] of row.entries()) {
        const column = targets[turn * width + at];
        if (cell === undefined) continue;
        if (column !== undefined) placed.push({ column, cell });
        else if (head === undefined || at >= head.length) beyond += 1;
      }
    }
    return placed;
  });
  return { rows, times, remarks: [...unknownRemarks(head, targets), ...beyondRemarks(beyond)] };
}

/** How often a block fits into a selection; once where it does not fit without a rest. */
function timesIn(selected: number, size: number): number {
  return size > 0 && selected > size && selected % size === 0 ? selected / size : 1;
}

const namedMax = 5;

function unknownRemarks(
  head: readonly string[] | undefined,
  targets: readonly (string | undefined)[],
): readonly string[] {
  const unknown = (head ?? []).filter((_, at) => targets[at] === undefined);
  if (unknown.length === 0) return [];
  const shown = unknown
    .slice(0, namedMax)
    .map((name) => (name.trim() === '' ? '(no name)' : name.trim()));
  const rest = unknown.length - shown.length;
  const names = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const are = unknown.length === 1 ? 'is no field' : 'are no fields';
  return [
    `${counted(unknown.length, 'column')} ${are} and ${areLeftOut(unknown.length)}: ${names}`,
  ];
}

function beyondRemarks(count: number): readonly string[] {
  const go = count === 1 ? 'goes' : 'go';
  return count === 0
    ? []
    : [`${counted(count, 'cell')} ${go} beyond the last column and ${areLeftOut(count)}`];
}
