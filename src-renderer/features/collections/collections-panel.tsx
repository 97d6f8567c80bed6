import { Copy, FileUp, Search, SquareTerminal, Table2, X } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { CollectionInfo, DatabaseInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Tree } from '../../ui/tree.tsx';
import { type OpenImport, useImport } from '../import/import-context.ts';
import { CollectionRow } from './collection-row.tsx';
import { type CollectionNode, collectionTree, expandedByFilter } from './collection-tree.ts';
import './collections.css';

export interface CollectionsPanelProps {
  readonly database: DatabaseInfo;
  /** Opens a tab with the documents of the collection. */
  readonly onOpen: (collection: CollectionInfo) => void;
  /** Opens a tab that queries the collection. */
  readonly onQuery: (collection: CollectionInfo) => void;
  /** Opens a tab with the text of a schema to begin with. */
  readonly onDefine: () => void;
}

/** The collections of a database with their fields and indexes; counts follow every commit. */
export function CollectionsPanel({ database, onOpen, onQuery, onDefine }: CollectionsPanelProps) {
  const { state, catalog } = useCatalog(database.database);
  const [filter, setFilter] = useState('');
  const [isFiltering, setFiltering] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const filterButton = useRef<HTMLButtonElement>(null);
  const toggleFilter = () => {
    setFilter('');
    setFiltering(!isFiltering);
    // The field and the button that clear the filter go away with it, and must not take the focus along.
    if (isFiltering) filterButton.current?.focus();
  };
  const pressedInFilter = (event: KeyboardEvent) => {
    if (event.key === 'Escape') toggleFilter();
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    body.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
  };
  return (
    <section className="collections" aria-label="Collections">
      <ProgressBar label="Reading the collections" isActive={state.status === 'waiting'} />
      <header className="side-head">
        <h2 className="side-title">Collections</h2>
        <IconButton
          label={isFiltering ? 'Close the filter' : 'Filter collections and fields'}
          icon={isFiltering ? <X size={16} /> : <Search size={16} />}
          aria-pressed={isFiltering}
          ref={filterButton}
          onClick={toggleFilter}
        />
      </header>
      {isFiltering && (
        <div className="collections-filter">
          <TextField
            label="Filter collections and fields"
            isLabelHidden
            placeholder="Collection or field"
            icon={<Search size={14} />}
            value={filter}
            autoFocus
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={pressedInFilter}
          />
        </div>
      )}
      <div className="collections-body" ref={body}>
        {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
        {catalog !== undefined && catalog.collections.length === 0 && (
          <EmptyState
            icon={<Table2 size={28} strokeWidth={1.25} />}
            title="This database has no collections yet"
            action={database.readOnly ? undefined : <Button onClick={onDefine}>Define one</Button>}
          />
        )}
        {catalog !== undefined && catalog.collections.length > 0 && (
          <CollectionTree
            nodes={collectionTree(catalog, filter)}
            filter={filter}
            onClearFilter={toggleFilter}
            onOpen={onOpen}
            onQuery={onQuery}
          />
        )}
      </div>
    </section>
  );
}

interface CollectionTreeProps {
  readonly nodes: readonly CollectionNode[];
  readonly filter: string;
  readonly onClearFilter: () => void;
  readonly onOpen: (collection: CollectionInfo) => void;
  readonly onQuery: (collection: CollectionInfo) => void;
}

function CollectionTree({ nodes, filter, onClearFilter, onOpen, onQuery }: CollectionTreeProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const onImport = useImport();
  const expanded = useMemo(
    () => new Set([...opened, ...expandedByFilter(nodes, filter)]),
    [opened, nodes, filter],
  );
  if (nodes.length === 0) {
    return (
      <EmptyState
        title="No collection or field matches"
        action={<Button onClick={onClearFilter}>Clear filter</Button>}
      />
    );
  }
  const collectionOf = (node: CollectionNode): CollectionInfo | undefined => {
    const root = nodes.find((other) => node.id === other.id || node.id.startsWith(`${other.id}/`));
    return root?.kind === 'collection' ? root.collection : undefined;
  };
  return (
    <Tree
      label="Collections"
      nodes={nodes}
      expanded={expanded}
      onExpandedChange={setOpened}
      onActivate={(node) => {
        const collection = collectionOf(node);
        if (collection !== undefined) onOpen(collection);
      }}
      renderRow={(node) => (
        <>
          <CollectionRow node={node} />
          {node.kind === 'collection' && (
            <span className="collections-act" aria-hidden>
              <IconButton
                label={`Open ${node.collection.name}`}
                size="small"
                icon={<Table2 size={14} />}
                tabIndex={-1}
                onClick={(event) => {
                  event.stopPropagation();
                  onOpen(node.collection);
                }}
              />
              <IconButton
                label={`Query ${node.collection.name}`}
                size="small"
                icon={<SquareTerminal size={14} />}
                tabIndex={-1}
                onClick={(event) => {
                  event.stopPropagation();
                  onQuery(node.collection);
                }}
              />
            </span>
          )}
        </>
      )}
      menuEntries={(node) => nodeMenu(node, collectionOf(node), { onOpen, onQuery, onImport })}
    />
  );
}

function nodeMenu(
  node: CollectionNode,
  collection: CollectionInfo | undefined,
  {
    onOpen,
    onQuery,
    onImport,
  }: Pick<CollectionsPanelProps, 'onOpen' | 'onQuery'> & {
    readonly onImport: OpenImport | undefined;
  },
): readonly MenuEntry[] {
  const name = nameOf(node);
  return [
    ...(collection === undefined
      ? []
      : [
          {
            kind: 'item' as const,
            id: 'open',
            label: `Open ${collection.name}`,
            icon: <Table2 size={14} />,
            keys: node.kind === 'collection' ? ['Enter'] : undefined,
            onSelect: () => onOpen(collection),
          },
          {
            kind: 'item' as const,
            id: 'query',
            label: `Query ${collection.name}`,
            icon: <SquareTerminal size={14} />,
            onSelect: () => onQuery(collection),
          },
          ...(onImport === undefined
            ? []
            : [
                {
                  kind: 'item' as const,
                  id: 'import',
                  label: `Import into ${collection.name}`,
                  icon: <FileUp size={14} />,
                  onSelect: () => onImport({ collection: collection.name }),
                },
              ]),
        ]),
    ...(name === undefined
      ? []
      : [
          {
            kind: 'item' as const,
            id: 'copy',
            label: 'Copy name',
            icon: <Copy size={14} />,
            onSelect: () => void navigator.clipboard.writeText(name),
          },
        ]),
  ];
}

function nameOf(node: CollectionNode): string | undefined {
  switch (node.kind) {
    case 'collection':
      return node.collection.name;
    case 'id':
      return 'id';
    case 'field':
      return node.field.name;
    case 'index':
      return node.index.name;
    case 'indexes':
      return undefined;
  }
}
