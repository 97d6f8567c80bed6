// biome-ignore-all lint/a11y/useSemanticElements: a windowed grid cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid pattern gives the focus to cells only, one at a time.
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';
import { CellSign, isSigned } from './cell-sign.tsx';
import { cellText } from './cell-text.ts';
import { type CellType, isRightAligned } from './cell-value.ts';
import { CellView } from './cell-view.tsx';
import { isSurelyShown } from './column-widths.ts';
import type { GridRowProps } from './grid-row.tsx';
import type { CellMark } from './row-model.ts';

/*
 * Cells are most of what a grid draws: some hundred at every jump. So each is one element whose text stands directly in
 * it wherever it is nothing but text, no component of its own, no layer of its own (it stands in the flow of its row),
 * and it clips only what may be too long for it.
 */

/** A cell of a row; `previousEnd` is where the cell drawn before it ends. */
export function cellElement(props: GridRowProps, index: number, previousEnd: number): ReactNode {
  const { model, row, edges, gutterWidth, pinnedCount } = props;
  const column = props.columns[index];
  if (column === undefined) return null;
  const flash = model.flash(row, index);
  const isSelected = index >= props.selectedLeft && index <= props.selectedRight;
  const isFocused = index === props.focusColumn;
  const isPinned = index < pinnedCount;
  const mark = model.cellMark?.(row, index);
  // What does not fit its type is shown as it was typed, not as what it would be read as.
  const type = mark === 'invalid' ? anyType : column.type;
  const text = cellText(model.cell(row, index), type, props.yearColumns[index]);
  const left = edges[index] ?? 0;
  const width = (edges[index + 1] ?? left) - left;
  const className = classNames(
    'grid-cell',
    `is-${text.kind}`,
    isRightAligned(column.type) && 'is-right',
    isSelected && 'is-selected',
    isFocused && 'is-focused',
    isPinned && 'is-pinned',
    flash > 0 && 'is-flashing',
    mark !== undefined && `is-${mark}`,
    !isSurelyShown(text, width) && 'is-long',
  );
  const isPlain = text.kind === 'text' || text.kind === 'number' || text.kind === 'uuid';
  const content = isPlain ? text.text : <CellView text={text} />;
  return (
    <div
      key={index}
      role="gridcell"
      className={className}
      aria-colindex={index + 2}
      aria-selected={isSelected}
      data-row={row}
      data-col={index}
      tabIndex={isFocused ? 0 : -1}
      title={isPlain ? text.title : undefined}
      style={placeOf({
        left,
        width,
        previousEnd,
        pinnedLeft: isPinned ? gutterWidth + left : undefined,
      })}
    >
      {flash === 0 && !isSigned(mark)
        ? content
        : signed(content, flash, signOf(props, index, mark))}
    </div>
  );
}

const anyType: CellType = { kind: 'scalar', name: 'Any' };

function placeOf(place: {
  readonly left: number;
  readonly width: number;
  readonly previousEnd: number;
  readonly pinnedLeft: number | undefined;
}) {
  const { left, width, previousEnd, pinnedLeft } = place;
  const gap = left - previousEnd;
  if (pinnedLeft !== undefined) return { width, left: pinnedLeft };
  return gap === 0 ? { width } : { width, marginLeft: gap };
}

/** With what points out a change, and the sign of what should be looked at. */
function signed(content: ReactNode, flash: number, sign: ReactNode): ReactNode {
  return (
    <>
      {flash > 0 && <span key={flash} className="cell-flash" aria-hidden="true" />}
      {content}
      {sign}
    </>
  );
}

function signOf(
  { model, row }: GridRowProps,
  index: number,
  mark: CellMark | undefined,
): ReactNode {
  return isSigned(mark) && <CellSign mark={mark} note={model.cellNote?.(row, index)} />;
}
