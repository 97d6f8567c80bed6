import { Search, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { JobFilter, JobOrder, JobPriorityName, JobsInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Grid } from '../../grid/grid.tsx';
import type { Selection } from '../../grid/selection.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { changesText, filterOf, jobColumns } from './job-list.ts';
import { JobPanel } from './job-panel.tsx';
import { priorityWords, readingText, stateNames } from './job-text.ts';
import { type ChosenJobs, nothingChosen } from './job-views.ts';
import { JobViewsMenu } from './job-views-menu.tsx';
import { useJobList } from './use-job-list.ts';
import type { JobOrders } from './use-job-orders.ts';

export interface JobsListProps {
  readonly database: string;
  /** Where the database lies; views are saved for it. */
  readonly path: string;
  readonly revision: number;
  readonly reading: JobsInfo['reading'];
  readonly chosen: ChosenJobs;
  readonly onChoose: (change: Partial<ChosenJobs>) => void;
  readonly orders: JobOrders;
  readonly onRequeue: (id: string, payload: unknown) => void;
}

/** Jobs to be searched, read and acted on; the one that has the focus is shown beside. */
export function JobsList(props: JobsListProps) {
  const { database, revision, reading, chosen, onChoose, orders } = props;
  const filter = filterOf(useSettled(chosen));
  const area = useRef<HTMLDivElement>(null);
  const isHeld = useCallback(() => area.current?.matches(':hover, :focus-within') === true, []);
  const { listed, model, isReading, error, showNew, letGo } = useJobList({
    database,
    filter,
    revision,
    isHeld,
  });
  const [openId, setOpenId] = useState<string>();
  const rows = listed?.rows;
  const changes = listed && changesText(listed);
  const focusCell = useCallback(
    ({ focus: { row } }: Selection) => {
      const id = rows?.[row]?.id;
      if (id !== undefined) setOpenId(id);
    },
    [rows],
  );
  return (
    <div className="jobs-list">
      <div className="jobs-list-main">
        <SearchBar {...{ path: props.path, chosen, onChoose, filter, orders }} />
        <ProgressBar label="Searching jobs" isActive={isReading && listed === undefined} />
        {reading !== null && isReading && (
          <div className="jobs-progress jobs-note" role="status">
            <span>{readingText(reading)}</span>
            <progress
              value={reading.doneCount}
              max={Math.max(1, reading.allCount)}
              aria-label="Payloads read"
            />
          </div>
        )}
        {error !== undefined && (
          <div className="jobs-note">
            <ErrorNote {...errorText(error)} />
          </div>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears that nobody reads it any more, which is no act. */}
        <div className="jobs-rows" ref={area} onPointerLeave={letGo} onBlur={letGo}>
          {listed !== undefined && model !== undefined && listed.rows.length > 0 && (
            <Grid
              model={model}
              columns={jobColumns}
              label="Jobs"
              density="compact"
              onSelect={focusCell}
            />
          )}
          {listed?.rows.length === 0 && <NoJobs chosen={chosen} onChoose={onChoose} />}
        </div>
        <div className="jobs-line" role="status">
          {listed !== undefined &&
            listed.rows.length > 0 &&
            `${listed.rows.length.toLocaleString('en-US')}${listed.hasMore ? '+' : ''} shown, the newest first`}
          {changes !== undefined && (
            <Button look="quiet" onClick={showNew}>
              {changes}
            </Button>
          )}
        </div>
      </div>
      {openId !== undefined && (
        <JobPanel
          key={openId}
          database={database}
          id={openId}
          revision={revision}
          orders={orders}
          onOpen={setOpenId}
          onRequeue={props.onRequeue}
          onClose={() => setOpenId(undefined)}
        />
      )}
    </div>
  );
}

function SearchBar(props: {
  readonly path: string;
  readonly chosen: ChosenJobs;
  readonly onChoose: (change: Partial<ChosenJobs>) => void;
  readonly filter: JobFilter;
  readonly orders: JobOrders;
}) {
  const { path, chosen, onChoose, filter, orders } = props;
  const chips = [
    { name: 'state', text: chosen.state && stateNames[chosen.state] },
    { name: 'type', text: chosen.type },
    { name: 'queue', text: chosen.queue },
    { name: 'error', text: chosen.error && 'one kind' },
  ] as const;
  return (
    <div className="jobs-search">
      <TextField
        label="Search jobs"
        isLabelHidden
        isMono
        icon={<Search size={14} />}
        placeholder='Words, or a filter: payload: { to: { eq: "a@b.c" } }, attempts: { gt: 1 }'
        value={chosen.text}
        onChange={(event) => onChoose({ text: event.target.value })}
      />
      {chips.map(({ name, text }) =>
        text === undefined || text === '' ? null : (
          <button
            key={name}
            type="button"
            className="jobs-chip"
            aria-label={`Drop the filter ${name}: ${text}`}
            onClick={() => onChoose({ [name]: undefined })}
          >
            {`${name}: ${text}`}
            <X size={12} aria-hidden />
          </button>
        ),
      )}
      <JobViewsMenu path={path} chosen={chosen} onChoose={onChoose} />
      <Menu entries={bulkEntries(filter, (order) => void orders.give(order))} align="end">
        <Button>All that match</Button>
      </Menu>
    </div>
  );
}

function bulkEntries(filter: JobFilter, give: (order: JobOrder) => void): readonly MenuEntry[] {
  const item = (id: string, label: string, order: JobOrder): MenuEntry => ({
    kind: 'item',
    id,
    label,
    onSelect: () => give(order),
  });
  const priorities: readonly JobPriorityName[] = ['CRITICAL', 'HIGH', 'NORMAL', 'LOW'];
  return [
    item('retry', 'Retry, or run now…', { kind: 'retry', filter }),
    item('cancel', 'Cancel…', { kind: 'cancel', filter }),
    item('delete', 'Delete…', { kind: 'delete', filter }),
    { kind: 'separator', id: 'line' },
    { kind: 'label', id: 'priority', label: 'Priority' },
    ...priorities.map((priority) =>
      item(priority, `${priorityWords[priority]}…`, { kind: 'setPriority', filter, priority }),
    ),
  ];
}

function NoJobs({ chosen, onChoose }: Pick<JobsListProps, 'chosen' | 'onChoose'>) {
  const isFiltered = Object.values(chosen).some((value) => value !== undefined && value !== '');
  if (!isFiltered) {
    return (
      <EmptyState
        title="No job was enqueued yet"
        hint="Enqueue one above, or with enqueueJob in a mutation."
      />
    );
  }
  return (
    <EmptyState
      title="No jobs match the filter"
      action={<Button onClick={() => onChoose(nothingChosen)}>Clear filter</Button>}
    />
  );
}

const typingPauseMs = 250;

/** What is chosen, once typing pauses; a chip or a tile counts at once. */
function useSettled(chosen: ChosenJobs): ChosenJobs {
  const [settled, setSettled] = useState(chosen);
  const isTyping = settled.text !== chosen.text;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(chosen), isTyping ? typingPauseMs : 0);
    return () => clearTimeout(timer);
  }, [chosen, isTyping]);
  return settled;
}
