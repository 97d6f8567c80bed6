import type { AuditInfo, DatabaseInfo } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { AuditEntries } from './audit-entries.tsx';
import './audit-page.css';
import { AuditSwitch } from './audit-switch.tsx';

export interface AuditPageProps {
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
  /** Shows a text in a tab of its own. */
  readonly onOpenText: (text: string) => void;
  /** Shows a collection, or one document of it. */
  readonly onOpenCollection: (collection: string, documentId: string | undefined) => void;
}

/** What was asked of a database, by whom, and what became of it. */
export function AuditPage(props: AuditPageProps) {
  const { database, onClose } = props;
  const client = useClient();
  const state = useTopic('audit', { database: database.database });
  const info = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  const keep = async (file: string | null) => {
    await client.call('audit.keep', { database: database.database, file });
  };
  return (
    <PageFrame
      name="Audit"
      title={`Audit of ${database.name}`}
      className="audit"
      progress={{ label: 'Reading the audit log', isActive: state.status === 'waiting' }}
      acts={info?.file != null && <LogLine info={info} onStop={() => keep(null)} />}
      onClose={onClose}
    >
      {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
      {info !== undefined && <LogTrouble info={info} />}
      {info?.file === null && <AuditSwitch database={database} info={info} onKeep={keep} />}
      {info?.file != null && <AuditEntries key={database.database} {...props} />}
    </PageFrame>
  );
}

/** Where the log is written, and the button that ends it where this host keeps it. */
function LogLine(props: { readonly info: AuditInfo; readonly onStop: () => Promise<void> }) {
  const { info, onStop } = props;
  const owner = info.ownerPid === null ? '' : ` by process ${info.ownerPid}`;
  return (
    <>
      <span className="audit-file">
        <span>{`Kept${owner} in`}</span>
        <bdi className="mono" title={info.file ?? ''}>
          {info.file}
        </bdi>
      </span>
      {info.wanted !== null && info.ownerPid === null && (
        <Button look="quiet" onClick={() => void onStop()}>
          Stop keeping it
        </Button>
      )}
    </>
  );
}

function LogTrouble({ info }: { readonly info: AuditInfo }) {
  const { failure, droppedCount } = info;
  if (failure === null && droppedCount === 0) return null;
  const lost = droppedCount === 0 ? '' : ` ${droppedCount.toLocaleString('en')} entries were lost.`;
  return (
    <p className="audit-trouble" role="status">
      {failure === null ? lost.trim() : `The log cannot be written: ${failure}.${lost}`}
    </p>
  );
}
