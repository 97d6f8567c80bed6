/* What a paste came to, for the note: how much, which cells do not fit, what was left out and why. */
import type { PastedPlace, PasteOutcome } from './grid-actions.ts';

const namedMax = 5;

export function pasteText(outcome: PasteOutcome): string {
  const { cells, rows, unfit, refused, remarks, beyond } = outcome;
  const isNothing = rows === 0 && cells === 0;
  const isEmpty = isNothing && refused.length === 0 && remarks.length === 0 && beyond === undefined;
  if (isEmpty) return 'There is nothing to paste.';
  const what = rows > 0 ? counted(rows, 'row') : counted(cells, 'cell');
  const parts = [isNothing ? 'Nothing was pasted' : `Pasted ${what}`];
  if (unfit.length > 0) {
    const [verb, is] = unfit.length === 1 ? ['does', 'is'] : ['do', 'are'];
    parts.push(
      `${counted(unfit.length, 'cell')} ${verb} not fit the field and ${is} to be corrected before the commit: ${named(unfit)}`,
    );
  }
  if (refused.length > 0) {
    parts.push(
      `${counted(refused.length, 'cell')} cannot be edited and ${areLeftOut(refused.length)}: ${named(refused)}`,
    );
  }
  if (beyond !== undefined) {
    const { rows: count } = beyond;
    const go = count === 1 ? 'goes' : 'go';
    parts.push(`${counted(count, 'row')} ${go} beyond the last one and ${areLeftOut(count)}`);
  }
  return `${[...parts, ...remarks].join('; ')}.`;
}

export function nothingPasted(why: string): PasteOutcome {
  return { cells: 0, rows: 0, unfit: [], refused: [], remarks: [why] };
}

/** Said where the focus is in the head of a column. */
export const noCell = 'choose a cell first';

export function areLeftOut(count: number): string {
  return `${count === 1 ? 'is' : 'are'} left out`;
}

function named(places: readonly PastedPlace[]): string {
  const shown = places
    .slice(0, namedMax)
    .map(({ row, column, text }) => `row ${row} ${column} ${JSON.stringify(text.slice(0, 40))}`);
  const rest = places.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en-US')} more` : ''}`;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
