import { Play, Plus, Square, Undo2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { type DatabaseInfo, type JobState, type JobsInfo, jobStates } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { EnqueueDialog } from './enqueue-dialog.tsx';
import { ErrorsView } from './errors-view.tsx';
import { HandlersView } from './handlers-view.tsx';
import { activityText, outcomeText, stateMarks, stateNames } from './job-text.ts';
import { type ChosenJobs, nothingChosen } from './job-views.ts';
import { JobsList } from './jobs-list.tsx';
import { JobsOverview } from './jobs-overview.tsx';
import './jobs-page.css';
import { OrderDialog } from './order-dialog.tsx';
import { type EditedJob, RequeueDialog } from './requeue-dialog.tsx';
import { SchedulesView } from './schedules-view.tsx';
import { type JobOrders, useJobOrders } from './use-job-orders.ts';

export interface JobsPageProps {
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
}

const views = ['Overview', 'Jobs', 'Errors', 'Schedules', 'Handlers'] as const;
type View = (typeof views)[number];

/** The jobs of a database: what happens to them, which there are, and what can be done about them. */
export function JobsPage({ database, onClose }: JobsPageProps) {
  const state = useTopic('jobs', { database: database.database });
  const orders = useJobOrders(database.database);
  const [isEnqueueing, setEnqueueing] = useState(false);
  const [edited, setEdited] = useState<EditedJob>();
  const info = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  const [view, setView] = useState<View>('Overview');
  const [chosen, setChosen] = useState<ChosenJobs>(nothingChosen);
  const show = useCallback((change: Partial<ChosenJobs>) => {
    setChosen({ ...nothingChosen, ...change });
    setView('Jobs');
  }, []);
  const types = info?.types.map(({ name }) => name) ?? [];
  return (
    <PageFrame
      name="Jobs"
      title={`Jobs of ${database.name}`}
      className="jobs"
      progress={{ label: 'Reading jobs', isActive: state.status === 'waiting' }}
      acts={
        <>
          {info !== undefined && <WorkersButton database={database.database} info={info} />}
          <Button icon={<Plus size={14} />} onClick={() => setEnqueueing(true)}>
            Enqueue
          </Button>
        </>
      }
      onClose={onClose}
    >
      {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
      {info !== undefined && (
        <>
          <StateStrip
            info={info}
            chosen={view === 'Jobs' ? chosen.state : undefined}
            onChoose={(next) =>
              view === 'Jobs'
                ? setChosen({ ...chosen, state: next === chosen.state ? undefined : next })
                : show({ state: next })
            }
          />
          <ViewTabs view={view} onView={setView} />
          <Notes database={database.database} info={info} orders={orders} />
          <div className="jobs-body" role="tabpanel" aria-label={view}>
            {view === 'Overview' && <JobsOverview info={info} orders={orders} onShow={show} />}
            {view === 'Jobs' && (
              <JobsList
                database={database.database}
                path={database.path}
                revision={info.revision}
                reading={info.reading}
                chosen={chosen}
                onChoose={(change) => setChosen({ ...chosen, ...change })}
                orders={orders}
                onRequeue={(id, payload) => setEdited({ id, payload })}
              />
            )}
            {view === 'Errors' && (
              <ErrorsView
                database={database.database}
                revision={info.revision}
                orders={orders}
                onShow={show}
              />
            )}
            {view === 'Schedules' && (
              <SchedulesView schedules={info.schedules} types={types} orders={orders} />
            )}
            {view === 'Handlers' && (
              <HandlersView database={database.database} info={info} onShow={show} />
            )}
          </div>
        </>
      )}
      <EnqueueDialog
        isOpen={isEnqueueing}
        onClose={() => setEnqueueing(false)}
        database={database.database}
        types={types}
        orders={orders}
        onEnqueued={(id) => show({ text: id })}
      />
      <RequeueDialog edited={edited} onClose={() => setEdited(undefined)} orders={orders} />
      <OrderDialog asked={orders.asked} databaseName={database.name} />
    </PageFrame>
  );
}

/** How many jobs are in each state; each shows its jobs. */
function StateStrip(props: {
  readonly info: JobsInfo;
  readonly chosen: JobState | undefined;
  readonly onChoose: (state: JobState) => void;
}) {
  return (
    <fieldset className="jobs-strip" aria-label="Jobs by state">
      {jobStates.map((state) => (
        <button
          key={state}
          type="button"
          className={`jobs-tile jobs-state-${state}`}
          aria-pressed={props.chosen === state}
          onClick={() => props.onChoose(state)}
        >
          <span className="jobs-tile-count mono">
            {props.info.counts[state].toLocaleString('en-US')}
          </span>
          <span className="jobs-tile-name">
            <span aria-hidden>{stateMarks[state]}</span> {stateNames[state]}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function ViewTabs({
  view,
  onView,
}: {
  readonly view: View;
  readonly onView: (view: View) => void;
}) {
  return (
    <div
      className="jobs-tabs"
      role="tablist"
      aria-label="Views of jobs"
      onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0) return;
        const at = (views.indexOf(view) + step + views.length) % views.length;
        onView(views[at] ?? view);
        event.currentTarget.querySelectorAll('button')[at]?.focus();
      }}
    >
      {views.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          className="jobs-tab"
          aria-selected={each === view}
          tabIndex={each === view ? 0 : -1}
          onClick={() => onView(each)}
        >
          {each}
        </button>
      ))}
    </div>
  );
}

/** What is under way, how it ended, and what went wrong. */
function Notes(props: {
  readonly database: string;
  readonly info: JobsInfo;
  readonly orders: JobOrders;
}) {
  const client = useClient();
  const { activity, outcome, workers } = props.info;
  const [hiddenAt, setHiddenAt] = useState(0);
  const { error, clearError } = props.orders;
  const isOutcomeShown = activity === null && outcome !== null && outcome.at !== hiddenAt;
  if (activity === null && !isOutcomeShown && error === undefined && workers.error === null) {
    return null;
  }
  return (
    <div className="jobs-notes">
      {activity !== null && (
        <div className="jobs-progress" role="status">
          <span>{activityText(activity)}</span>
          <progress
            {...(activity.isFinding || activity.order === 'undo'
              ? {}
              : { value: activity.doneCount })}
            max={Math.max(1, activity.foundCount)}
            aria-label={activityText(activity)}
          />
          {activity.order !== 'undo' && (
            <Button
              onClick={() => void client.call('jobs.cancelOrder', { database: props.database })}
            >
              Cancel
            </Button>
          )}
        </div>
      )}
      {isOutcomeShown && (
        <div className="jobs-progress" role="status">
          <span>{outcomeText(outcome)}</span>
          {outcome.undoUntil !== null && (
            <Button
              icon={<Undo2 size={14} />}
              onClick={() => void props.orders.give({ kind: 'undo' })}
            >
              Undo
            </Button>
          )}
          <Button look="quiet" onClick={() => setHiddenAt(outcome.at)}>
            Dismiss
          </Button>
        </div>
      )}
      {isOutcomeShown && outcome.kind === 'failed' && (
        <ErrorNote message={outcome.error.message} hint={outcome.error.hint} />
      )}
      {error !== undefined && <ErrorNote {...errorText(error)} onDismiss={clearError} />}
      {workers.error !== null && (
        <ErrorNote message={workers.error.message} hint={workers.error.hint} />
      )}
    </div>
  );
}

function WorkersButton({ database, info }: { readonly database: string; readonly info: JobsInfo }) {
  const client = useClient();
  const { state, handlers, isSample } = info.workers;
  // Workers of other databases need a folder, which the view Handlers asks for.
  if (!isSample) return null;
  const isRunning = state === 'running' || state === 'stopping';
  const does = handlers.map(({ type, meaning }) => `${type}: ${meaning}`).join('\n');
  return (
    <Button
      look={isRunning ? 'plain' : 'primary'}
      icon={isRunning ? <Square size={14} /> : <Play size={14} />}
      title={does}
      disabled={state === 'starting' || state === 'stopping'}
      onClick={() => {
        // What fails is told by the topic, where it stays.
        client.call('jobs.runWorkers', { database, isRunning: !isRunning }).catch(() => undefined);
      }}
    >
      {isRunning ? 'Stop the sample’s workers' : 'Start the sample’s workers'}
    </Button>
  );
}
