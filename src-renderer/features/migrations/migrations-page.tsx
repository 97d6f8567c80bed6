import { FlaskConical, Play, Undo2, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppliedVersion, DatabaseInfo, MigrationPlanInfo } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { useFetched } from '../../client/use-fetched.ts';
import { LazyAqlEditor } from '../../editor/lazy-aql-editor.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import './migrations-page.css';
import { PlanView } from './plan-view.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { type MigrationRunState, useMigrationRun } from './use-migration-run.ts';

export interface MigrationsPageProps {
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
}

const firstText = `migrate {
    "v1.0.0": {
        # alter collection users { add role: String @default(value: "member") }
    }
}
`;

/** Versions of the schema: which are applied, a text for new ones, what it would do, and the way back. */
export function MigrationsPage({ database, onClose }: MigrationsPageProps) {
  const id = database.database;
  const client = useClient();
  const { catalog, shape } = useCatalog(id);
  const [saved, setSaved] = useSetting(`migrations.draft:${database.path}`);
  const text = typeof saved === 'string' ? saved : firstText;
  const run = useMigrationRun(id);
  const [isUndoing, setUndoing] = useState(false);
  const [notice, setNotice] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const applied = useFetched(
    (signal) => client.call('migrations.applied', { database: id }, { signal }),
    { key: id, revision: catalog?.version ?? 0 },
  );
  const { state, plan, clear } = run;
  const change = useCallback(
    (next: string) => {
      setSaved(next);
      clear();
    },
    [setSaved, clear],
  );
  const tryIt = useCallback(() => {
    setNotice('');
    void plan(text);
  }, [plan, text]);
  const isBusy = state.kind === 'planning' || state.kind === 'applying';
  const versions = applied.value?.versions;
  return (
    <section className="migrations" aria-label="Migrations">
      <ProgressBar label="Working on the migration" isActive={isBusy} />
      <header className="migrations-head">
        <h2 ref={heading} tabIndex={-1}>
          Migrations of {database.name}
        </h2>
        <IconButton label="Close migrations" icon={<X size={16} />} onClick={onClose} />
      </header>
      <div className="migrations-body">
        <section className="migrations-timeline" aria-label="Versions">
          <h3>Versions</h3>
          {applied.error !== undefined && <ErrorNote {...errorText(applied.error)} />}
          {versions !== undefined && (
            <Timeline
              versions={versions}
              plan={state.kind === 'planned' ? state.plan : undefined}
              onUndo={database.readOnly ? undefined : () => setUndoing(true)}
            />
          )}
        </section>
        <div className="migrations-work">
          <div className="migrations-editor">
            <LazyAqlEditor
              value={text}
              onChange={change}
              catalog={shape}
              onRun={tryIt}
              label="AQL of the migration"
              tabLeaves
            />
          </div>
          <div className="migrations-acts migrations-bar">
            <Button icon={<FlaskConical size={14} />} disabled={isBusy} onClick={tryIt}>
              Try it
            </Button>
            {isBusy && <Button onClick={run.cancel}>Cancel</Button>}
            <Apply database={database} state={state} text={text} onApply={run.apply} />
            {notice !== '' && <span role="status">{notice}</span>}
          </div>
          <div className="migrations-report">
            <Report state={state} text={text} />
          </div>
        </div>
      </div>
      <RollbackDialog
        isOpen={isUndoing}
        database={database}
        onClose={() => setUndoing(false)}
        onDone={(message) => {
          setUndoing(false);
          clear();
          setNotice(message);
        }}
      />
    </section>
  );
}

function Report({ state, text }: { readonly state: MigrationRunState; readonly text: string }) {
  switch (state.kind) {
    case 'planned':
      return state.text === text ? <PlanView plan={state.plan} /> : null;
    case 'failed':
      return <ErrorNote {...errorText(state.error)} />;
    case 'applied':
      return <p role="status">{`✓ Applied. ${state.message}`}</p>;
    case 'applying':
      return (
        <p className="migrations-quiet">
          Applying. Others read and write meanwhile; all of a version becomes visible at once.
        </p>
      );
    default:
      return (
        <p className="migrations-quiet">
          Write a version, and try it: every step is told with samples, on the documents as they
          are, before anything changes.
        </p>
      );
  }
}

/** The button that applies what was tried; on production the database's name is typed first. */
function Apply(props: {
  readonly database: DatabaseInfo;
  readonly state: MigrationRunState;
  readonly text: string;
  readonly onApply: (text: string, token: string) => Promise<void>;
}) {
  const { database, state, text, onApply } = props;
  const [typed, setTyped] = useState('');
  if (state.kind !== 'planned' || state.text !== text) return null;
  const { versions, refused, confirmation, token } = state.plan;
  const pending = versions.filter((version) => version.state === 'pending');
  const isDrifted = versions.some((version) => version.state === 'drifted');
  if (pending.length === 0 || database.readOnly) return null;
  const isProduction = confirmation === 'typed';
  const isReady =
    refused.count === 0 && !isDrifted && (!isProduction || typed.trim() === database.name);
  return (
    <>
      {isProduction && (
        <TextField
          label={`Production: type ${database.name} to apply`}
          isLabelHidden
          placeholder={`Production: type ${database.name}`}
          isMono
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <Button
        look="primary"
        icon={<Play size={14} />}
        disabled={!isReady}
        onClick={() => void onApply(text, token)}
      >
        {pending.length === 1
          ? `Apply ${pending[0]?.version ?? ''}`
          : `Apply ${pending.length} versions`}
      </Button>
    </>
  );
}

/** Applied versions, the newest first, with those of the text that was tried above them. */
function Timeline(props: {
  readonly versions: readonly AppliedVersion[];
  readonly plan: MigrationPlanInfo | undefined;
  readonly onUndo: (() => void) | undefined;
}) {
  const { versions, plan, onUndo } = props;
  const pending = plan?.versions.filter(({ state }) => state === 'pending') ?? [];
  const drifted = new Set(
    plan?.versions.filter(({ state }) => state === 'drifted').map(({ version }) => version),
  );
  if (versions.length === 0 && pending.length === 0) {
    return <EmptyState title="No version is applied yet" hint="Write the first one, and try it." />;
  }
  return (
    <ol className="migrations-versions">
      {pending.toReversed().map(({ version, isOutOfOrder }) => (
        <li key={`pending ${version}`} className="is-pending">
          <span className="migrations-mark" aria-hidden>
            ○
          </span>
          <div>
            <p className="mono">
              <bdi>{version}</bdi>
            </p>
            <p className="migrations-quiet">{isOutOfOrder ? 'Pending, out of order' : 'Pending'}</p>
          </div>
        </li>
      ))}
      {versions.toReversed().map(({ version, appliedAt, elapsedMs, documentsChanged }, at) => (
        <li key={version} className={drifted.has(version) ? 'is-drifted' : 'is-applied'}>
          <span className="migrations-mark" aria-hidden>
            {drifted.has(version) ? '⚠' : '✓'}
          </span>
          <div>
            <p className="mono">
              <bdi>{version}</bdi>
            </p>
            <p className="migrations-quiet">
              {`${drifted.has(version) ? 'Drifted; applied' : 'Applied'} ${new Date(appliedAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`}
            </p>
            <p className="migrations-quiet">
              {`${documentsChanged.toLocaleString('en-US')} documents changed in ${Math.round(elapsedMs).toLocaleString('en-US')} ms`}
            </p>
            {at === 0 && onUndo !== undefined && (
              <Button icon={<Undo2 size={14} />} onClick={onUndo}>
                Undo…
              </Button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
