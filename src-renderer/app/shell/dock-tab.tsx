import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { X } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { changeTab, closeTab, isDirty } from '../tabs/tab-journal.ts';
import { useTabJournal } from '../tabs/tab-store.ts';
import { useDockScope } from './dock-scope.ts';

/** The head of a tab: name, dot while it differs from what last ran, close. Double click renames, middle click closes. */
export function DockTab({ api }: IDockviewPanelHeaderProps) {
  const { store, renamingId, rename } = useDockScope();
  const { tabs } = useTabJournal(store);
  const tab = tabs.find((other) => other.id === api.id);
  if (tab === undefined) return null;
  const close = () => store.update((before) => closeTab(before, tab.id));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the dock's own tab around it has the role and the keys.
    <div
      className="dock-tab"
      title={isDirty(tab) ? `${tab.title}: changed since it last ran` : tab.title}
      onAuxClick={(event) => {
        if (event.button === 1) close();
      }}
      onDoubleClick={() => rename(tab.id)}
    >
      {renamingId === tab.id ? (
        <NameField
          name={tab.title}
          onDone={(title) => {
            rename(undefined);
            if (title !== undefined) store.update((before) => changeTab(before, tab.id, { title }));
          }}
        />
      ) : (
        <span className="dock-tab-name">{tab.title}</span>
      )}
      <span className="dock-tab-end">
        {isDirty(tab) && <span className="dock-tab-dot" role="img" aria-label="changed" />}
        {/* A tab may hold no button; by keyboard and for screen readers, closing is the command and its key. */}
        <span
          className="dock-tab-close"
          title="Close"
          aria-hidden
          onPointerDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            event.stopPropagation();
            close();
          }}
        >
          <X size={14} />
        </span>
      </span>
    </div>
  );
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
