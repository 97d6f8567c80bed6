import {
  CircleAlert,
  CircleCheck,
  House,
  LoaderCircle,
  Lock,
  PencilLine,
  Users,
} from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { DatabaseConnectionInfo, DatabaseInfo } from '#contract';
import { useConnection } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { useSettings } from '../settings/settings-context.tsx';
import { isStagedSetting } from '../settings/staged-setting.ts';
import { useDatabases, useWorkspace } from '../workspace/workspace-context.tsx';
import './status-bar.css';

/** The bottom of the window: connection, database and counts; and what is under way. */
export function StatusBar() {
  const connection = useConnection();
  const { current, work } = useDatabases();
  const settings = useSettings();
  const saveError = useSyncExternalStore(
    (listener) => settings.subscribe(listener),
    () => settings.saveError(),
  );
  const isReady = connection.kind === 'ready';
  return (
    <footer className="status-bar">
      <span className="status-item" role="status">
        {isReady ? (
          <CircleCheck size={12} className="status-ok" aria-hidden />
        ) : (
          <LoaderCircle size={12} className="status-wait" aria-hidden />
        )}
        {isReady ? 'Connected' : 'Reconnecting'}
      </span>
      {current !== undefined && <DatabaseStatus database={current} />}
      <span className="status-gap" />
      {saveError !== undefined && isReady && (
        <span className="status-item status-warn" title={errorText(saveError).message}>
          <CircleAlert size={12} aria-hidden />
          {settings.isUnsaved(isStagedSetting)
            ? `Staged edits would not survive a restart: ${errorText(saveError).message}`
            : 'Tabs and settings are not saved yet'}
        </span>
      )}
      {work !== undefined && <span className="status-item">{work.label}…</span>}
    </footer>
  );
}

function DatabaseStatus({ database }: { readonly database: DatabaseInfo }) {
  const { catalog } = useCatalog(database.database);
  const collections = catalog?.collections ?? [];
  const documentCount = collections.reduce((sum, each) => sum + each.documentCount, 0);
  return (
    <>
      <span className="status-item status-path mono" title={database.path}>
        <bdi>{database.path}</bdi>
      </span>
      {database.readOnly && (
        <span className="status-item">
          <Lock size={12} aria-hidden />
          Read-only
        </span>
      )}
      <StagedStatus database={database} collections={collections.map(({ name }) => name)} />
      <ConnectionStatus connection={database.connection} />
      {catalog !== undefined && (
        <span className="status-item">
          {plural(collections.length, 'collection')} · {plural(documentCount, 'document')}
        </span>
      )}
    </>
  );
}

/** How many documents are edited and not committed, in all collections, whether they are open or not. */
function StagedStatus(props: {
  readonly database: DatabaseInfo;
  readonly collections: readonly string[];
}) {
  const { database, collections } = props;
  const { stagedCounts } = useWorkspace();
  const count = useSyncExternalStore(
    (listener) => stagedCounts.subscribe(listener),
    () => collections.reduce((sum, name) => sum + stagedCounts.countOf(database, name), 0),
  );
  if (count === 0) return null;
  return (
    <span className="status-item status-warn" role="status">
      <PencilLine size={12} aria-hidden />
      {plural(count, 'staged edit')}
    </span>
  );
}

/** Whose database it is; several processes may share one. */
function ConnectionStatus({ connection }: { readonly connection: DatabaseConnectionInfo }) {
  const { state, ownerPid, reason } = connection;
  const owner = ownerPid === undefined ? 'Its owner' : `Process ${ownerPid}`;
  switch (state) {
    case 'owner':
      return (
        <span
          className="status-item"
          role="status"
          title={reason ?? 'Aurora Studio owns this database. Other processes can share it.'}
        >
          <House size={12} aria-hidden />
          Owner
        </span>
      );
    case 'guest':
      return (
        <span
          className="status-item"
          role="status"
          title={`${owner} owns this database and does what is asked here.`}
        >
          <Users size={12} aria-hidden />
          Guest of process {ownerPid}
        </span>
      );
    case 'lost':
      return (
        <span className="status-item status-warn" role="status" title={reason}>
          <CircleAlert size={12} aria-hidden />
          {owner} is gone, taking over…
        </span>
      );
  }
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
