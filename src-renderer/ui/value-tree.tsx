import { useMemo, useState } from 'react';
import type { WireValue } from '#contract';
import { Tree } from './tree.tsx';
import './value-tree.css';

interface ValueNode {
  readonly id: string;
  readonly label: string;
  readonly value: WireValue;
  readonly children?: readonly ValueNode[];
}

const membersMax = 500;

/** A value as a tree, its first level open. */
export function ValueTree({ value, label }: { readonly value: WireValue; readonly label: string }) {
  const nodes = useMemo(() => membersOf(value, ''), [value]);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  if (nodes.length === 0)
    return <span className="mono value-tree-empty">{JSON.stringify(value)}</span>;
  return (
    <Tree
      label={label}
      nodes={nodes}
      expanded={expanded}
      onExpandedChange={setExpanded}
      onActivate={() => undefined}
      renderRow={(node) => (
        <span className="mono value-tree-row">
          <span className="value-tree-key">{node.label}</span>{' '}
          <bdi>
            {node.children === undefined ? JSON.stringify(node.value) : sizeText(node.value)}
          </bdi>
        </span>
      )}
    />
  );
}

function membersOf(value: WireValue, path: string): readonly ValueNode[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string, WireValue])[] = Object.entries(value);
  return entries.slice(0, membersMax).map(([label, member]) => {
    const id = `${path}/${label}`;
    const isBranch =
      typeof member === 'object' && member !== null && Object.keys(member).length > 0;
    return { id, label, value: member, ...(isBranch ? { children: membersOf(member, id) } : {}) };
  });
}

function sizeText(value: WireValue): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  return `{${Object.keys(Object(value)).length}}`;
}
