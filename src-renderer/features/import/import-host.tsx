import {
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from 'react';
import type { DatabaseInfo } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { openTab } from '../../app/tabs/tab-journal.ts';
import { type TabStore, useTabJournal } from '../../app/tabs/tab-store.ts';
import './import-drop.css';
import { ImportContext } from './import-context.ts';
import type { ImportRequest } from './import-wizard.ts';

const ImportDialog = lazy(async () => {
  const module = await import('./import-dialog.tsx');
  return { default: module.ImportDialog };
});

/** Offers imports to everything inside of it: the command, a file that is dropped, and the wizard itself. */
export function ImportHost(props: {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
  readonly children: ReactNode;
}) {
  const { database, store, children } = props;
  const [request, setRequest] = useState<ImportRequest>();
  const { tabs, activeId } = useTabJournal(store);
  const inFront = tabs.find(({ id }) => id === activeId)?.collection;
  const open = database.readOnly ? undefined : setRequest;
  const openHere = useCallback(
    (file?: File) => {
      open?.({
        ...(inFront === undefined ? {} : { collection: inFront }),
        ...(file === undefined ? {} : { file: { name: file.name, blob: file } }),
      });
    },
    [open, inFront],
  );
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        open === undefined
          ? []
          : [
              {
                id: 'import.open',
                title: 'Import a file',
                group: 'Database',
                keys: ['Alt+Shift+I'],
                keywords: ['csv', 'tsv', 'json', 'ndjson', 'load', 'upload', 'paste'],
                run: () => openHere(),
              },
            ],
      [open, openHere],
    ),
  );
  const isOver = useDroppedFile(open !== undefined && request === undefined, openHere);
  const close = useCallback(() => setRequest(undefined), []);
  const show = useCallback(
    (collection: string) => {
      setRequest(undefined);
      store.update((before) => openTab(before, { title: collection, text: '', collection }));
    },
    [store],
  );
  return (
    <ImportContext value={open}>
      {children}
      {isOver && (
        <div className="import-drop" aria-hidden>
          {inFront === undefined
            ? 'Drop the file to import it'
            : `Drop the file to import it into ${inFront}`}
        </div>
      )}
      {request !== undefined && (
        <Suspense fallback={null}>
          <ImportDialog database={database} request={request} onClose={close} onShow={show} />
        </Suspense>
      )}
    </ImportContext>
  );
}

/** Whether a file is being dragged over the page; calls back when it is dropped. Other drags are none of its business. */
function useDroppedFile(isOn: boolean, onFile: (file: File) => void): boolean {
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent(onFile);
  useEffect(() => {
    if (!isOn) return undefined;
    const isFree = (event: DragEvent) =>
      event.dataTransfer?.types.includes('Files') === true &&
      document.querySelector('[role="dialog"]') === null;
    const over = (event: DragEvent) => {
      if (!isFree(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (!isFree(event) || file === undefined) return;
      event.preventDefault();
      take(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
      setOver(false);
    };
  }, [isOn]);
  return isOver;
}
