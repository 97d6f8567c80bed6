import { RotateCcw, SquareTerminal } from 'lucide-react';
import type { QueryTabState } from '../tabs/query-tab-props.ts';
import { activateTab, isDirty, reopenTab } from '../tabs/tab-journal.ts';
import { type TabStore, useTabJournal } from '../tabs/tab-store.ts';
import './queries-panel.css';

/** The queries of a database: those open, and those closed lately, which come back by a click. */
export function QueriesPanel({ store }: { readonly store: TabStore }) {
  const { tabs, closed, activeId } = useTabJournal(store);
  return (
    <section className="queries" aria-label="Queries">
      <header className="side-head">
        <h2 className="side-title">Open queries</h2>
      </header>
      {tabs.length === 0 ? (
        <p className="queries-none">None.</p>
      ) : (
        <ul>
          {tabs.map((tab) => (
            <li key={tab.id}>
              <button
                type="button"
                className="queries-row"
                aria-current={tab.id === activeId}
                onClick={() => store.update((before) => activateTab(before, tab.id))}
              >
                <SquareTerminal size={14} aria-hidden className="queries-icon" />
                <RowText tab={tab} />
                {isDirty(tab) && <span className="dock-tab-dot" role="img" aria-label="changed" />}
              </button>
            </li>
          ))}
        </ul>
      )}
      {closed.length > 0 && (
        <>
          <header className="side-head">
            <h2 className="side-title">Closed lately</h2>
          </header>
          <ul>
            {closed.map((tab) => (
              <li key={tab.id}>
                <button
                  type="button"
                  className="queries-row"
                  onClick={() => store.update((before) => reopenTab(before, tab.id))}
                >
                  <RotateCcw size={14} aria-hidden className="queries-icon" />
                  <RowText tab={tab} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function RowText({ tab }: { readonly tab: QueryTabState }) {
  return (
    <span className="queries-text">
      <span className="queries-title">{tab.title}</span>
      <span className="queries-first mono">{firstLine(tab.text)}</span>
    </span>
  );
}

/** The first line that says something: no comment, not empty. */
function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? '';
}
