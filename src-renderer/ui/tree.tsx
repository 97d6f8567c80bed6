import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { ContextMenu, type MenuEntry } from './menu.tsx';
import './tree.css';
import { findTyped, flattenTree, type TreeNode, type TreeRow, treeStep } from './tree-model.ts';

export interface TreeProps<Node extends TreeNode & { readonly children?: readonly Node[] }> {
  readonly label: string;
  readonly nodes: readonly Node[];
  readonly expanded: ReadonlySet<string>;
  readonly onExpandedChange: (expanded: ReadonlySet<string>) => void;
  /** Enter or double click on a row. */
  readonly onActivate: (node: Node) => void;
  readonly renderRow: (node: Node) => ReactNode;
  /** The entries of a row's context menu; none when empty. */
  readonly menuEntries?: (node: Node) => readonly MenuEntry[];
}

const typingPauseMs = 600;

/** A tree after the ARIA pattern: one tab stop, arrow keys, typing ahead, a context menu per row. */
export function Tree<Node extends TreeNode & { readonly children?: readonly Node[] }>(
  props: TreeProps<Node>,
) {
  const { label, nodes, expanded, onExpandedChange, onActivate } = props;
  const rows = flattenTree(nodes, expanded);
  const [wantedId, setWantedId] = useState<string | undefined>(undefined);
  const focusedId = rows.find((row) => row.node.id === wantedId)?.node.id ?? rows[0]?.node.id;
  const tree = useRef<HTMLDivElement>(null);
  const typing = useRef({ text: '', atMs: 0 });

  const focusRow = (id: string) => {
    setWantedId(id);
    tree.current?.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(id)}"]`)?.focus();
  };
  const setExpanded = (ids: readonly string[], isExpanded: boolean) => {
    const next = new Set(expanded);
    for (const id of ids) {
      if (isExpanded) next.add(id);
      else next.delete(id);
    }
    onExpandedChange(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (focusedId === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = treeStep(rows, focusedId, event.key);
    if (step !== undefined) {
      event.preventDefault();
      if (step.kind === 'focus') focusRow(step.id);
      else if (step.kind === 'expand') setExpanded(step.ids, true);
      else if (step.kind === 'collapse') setExpanded([step.id], false);
      else {
        const row = rows.find((other) => other.node.id === step.id);
        if (row !== undefined) onActivate(row.node);
      }
      return;
    }
    if (event.key.length !== 1 || event.key === ' ') return;
    const isNew = event.timeStamp - typing.current.atMs > typingPauseMs;
    const text = (isNew ? '' : typing.current.text) + event.key;
    typing.current = { text, atMs: event.timeStamp };
    const found = findTyped(rows, focusedId, text);
    if (found !== undefined) focusRow(found);
  };

  return (
    <div ref={tree} role="tree" aria-label={label} className="tree" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <Row
          key={row.node.id}
          row={row}
          isTabStop={row.node.id === focusedId}
          menuEntries={props.menuEntries?.(row.node) ?? []}
          onFocus={() => setWantedId(row.node.id)}
          onToggle={() => setExpanded([row.node.id], !row.isExpanded)}
          onActivate={() => onActivate(row.node)}
        >
          {props.renderRow(row.node)}
        </Row>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: TreeRow<TreeNode>;
  readonly isTabStop: boolean;
  readonly menuEntries: readonly MenuEntry[];
  readonly onFocus: () => void;
  readonly onToggle: () => void;
  readonly onActivate: () => void;
  readonly children: ReactNode;
}

function Row({ row, isTabStop, menuEntries, onFocus, onToggle, onActivate, children }: RowProps) {
  const element = (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree itself takes the keys, for all rows.
    <div
      role="treeitem"
      className="tree-row"
      data-row-id={row.node.id}
      tabIndex={isTabStop ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblingCount}
      aria-selected={isTabStop}
      aria-expanded={row.isBranch ? row.isExpanded : undefined}
      style={{ paddingLeft: 4 + (row.level - 1) * 16 }}
      onFocus={onFocus}
      onClick={row.isBranch ? onToggle : undefined}
      onDoubleClick={onActivate}
    >
      <span className="tree-chevron" aria-hidden>
        {row.isBranch && <ChevronRight size={14} data-expanded={row.isExpanded} />}
      </span>
      {children}
    </div>
  );
  if (menuEntries.length === 0) return element;
  return <ContextMenu entries={menuEntries}>{element}</ContextMenu>;
}
