import { Tabs } from 'radix-ui';
import { type ReactNode, type Ref, useState } from 'react';
import type { CollectionInfo, DatabaseInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { JsonView } from '../../grid/json-view.tsx';
import { LiveSwitch } from '../../grid/live-switch.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ExportButton } from '../export/export-button.tsx';
import type { ExportSource } from '../export/export-form.ts';
import { ChangeLog } from './live/change-log.tsx';
import { type LiveResult, useLiveQueries } from './live/use-live-queries.ts';
import { MessagesPanel } from './messages-panel.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import type { QueryResult, RunSnapshot } from './query-run.ts';
import { RawView } from './raw-view.tsx';
import { ResultGrid } from './result-grid.tsx';
import type { RunProblem } from './run-problem.ts';
import { countText, resultMessage } from './status-text.ts';
import { placeAt } from './text-place.ts';

export type ResultTab = 'grid' | 'json' | 'raw' | 'plan' | 'changes' | 'messages' | 'problems';

export interface ResultAreaProps {
  readonly ref?: Ref<HTMLDivElement>;
  readonly run: RunSnapshot;
  readonly tab: ResultTab;
  readonly onTab: (tab: ResultTab) => void;
  readonly text: string;
  /** False once the text was edited after the run: the places of its errors no longer hold. */
  readonly isTextAsRun: boolean;
  /** Live findings and errors of the run. */
  readonly problems: readonly RunProblem[];
  readonly onChooseProblem: (problem: RunProblem) => void;
  /** Those of the database, as far as they are known. */
  readonly collections: readonly CollectionInfo[];
  /** Keycaps of the run command, for the empty state. */
  readonly runKeys: ReactNode;
  readonly database: DatabaseInfo;
  /** True for the one tab that has the person's attention. */
  readonly isActive: boolean;
  /** How the queries find their documents. */
  readonly plan: ReactNode;
}

/** What came of the last run, and what is wrong with the text. */
export function ResultArea(props: ResultAreaProps) {
  const { run, tab, problems } = props;
  const [chosen, setChosen] = useState({ run: 0, result: 0 });
  // A choice belongs to the run it was made in; another run begins with its first rows.
  const at = chosen.run === run.run ? chosen.result : Math.max(0, firstWithRows(run.results));
  const result = run.results[at];
  const live = useLiveQueries(props.database.database, run, result);
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return (
    <Tabs.Root
      className="result-area"
      ref={props.ref}
      value={tab}
      activationMode="automatic"
      onValueChange={(value) => props.onTab(asTab(value))}
    >
      <div className="result-bar">
        <Tabs.List className="result-tabs" aria-label="Result views">
          <Tabs.Trigger value="grid">Grid</Tabs.Trigger>
          <Tabs.Trigger value="json">JSON</Tabs.Trigger>
          <Tabs.Trigger value="raw">Raw</Tabs.Trigger>
          <Tabs.Trigger value="plan">Plan</Tabs.Trigger>
          {live.state !== undefined && (
            <Tabs.Trigger value="changes">
              Changes{' '}
              {live.state.changeCount > 0 && (
                <Badge>{live.state.changeCount.toLocaleString('en-US')}</Badge>
              )}
            </Tabs.Trigger>
          )}
          <span className="result-tabs-gap" />
          <Tabs.Trigger value="messages">Messages</Tabs.Trigger>
          <Tabs.Trigger value="problems">
            Problems{' '}
            {problems.length > 0 && (
              <Badge tone={errors > 0 ? 'danger' : 'warn'}>{problems.length}</Badge>
            )}
          </Tabs.Trigger>
        </Tabs.List>
        {result !== undefined && isReading(run) && (
          <ExportButton
            {...{ database: props.database.database, title: result.head.title }}
            isActive={props.isActive}
            sourcesNow={() => [sourceOf(run, result)]}
          />
        )}
        {result !== undefined && result.columns.length > 0 && <LiveBar live={live} />}
      </div>
      {run.results.length > 1 && !['messages', 'problems', 'plan'].includes(tab) && (
        <ResultSwitcher
          results={run.results}
          chosen={at}
          onChoose={(index) => setChosen({ run: run.run, result: index })}
        />
      )}
      <Tabs.Content value="changes" className="result-content" tabIndex={-1}>
        <ChangeLog state={live.state} />
      </Tabs.Content>
      <Tabs.Content value="plan" className="result-content" tabIndex={-1}>
        {props.plan}
      </Tabs.Content>
      <Tabs.Content value="messages" className="result-content" tabIndex={-1}>
        <MessagesPanel run={run} />
      </Tabs.Content>
      <Tabs.Content value="problems" className="result-content" tabIndex={-1}>
        <ProblemsPanel problems={problems} text={props.text} onChoose={props.onChooseProblem} />
      </Tabs.Content>
      {(['grid', 'json', 'raw'] as const).map((view) => (
        <Tabs.Content value={view} key={view} className="result-content" tabIndex={-1}>
          <RunErrors {...props} />
          {live.state?.error !== undefined && <ErrorNote {...errorText(live.state.error)} />}
          <div className="result-view">
            <ResultView {...props} result={result} view={view} live={live} />
          </div>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

/** True for a run of nothing but queries: an export runs them again. */
function isReading({ results, problems }: RunSnapshot): boolean {
  return (
    problems.length === 0 &&
    results.every(({ head, columns }) => head.statementKind === 'query' && columns.length > 0)
  );
}

/** All rows of a result, however many of them the page has read. */
function sourceOf({ text, variables }: RunSnapshot, { head, rows }: QueryResult): ExportSource {
  return {
    label: head.title,
    from: {
      ...{ kind: 'query', text, result: head.result },
      ...(variables === undefined ? {} : { variables }),
    },
    count: rows.count.isKnown ? rows.count.rows : undefined,
  };
}

function ResultView(
  props: ResultAreaProps & {
    readonly result: QueryResult | undefined;
    readonly view: 'grid' | 'json' | 'raw';
    readonly live: LiveResult;
  },
) {
  const { run, result, view, live } = props;
  if (result === undefined) return <NoResult {...props} />;
  const { head, columns } = result;
  const rows = live.query?.rowsOf(head.title) ?? result.rows;
  if (columns.length === 0) {
    const isDone = result.summary !== undefined;
    return isDone ? <EmptyState title={resultMessage(result)} /> : null;
  }
  const key = `${run.run} ${head.result}`;
  const collection = props.collections.find(({ name }) => name === head.collection);
  if (view === 'grid' || rows.count.rows === 0) {
    return (
      <ResultGrid
        key={key}
        result={result}
        run={run}
        rows={rows}
        collection={collection}
        collections={props.collections}
        live={live}
        database={props.database}
        isActive={props.isActive}
      />
    );
  }
  if (view === 'json') {
    return (
      <JsonView key={key} rows={rows} columns={columns} label={`Documents of ${head.title}`} />
    );
  }
  return <RawView key={key} rows={rows} columns={columns} label={`JSON text of ${head.title}`} />;
}

function LiveBar({ live }: { readonly live: LiveResult }) {
  const { state, mode, reason, setMode } = live;
  return (
    <LiveSwitch
      {...{ mode, reason }}
      onMode={setMode}
      pendingCount={state?.pendingCount ?? 0}
      isHeld={state?.isHeld ?? false}
      isLost={state?.isLost ?? false}
    />
  );
}

function NoResult({ run, runKeys }: ResultAreaProps) {
  switch (run.state) {
    case 'idle':
      return <EmptyState title="Run a query to see rows here" hint={runKeys} />;
    case 'cancelled':
      return <EmptyState title="Cancelled before the first row was there" />;
    case 'done':
      return <EmptyState title="The text held no statement to run" />;
    case 'running':
    case 'waiting':
    case 'failed':
      return null;
  }
}

/** The errors of the last run, in place, with what to do. */
function RunErrors({ run, text, isTextAsRun, onChooseProblem }: ResultAreaProps) {
  if (run.problems.length === 0) return null;
  return (
    <div className="run-errors">
      {run.problems.slice(0, 3).map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity beyond their order.
        <div className="run-error" key={index}>
          <ErrorNote
            message={problem.message}
            hint={problem.hint}
            code={problem.code}
            details={problem.details}
          />
          {isTextAsRun && problem.span !== undefined && (
            <Button look="quiet" onClick={() => onChooseProblem(problem)}>
              {`Go to line ${placeAt(text, problem.span.start).line}`}
            </Button>
          )}
        </div>
      ))}
      {run.problems.length > 3 && (
        <p className="run-errors-more">{`${countText(run.problems.length - 3, 'more problem')} in the Problems tab`}</p>
      )}
    </div>
  );
}

function ResultSwitcher(props: {
  readonly results: readonly QueryResult[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}) {
  return (
    <Tabs.Root
      value={String(props.chosen)}
      onValueChange={(value) => props.onChoose(Number(value))}
    >
      <Tabs.List className="result-switcher" aria-label="Results of this run">
        {props.results.map((result, index) => (
          <Tabs.Trigger key={result.head.result} value={String(index)}>
            {result.head.title}
            {result.columns.length > 0 && (
              <span>
                {result.rows.count.rows.toLocaleString('en-US')}
                {result.rows.count.isKnown ? '' : '+'}
              </span>
            )}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
    </Tabs.Root>
  );
}

function firstWithRows(results: readonly QueryResult[]): number {
  return results.findIndex((result) => result.columns.length > 0);
}

function asTab(value: string): ResultTab {
  const tabs: readonly ResultTab[] = [
    'grid',
    'json',
    'raw',
    'plan',
    'changes',
    'messages',
    'problems',
  ];
  return tabs.find((tab) => tab === value) ?? 'grid';
}
