import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Group, Panel } from 'react-resizable-panels';
import type { CollectionInfo, WireSpan } from '#contract';
import type { Diagnostic } from '#engine/aql';
import { useShownKeys } from '../../app/commands/use-shown-keys.ts';
import { useSetting } from '../../app/settings/settings-context.tsx';
import type { QueryTabProps } from '../../app/tabs/query-tab-props.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { useValueSamples } from '../../client/use-value-samples.ts';
import type { AqlEditorHandle } from '../../editor/aql-editor.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { SplitHandle } from '../../ui/split-handle.tsx';
import { usePlanHints } from '../explain/use-plan-hints.ts';
import { GuardDialog } from '../guard/guard-dialog.tsx';
import { useWriteGuard } from '../guard/use-write-guard.ts';
import { useSnippets } from '../snippets/use-snippets.tsx';
import {
  explainKeyChords,
  formatKeyChords,
  runKeyChords,
  useQueryCommands,
  variableKeyChords,
} from './query-commands.ts';
import { QueryEditor } from './query-editor.tsx';
import './query-tab.css';
import type { RunSnapshot } from './query-run.ts';
import { QueryToolbar, useRun } from './query-toolbar.tsx';
import { ResultArea, type ResultTab } from './result-area.tsx';
import { problemOfDiagnostic, type RunProblem } from './run-problem.ts';
import { useEditorActs } from './use-editor-acts.ts';
import { useEditorSplit } from './use-editor-split.ts';
import { useQueryPlan } from './use-query-plan.tsx';
import { useQueryRun } from './use-query-run.ts';
import { useStartRun } from './use-start-run.ts';
import { useVariables } from './variables/use-variables.ts';

const escapePauseMs = 600;
const noCollections: readonly CollectionInfo[] = [];
const placePauseMs = 250;
const noProblems: readonly RunProblem[] = [];

/** An editor and what came of its last run. */
export function QueryTab(props: QueryTabProps) {
  const { tab, database, isActive, isShown, onChange, onDidRun } = props;
  const { catalog, shape } = useCatalog(database.database);
  const { samples, distinctCounts } = useValueSamples(database.database, catalog, tab.text);
  const queryRun = useQueryRun(database);
  const run = useRun(queryRun);
  const { guard, state: guardState } = useWriteGuard();
  const shownKeys = useShownKeys();
  const editor = useRef<AqlEditorHandle>(null);
  const acts = useEditorActs(editor);
  const [view, setView] = useState<ResultTab>('grid');
  const [found, setFound] = useState<readonly RunProblem[]>(noProblems);
  const [ranText, setRanText] = useState<string>();
  const split = useEditorSplit();
  const results = useRef<HTMLDivElement>(null);
  const [savedTabLeaves, setTabLeaves] = useSetting('editor.tabLeaves');
  const tabLeaves = savedTabLeaves === true;

  // The places of a run's errors hold for the text that ran; once it is edited, only the live findings do.
  const isTextAsRun = ranText === tab.text;
  const runProblems = isTextAsRun ? run.problems : noProblems;
  const problems = useMemo(() => merged(found, runProblems), [found, runProblems]);
  const setPlace = usePlace(onChange);
  const variables = useVariables({
    values: tab.variables,
    onValuesChange: useCallback((values: string) => onChange({ variables: values }), [onChange]),
    runProblems,
  });

  const onStart = useCallback(() => {
    setRanText(tab.text);
    setView((old) => (old === 'problems' || old === 'plan' ? 'grid' : old));
    onDidRun(tab.text);
  }, [onDidRun, tab.text]);
  const { valuesToRun, isOpen: hasVariables, toggle: toggleVariables } = variables;
  const {
    panel: planPanel,
    explain: onExplain,
    showView,
  } = useQueryPlan({
    ...{ database, guard, run, isTextAsRun, setView, acts },
    ...{ text: tab.text, place: tab.place, keys: shownKeys(explainKeyChords) ?? [] },
  });
  const { hints, switchHints } = usePlanHints({
    ...{ database: database.database, text: tab.text, version: catalog?.version },
    ...{ variables: variables.known, isShown, problems: found, askPlaces: acts.planPlaces },
  });
  const start = useStartRun({ database, queryRun, guard, valuesToRun, onStart, onExplain });
  const find = useCallback((diagnostics: readonly Diagnostic[]) => {
    setFound(diagnostics.map(problemOfDiagnostic));
  }, []);
  const onTextChange = useCallback((text: string) => onChange({ text }), [onChange]);
  const cancel = useCallback(() => queryRun.cancel(), [queryRun]);
  const toOther = useCallback(() => {
    if (results.current?.contains(document.activeElement) === true) editor.current?.focus();
    else focusResults(results.current);
  }, []);
  const switchTab = useCallback(() => setTabLeaves(!tabLeaves), [tabLeaves, setTabLeaves]);
  const reveal = useCallback((problem: RunProblem) => {
    if (problem.span !== undefined) editor.current?.reveal(problem.span);
  }, []);

  useQueryCommands({
    ...acts,
    ...{ isActive, cancel, toggleVariables, queryRun, toOther, switchTab, switchHints },
  });
  const { snippets, dialog: snippetsDialog } = useSnippets(isActive, acts.selectedText);
  const onKeyDown = useDoubleEscape(cancel);
  const runKeys = shownKeys(runKeyChords) ?? [];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard wherever it is pressed in the tab.
    <div className="query-tab" onKeyDown={onKeyDown}>
      <QueryToolbar
        run={run}
        onRun={acts.runAtCursor}
        onCancel={cancel}
        onExplain={acts.explain}
        onFormat={acts.format}
        hasVariables={hasVariables}
        onVariables={toggleVariables}
        runKeys={runKeys}
        explainKeys={shownKeys(explainKeyChords) ?? []}
        formatKeys={shownKeys(formatKeyChords) ?? []}
        variableKeys={shownKeys(variableKeyChords) ?? []}
        tabLeaves={tabLeaves}
      />
      <Group
        orientation="vertical"
        className="query-split"
        {...(split.layout === undefined ? {} : { defaultLayout: split.layout })}
        onLayoutChanged={(layout, { isUserInteraction }) => {
          if (isUserInteraction) split.keep(layout);
        }}
      >
        <Panel id="editor" minSize={80} defaultSize="42%">
          <QueryEditor
            ref={editor}
            isShown={isShown}
            editor={{
              value: tab.text,
              onChange: onTextChange,
              catalog: shape,
              samples,
              distinctCounts,
              snippets,
              hints,
              hostDiagnostics: runProblems,
              onDiagnostics: find,
              firstPlace: tab.place,
              onPlaceChange: setPlace,
              onVariables: variables.onVariables,
              onRun: start,
              hasFocus: isActive,
              askedFrom: props.askedFrom,
              tabLeaves,
              label: `AQL of ${tab.title}`,
            }}
            variables={hasVariables ? variables.pane : undefined}
          />
        </Panel>
        <SplitHandle label="Editor and results" />
        <Panel id="results" minSize={100}>
          <ProgressBar
            label={guardState.kind === 'looking' ? 'Counting what is touched' : 'Running'}
            isActive={run.state === 'running' || guardState.kind === 'looking'}
            share={guardState.kind === 'looking' ? undefined : shareOf(run)}
          />
          <ResultArea
            ref={results}
            run={run}
            tab={view}
            onTab={showView}
            text={tab.text}
            isTextAsRun={isTextAsRun}
            problems={problems}
            onChooseProblem={reveal}
            collections={catalog?.collections ?? noCollections}
            runKeys={<Kbd keys={runKeys} />}
            database={database}
            isActive={isActive}
            plan={planPanel}
          />
        </Panel>
      </Group>
      {snippetsDialog}
      <GuardDialog
        state={guardState}
        database={database}
        onAnswer={useCallback((isConfirmed: boolean) => guard.answer(isConfirmed), [guard])}
      />
    </div>
  );
}

/** How much of what a run reads it has gone past. */
function shareOf({ progress }: RunSnapshot): number | undefined {
  return progress && progress.readCount / Math.max(1, progress.expectedCount);
}

/** Takes the place of the cursor, and tells it to the journal when it has rested. */
function usePlace(onChange: QueryTabProps['onChange']): (place: WireSpan) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (place: WireSpan) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => onChange({ place }), placePauseMs);
    },
    [onChange],
  );
}

/** The cell, line or button in the results that Tab would reach; without any, the tab of the view. */
function focusResults(results: HTMLElement | null): void {
  const view = results?.querySelector('[role="tabpanel"][data-state="active"]');
  const inside = view?.querySelector<HTMLElement>('[tabindex="0"], button, summary');
  const tab = results?.querySelector<HTMLElement>('[role="tab"][data-state="active"]');
  (inside ?? tab)?.focus();
}

/** Escape twice cancels: once is too easily pressed to close a list. */
function useDoubleEscape(cancel: () => void): (event: KeyboardEvent) => void {
  const lastAt = useRef(Number.NEGATIVE_INFINITY);
  return useCallback(
    (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      const isSecond = event.timeStamp - lastAt.current < escapePauseMs;
      lastAt.current = isSecond ? Number.NEGATIVE_INFINITY : event.timeStamp;
      if (isSecond) cancel();
    },
    [cancel],
  );
}

/** Live findings, and those of the run that the language service has not found itself. */
function merged(found: readonly RunProblem[], ofRun: readonly RunProblem[]): readonly RunProblem[] {
  const isFound = (problem: RunProblem) =>
    found.some((other) => other.code === problem.code && other.span?.start === problem.span?.start);
  return [...found, ...ofRun.filter((problem) => !isFound(problem))].sort(
    (left, right) => (left.span?.start ?? 0) - (right.span?.start ?? 0),
  );
}
