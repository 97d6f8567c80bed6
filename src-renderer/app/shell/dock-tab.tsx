import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { Columns2, Pin, PinOff, Radio, Rows2, Table2, X } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { ContextMenu, type MenuEntry } from '../../ui/menu.tsx';
import type { QueryTabState } from '../tabs/query-tab-props.ts';
import { changeTab, closeTab, isDirty, pinTab } from '../tabs/tab-journal.ts';
import { type TabStore, useRenamingId, useTabJournal } from '../tabs/tab-store.ts';
import { useDockScope } from './dock-scope.ts';
import type { DockSplits } from './dock-splits.ts';

/** The head of a tab: name, dot while it differs from what last ran, close. Double click renames, middle click closes. */
export function DockTab({ api }: IDockviewPanelHeaderProps) {
  const { store, splits } = useDockScope();
  const { tabs } = useTabJournal(store);
  const isRenaming = useRenamingId(store) === api.id;
  const tab = tabs.find((other) => other.id === api.id);
  if (tab === undefined) return null;
  const close = () => store.update((before) => closeTab(before, tab.id, Date.now()));
  const unpin = () => store.update((before) => pinTab(before, tab.id, false));
  return (
    <ContextMenu entries={tabEntries(store, splits, tab)}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the dock's own tab around it has the role and the keys. */}
      <div
        className="dock-tab"
        title={tabTitle(tab)}
        onAuxClick={(event) => {
          if (event.button === 1 && !tab.isPinned) close();
        }}
        onDoubleClick={() => store.startRenaming(tab.id)}
      >
        {isRenaming ? (
          <NameField
            name={tab.title}
            onDone={(title) => {
              store.startRenaming(undefined);
              if (title !== undefined) {
                store.update((before) => changeTab(before, tab.id, { title }));
              }
            }}
          />
        ) : (
          <>
            {tab.page === 'events' && <Radio size={13} className="dock-tab-icon" aria-hidden />}
            {tab.collection !== undefined && (
              <Table2 size={13} className="dock-tab-icon" aria-hidden />
            )}
            <span className="dock-tab-name">{tab.title}</span>
          </>
        )}
        <span className="dock-tab-end">
          {isDirty(tab) && <span className="dock-tab-dot" role="img" aria-label="changed" />}
          {/* A tab may hold no button; by keyboard and for screen readers, closing is the command and its key. */}
          <span
            className={tab.isPinned ? 'dock-tab-close dock-tab-pin' : 'dock-tab-close'}
            title={tab.isPinned ? 'Unpin' : 'Close'}
            aria-hidden
            onPointerDown={(event) => event.stopPropagation()}
            onClick={(event) => {
              event.stopPropagation();
              if (tab.isPinned) unpin();
              else close();
            }}
          >
            {tab.isPinned ? <Pin size={13} /> : <X size={14} />}
          </span>
        </span>
      </div>
    </ContextMenu>
  );
}

function tabTitle(tab: QueryTabState): string {
  const name = tab.savedPath ?? tab.title;
  if (!isDirty(tab)) return name;
  return `${name}: changed since it ${tab.savedPath === undefined ? 'last ran' : 'was saved'}`;
}

function tabEntries(store: TabStore, splits: DockSplits, tab: QueryTabState): readonly MenuEntry[] {
  return [
    {
      kind: 'item',
      id: 'rename',
      label: 'Rename',
      keys: ['Alt', 'F2'],
      onSelect: () => store.startRenaming(tab.id),
    },
    {
      kind: 'item',
      id: 'pin',
      label: tab.isPinned ? 'Unpin' : 'Pin',
      icon: tab.isPinned ? <PinOff size={14} /> : <Pin size={14} />,
      onSelect: () => store.update((before) => pinTab(before, tab.id, !tab.isPinned)),
    },
    {
      kind: 'item',
      id: 'splitRight',
      label: 'Split right',
      icon: <Columns2 size={14} />,
      onSelect: () => splits.split(tab.id, 'right'),
    },
    {
      kind: 'item',
      id: 'splitDown',
      label: 'Split down',
      icon: <Rows2 size={14} />,
      onSelect: () => splits.split(tab.id, 'below'),
    },
    { kind: 'separator', id: 'end' },
    {
      kind: 'item',
      id: 'close',
      label: 'Close',
      icon: <X size={14} />,
      isDisabled: tab.isPinned,
      onSelect: () => store.update((before) => closeTab(before, tab.id, Date.now())),
    },
  ];
}

interface NameFieldProps {
  readonly name: string;
  /** With the new name, or `undefined` when it stays. */
  readonly onDone: (name: string | undefined) => void;
}

function NameField({ name, onDone }: NameFieldProps) {
  const isDone = useRef(false);
  const done = (value: string | undefined) => {
    if (isDone.current) return;
    isDone.current = true;
    const trimmed = value?.trim();
    onDone(trimmed === '' || trimmed === name ? undefined : trimmed);
  };
  return (
    <input
      className="dock-tab-field"
      aria-label="Name of the query"
      defaultValue={name}
      ref={selectAll}
      onBlur={(event) => done(event.target.value)}
      onPointerDown={(event) => event.stopPropagation()}
      onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
        event.stopPropagation();
        if (event.key === 'Enter') done(event.currentTarget.value);
        if (event.key === 'Escape') done(undefined);
      }}
    />
  );
}

/** The field appears because the person asked for it: it takes the focus, ready to be typed over. */
function selectAll(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}
