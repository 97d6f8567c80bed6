import { FlaskConical, Play } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { DatabaseInfo, MigrationPlanInfo, PlannedVersion } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { useTopic } from '../../client/use-topic.ts';
import { LazyAqlEditor } from '../../editor/lazy-aql-editor.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { TextField } from '../../ui/text-field.tsx';
import './migrations-page.css';
import { FolderView } from './folder-view.tsx';
import { Drift, PlanView } from './plan-view.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { RunningMigrations } from './running-migrations.tsx';
import { Timeline } from './timeline.tsx';
import { timelineEntries, withTried } from './timeline-entries.ts';
import { type MigrationRunState, useMigrationRun } from './use-migration-run.ts';
import { VerifyApplied } from './verify-applied.tsx';

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
  const { shape } = useCatalog(id);
  const [saved, setSaved] = useSetting(`migrations.draft:${database.path}`);
  const text = typeof saved === 'string' ? saved : firstText;
  const run = useMigrationRun(id);
  const [isUndoing, setUndoing] = useState(false);
  const [notice, setNotice] = useState('');
  const [folderSetting, setFolder] = useSetting(`migrations.folder:${database.path}`);
  const folder = typeof folderSetting === 'string' && folderSetting !== '' ? folderSetting : null;
  const topic = useTopic(
    'migrations',
    folder === null ? { database: id } : { database: id, folder },
  );
  const info = topic.status === 'current' || topic.status === 'stale' ? topic.value : undefined;
  const { state, plan, clear } = run;
  const planned = state.kind === 'planned' ? state.plan : undefined;
  const status = info?.folder?.status ?? undefined;
  const entries = useMemo(
    () => (info === undefined ? [] : timelineEntries(info, withTried(status, planned))),
    [info, planned, status],
  );
  const change = useCallback(
    (next: string) => {
      setSaved(next);
      clear();
    },
    [setSaved, clear],
  );
  const follow = useCallback(
    (path: string) => {
      setFolder(path);
      clear();
    },
    [setFolder, clear],
  );
  const tryIt = useCallback(() => {
    setNotice('');
    void plan(text);
  }, [plan, text]);
  const drifted = status?.versions.filter((each) => each.state === 'drifted') ?? [];
  const isBusy = state.kind === 'planning' || state.kind === 'applying';
  return (
    <PageFrame
      name="Migrations"
      title={`Migrations of ${database.name}`}
      className="migrations"
      progress={{ label: 'Working on the migration', isActive: isBusy }}
      onClose={onClose}
    >
      <div className="migrations-body">
        <section className="migrations-timeline" aria-label="Versions">
          <h3>Versions</h3>
          {topic.status === 'failed' && <ErrorNote {...errorText(topic.error)} />}
          {info !== undefined && (
            <>
              <RunningMigrations database={database} running={info.running} />
              <Timeline
                entries={entries}
                onUndo={database.readOnly ? undefined : () => setUndoing(true)}
              />
              <FolderView folder={info.folder} onChoose={follow} onLoad={change} />
            </>
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
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
          <section className="migrations-report" aria-label="Report" tabIndex={0}>
            <Report
              database={database}
              state={state}
              text={text}
              drifted={drifted}
              isHeld={info?.running.some(({ isPaused }) => isPaused) === true}
            />
          </section>
        </div>
      </div>
      <RollbackDialog
        isOpen={isUndoing}
        database={database}
        last={info?.applied.at(-1)}
        running={info?.running ?? []}
        onClose={() => setUndoing(false)}
        onDone={(message) => {
          setUndoing(false);
          clear();
          setNotice(message);
        }}
      />
    </PageFrame>
  );
}

function Report(props: {
  readonly database: DatabaseInfo;
  readonly state: MigrationRunState;
  readonly text: string;
  /** Versions of the folder that are not as they were applied. */
  readonly drifted: readonly PlannedVersion[];
  /** What is being applied is held. */
  readonly isHeld: boolean;
}) {
  const { database, state, text, drifted, isHeld } = props;
  switch (state.kind) {
    case 'planned':
      return state.text === text ? <PlanView plan={state.plan} /> : null;
    case 'failed':
      return <ErrorNote {...errorText(state.error)} />;
    case 'applied':
      return (
        <>
          <p role="status">{`✓ ${state.message === '' ? 'Applied.' : state.message}`}</p>
          <VerifyApplied database={database} />
        </>
      );
    case 'applying':
      return (
        <p className="migrations-quiet" role="status">
          {isHeld
            ? 'Held: nothing of it goes on, and nothing of it is visible. “Go on” is beside the versions.'
            : 'Applying. Others read and write meanwhile; all of a version becomes visible at once.'}
        </p>
      );
    case 'cancelled':
      return (
        <>
          <p role="status">{cancelledText(state.applied)}</p>
          {state.plan !== undefined && state.text === text && <PlanView plan={state.plan} />}
        </>
      );
    default:
      return drifted.length > 0 ? (
        <div className="migrations-plan">
          {drifted.map((version) => (
            <Drift key={version.version} version={version} />
          ))}
        </div>
      ) : (
        <p className="migrations-quiet">
          Write a version, and try it: every step is told with samples, on the documents as they
          are, before anything changes.
        </p>
      );
  }
}

function cancelledText(applied: readonly string[]): string {
  const rest = applied.length === 0 ? 'nothing was changed' : 'nothing else was changed';
  const before = applied.length === 0 ? '' : ` ${applied.join(', ')} had been applied before;`;
  return `Cancelled;${before} ${rest}. Try it again before it is applied.`;
}

/** The button that applies what was tried; on production the database's name is typed first. */
function Apply(props: {
  readonly database: DatabaseInfo;
  readonly state: MigrationRunState;
  readonly text: string;
  readonly onApply: (text: string, plan: MigrationPlanInfo) => Promise<void>;
}) {
  const { database, state, text, onApply } = props;
  const [typed, setTyped] = useState('');
  if (state.kind !== 'planned' || state.text !== text) return null;
  const { versions, refused, confirmation } = state.plan;
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
        onClick={() => void onApply(text, state.plan)}
      >
        {pending.length === 1
          ? `Apply ${pending[0]?.version ?? ''}`
          : `Apply ${pending.length} versions`}
      </Button>
    </>
  );
}
