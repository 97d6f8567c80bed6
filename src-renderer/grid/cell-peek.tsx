import { Popover } from 'radix-ui';
import { useMemo, useRef } from 'react';
import { ValueTree } from '../ui/value-tree.tsx';
import './cell-peek.css';
import { cutText, exactText } from './cell-text.ts';
import { type Cell, type GridColumn, typeText } from './cell-value.ts';
import { writeClipboard } from './write-clipboard.ts';

/** So that a value of many megabytes does not freeze the window; Copy still takes all of it. */
const shownCharactersMax = 100_000;

/** The whole value of one cell in a popover beside it. */
export function CellPeek(props: {
  readonly column: GridColumn | undefined;
  readonly cell: Cell;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}) {
  const { column, cell, anchor, onClose } = props;
  const content = useRef<HTMLDivElement>(null);
  const anchorRef = useMemo(() => ({ current: anchor }), [anchor]);
  if (column === undefined) return null;
  return (
    <Popover.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Popover.Anchor virtualRef={anchorRef} />
      <Popover.Portal>
        <Popover.Content
          className="cell-peek"
          ref={content}
          aria-label={`Value of ${column.name}`}
          side="bottom"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key !== ' ' || event.target instanceof HTMLButtonElement) return;
            event.preventDefault();
            onClose();
          }}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            content.current?.querySelector<HTMLElement>('pre, [role=tree] [tabindex="0"]')?.focus();
          }}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <header>
            <strong>{column.name}</strong>
            <span>{typeText(column.type, column.nullable)}</span>
            <span className="cell-peek-note">{note(cell)}</span>
            <button type="button" onClick={() => writeClipboard(exactText(cell))}>
              Copy
            </button>
          </header>
          {hasMembers(cell) ? (
            <div className="cell-peek-tree">
              <ValueTree value={cell.value} label={`Members of ${column.name}`} />
            </div>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled text must be reachable by keyboard.
            <pre tabIndex={0}>{cutText(wholeText(cell), shownCharactersMax)}</pre>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Objects and lists open member by member; an empty one has nothing to open. */
function hasMembers(cell: Cell): cell is Extract<Cell, { readonly state: 'value' }> {
  if (cell.state !== 'value' || typeof cell.value !== 'object') return false;
  return cell.value !== null && Object.keys(cell.value).length > 0;
}

function wholeText(cell: Cell): string {
  if (cell.state === 'missing') return 'This field is not set in the document.';
  if (cell.state === 'pending') return '';
  if (typeof cell.value === 'string') return cell.value;
  return JSON.stringify(cell.value, undefined, 2);
}

function note(cell: Cell): string {
  if (cell.state !== 'value' || cell.value === null) return '';
  if (typeof cell.value === 'string')
    return `${cell.value.length.toLocaleString('en-US')} characters`;
  if (Array.isArray(cell.value)) return `${cell.value.length.toLocaleString('en-US')} elements`;
  return '';
}
