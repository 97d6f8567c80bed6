import { AlignLeft, Play, Route, Square, Variable } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import type { RunSnapshot } from './query-run.ts';
import { countText, durationText, progressText, runRows, runText } from './status-text.ts';

export interface QueryToolbarProps {
  readonly run: RunSnapshot;
  readonly onRun: () => void;
  readonly onCancel: () => void;
  readonly onExplain: () => void;
  readonly onFormat: () => void;
  /** True while the variables stand beside the editor. */
  readonly hasVariables: boolean;
  readonly onVariables: () => void;
  readonly runKeys: readonly string[];
  readonly explainKeys: readonly string[];
  readonly formatKeys: readonly string[];
  readonly tabLeaves: boolean;
  readonly variableKeys: readonly string[];
}

/** Run, cancel, format, and what the last run cost. Buttons never move: Cancel is there before it is needed. */
export function QueryToolbar(props: QueryToolbarProps) {
  const { run } = props;
  const isUnderWay = run.state === 'running' || run.state === 'waiting';
  return (
    <div className="query-toolbar" role="toolbar" aria-label="Query">
      <Tooltip text="Run the statement at the cursor, or the selection" keys={props.runKeys}>
        <Button look="primary" icon={<Play size={14} />} onClick={props.onRun}>
          Run
        </Button>
      </Tooltip>
      <IconButton
        label="Cancel"
        keys={['Esc', 'Esc']}
        icon={<Square size={14} />}
        disabled={!isUnderWay}
        onClick={props.onCancel}
      />
      <IconButton
        label="Explain"
        keys={props.explainKeys}
        icon={<Route size={16} />}
        onClick={props.onExplain}
      />
      <IconButton
        label="Format"
        keys={props.formatKeys}
        icon={<AlignLeft size={16} />}
        onClick={props.onFormat}
      />
      <IconButton
        label="Variables"
        keys={props.variableKeys}
        icon={<Variable size={16} />}
        aria-pressed={props.hasVariables}
        onClick={props.onVariables}
      />
      {props.tabLeaves && (
        <span className="query-tab-mode" title="Ctrl+M lets it indent again">
          Tab leaves the editor
        </span>
      )}
      <RunFacts run={run} />
    </div>
  );
}

function RunFacts({ run }: { readonly run: RunSnapshot }) {
  const rows = runRows(run);
  // Of several results each has its own plan; the messages tell them.
  const plan = run.results.length === 1 ? run.results[0]?.head.plan : undefined;
  return (
    <div className="query-facts">
      <span role="status">
        {run.state === 'running' ? <RunningTime key={run.run} run={run} /> : runText(run)}
      </span>
      {rows !== undefined && run.state !== 'running' && (rows.rows > 0 || rows.isKnown) && (
        <>
          <span aria-hidden="true">·</span>
          <strong>
            {countText(rows.rows, 'row')}
            {run.state === 'waiting' ? ' so far' : ''}
          </strong>
        </>
      )}
      {plan !== undefined && (
        <span className="query-plan mono" title={plan}>
          {plan}
        </span>
      )}
    </div>
  );
}

/** Says nothing in the first second: most runs are over by then. */
function RunningTime({ run }: { readonly run: RunSnapshot }) {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsedMs(performance.now() - run.startedAt), 250);
    return () => clearInterval(timer);
  }, [run.startedAt]);
  if (elapsedMs < 1000) return '';
  const done = run.progress === undefined ? '' : ` · ${progressText(run.progress)}`;
  return `Running for ${durationText(elapsedMs)}${done}`;
}

/** The snapshot of a run, current. */
export function useRun(run: {
  subscribe(listener: () => void): () => void;
  snapshot(): RunSnapshot;
}): RunSnapshot {
  return useSyncExternalStore(
    (listener) => run.subscribe(listener),
    () => run.snapshot(),
  );
}
