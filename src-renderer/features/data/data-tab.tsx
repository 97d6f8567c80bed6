import { type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import type { TabPlace } from '../../app/tabs/query-tab-props.ts';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import type { ScrollPlace } from '../../grid/use-scroll-place.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { CollectionGrid } from './collection-grid.tsx';
import './data-tab.css';
import { Trail } from './trail.tsx';
import { useWithUndeclared } from './use-undeclared-fields.ts';

export interface DataTabProps {
  readonly database: DatabaseInfo;
  readonly collection: string;
  /** Which of its documents are shown, as `where` takes it; empty for all. */
  readonly where: string;
  readonly onWhere: (where: string) => void;
  /** Where the tab was before references were followed. */
  readonly trail: readonly TabPlace[];
  /** Shows other documents in the same tab. */
  readonly onGo: (place: TabPlace, trail: readonly TabPlace[]) => void;
  /** True for the one tab that has the person's attention. */
  readonly isActive: boolean;
  /** Where it was scrolled to. */
  readonly scroll: ScrollPlace | undefined;
  readonly onScroll: (place: ScrollPlace) => void;
}

/** The documents of a collection, live. */
export function DataTab(props: DataTabProps) {
  const { database, collection, where, onWhere, trail, onGo, isActive } = props;
  const { catalog, shape, state } = useCatalog(database.database);
  const place = useRef<HTMLDivElement>(null);
  useGridFocus(isActive, place);
  const found = catalog?.collections.find(({ name }) => name === collection);
  // While a host that was started anew has not opened the database yet, what is known of it stays.
  const [last, setLast] = useState(found);
  if (found !== undefined && found !== last) setLast(found);
  const known = last?.name === collection ? last : undefined;
  const present = found ?? (catalog === undefined ? known : undefined);
  const info = useWithUndeclared(database.database, present, catalog?.version);
  if (info !== undefined) {
    return (
      <div className="data-tab" ref={place}>
        {trail.length > 0 && <Trail places={trail} here={{ collection, where }} onGo={onGo} />}
        <CollectionGrid
          key={collection}
          {...{ database, info, where, onWhere, isActive, shape }}
          scroll={props.scroll}
          onScroll={props.onScroll}
          collections={catalog?.collections ?? [info]}
          onFollow={(place) => onGo(place, [...trail, { collection, where }])}
        />
      </div>
    );
  }
  if (state.status === 'failed') return <ErrorNote {...errorText(state.error)} />;
  if (catalog === undefined || present !== undefined)
    return <ProgressBar label="Reading the collection" isActive />;
  return (
    <EmptyState
      title={`There is no collection ${collection} any more`}
      hint="It was dropped or renamed. Close this tab, or define it again."
    />
  );
}

/** The tab in front is gone to by the same command as the text of a query. */
function useGridFocus(isActive: boolean, place: RefObject<HTMLElement | null>): void {
  const focus = useCallback(() => {
    place.current?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus();
  }, [place]);
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        isActive
          ? [{ id: 'query.editor', title: 'Go to the grid', group: 'Data', run: focus }]
          : [],
      [isActive, focus],
    ),
  );
}
