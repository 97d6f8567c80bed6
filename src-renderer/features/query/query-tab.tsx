import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Group, Panel } from 'react-resizable-panels';
import type { CollectionInfo } from '#contract';
import type { Diagnostic } from '#engine/aql';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { useShownKeys } from '../../app/commands/use-shown-keys.ts';
import { useSetting } from '../../app/settings/settings-context.tsx';
import type { QueryTabProps } from '../../app/tabs/query-tab-props.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCatalog } from '../../client/use-catalog.ts';
import type { AqlEditorHandle } from '../../editor/aql-editor.tsx';
import type { RunRequest } from '../../editor/editor-session.ts';
import { LazyAqlEditor } from '../../editor/lazy-aql-editor.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { SplitHandle } from '../../ui/split-handle.tsx';
import './query-tab.css';
import { QueryRun } from './query-run.ts';
import { QueryToolbar, useRun } from './query-toolbar.tsx';
import { ResultArea, type ResultTab } from './result-area.tsx';
import { problemOfDiagnostic, type RunProblem } from './run-problem.ts';
import { useEditorSplit } from './use-editor-split.ts';

const escapePauseMs = 600;
const runKeyChords = ['Mod+Enter'];
const formatKeyChords = ['Shift+Alt+F'];
const noCollections: readonly CollectionInfo[] = [];
const noProblems: readonly RunProblem[] = [];

/** An editor and what came of its last run. */
export function QueryTab({ tab, database, isActive, onTextChange, onDidRun }: QueryTabProps) {
  const client = useClient();
  const { catalog, shape } = useCatalog(database.database);
  const databaseId = database.database;
  const queryRun = useMemo(
    () => new QueryRun((text, signal) => client.run({ database: databaseId, text }, { signal })),
    [client, databaseId],
  );
  useEffect(() => () => queryRun.dispose(), [queryRun]);
  const run = useRun(queryRun);
  const editor = useRef<AqlEditorHandle>(null);
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
  const start = useCallback(
    (target: RunRequest) => {
      setRanText(tab.text);
      setView((old) => (old === 'problems' ? 'grid' : old));
      onDidRun(tab.text);
      void queryRun.start(target.text, target.span.start);
    },
    [queryRun, onDidRun, tab.text],
  );
  const find = useCallback((diagnostics: readonly Diagnostic[]) => {
    setFound(diagnostics.map(problemOfDiagnostic));
  }, []);
  const runAtCursor = useCallback(() => editor.current?.run(), []);
  const runAll = useCallback(() => editor.current?.runAll(), []);
  const cancel = useCallback(() => queryRun.cancel(), [queryRun]);
  const format = useCallback(() => editor.current?.format(), []);
  const toEditor = useCallback(() => editor.current?.focus(), []);
  const toOther = useCallback(() => {
    if (results.current?.contains(document.activeElement) === true) editor.current?.focus();
    else focusResults(results.current);
  }, []);
  const switchTab = useCallback(() => setTabLeaves(!tabLeaves), [tabLeaves, setTabLeaves]);
  const reveal = useCallback((problem: RunProblem) => {
    if (problem.span !== undefined) editor.current?.reveal(problem.span);
  }, []);

  useQueryCommands({
    ...{ isActive, runAtCursor, runAll, cancel, format, queryRun },
    ...{ toEditor, toOther, switchTab },
  });
  const onKeyDown = useDoubleEscape(cancel);
  const shownKeys = useShownKeys();
  const runKeys = shownKeys(runKeyChords) ?? [];
  const formatKeys = shownKeys(formatKeyChords) ?? [];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard wherever it is pressed in the tab.
    <div className="query-tab" onKeyDown={onKeyDown}>
      <QueryToolbar
        run={run}
        onRun={runAtCursor}
        onCancel={cancel}
        onFormat={format}
        runKeys={runKeys}
        formatKeys={formatKeys}
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
          <div className="query-editor">
            <LazyAqlEditor
              ref={editor}
              value={tab.text}
              onChange={onTextChange}
              catalog={shape}
              hostDiagnostics={runProblems}
              onDiagnostics={find}
              onRun={start}
              hasFocus={isActive}
              tabLeaves={tabLeaves}
              label={`AQL of ${tab.title}`}
            />
          </div>
        </Panel>
        <SplitHandle label="Editor and results" />
        <Panel id="results" minSize={100}>
          <ProgressBar label="Running" isActive={run.state === 'running'} />
          <ResultArea
            ref={results}
            run={run}
            tab={view}
            onTab={setView}
            text={tab.text}
            isTextAsRun={isTextAsRun}
            problems={problems}
            onChooseProblem={reveal}
            collections={catalog?.collections ?? noCollections}
            runKeys={<Kbd keys={runKeys} />}
          />
        </Panel>
      </Group>
    </div>
  );
}

/** What a person can do with the tab in front, for palette, menus and keys. */
function useQueryCommands(options: {
  readonly isActive: boolean;
  readonly runAtCursor: () => void;
  readonly runAll: () => void;
  readonly cancel: () => void;
  readonly format: () => void;
  readonly queryRun: QueryRun;
  readonly toEditor: () => void;
  readonly toOther: () => void;
  readonly switchTab: () => void;
}): void {
  const { isActive, runAtCursor, runAll, cancel, format, queryRun } = options;
  const { toEditor, toOther, switchTab } = options;
  const commands = useMemo((): readonly Command[] => {
    if (!isActive) return [];
    const isUnderWay = () => ['running', 'waiting'].includes(queryRun.snapshot().state);
    return [
      {
        id: 'query.run',
        title: 'Run statement',
        group: 'Query',
        keys: runKeyChords,
        keywords: ['execute'],
        run: runAtCursor,
      },
      {
        id: 'query.runAll',
        title: 'Run all statements',
        group: 'Query',
        keys: ['Mod+Shift+Enter'],
        run: runAll,
      },
      {
        id: 'query.cancel',
        title: 'Cancel the run',
        group: 'Query',
        keywords: ['stop', 'abort'],
        isEnabled: isUnderWay,
        run: cancel,
      },
      {
        id: 'query.format',
        title: 'Format the text',
        group: 'Query',
        keys: formatKeyChords,
        run: format,
      },
      {
        id: 'query.switch',
        title: 'Switch between text and results',
        group: 'Query',
        keys: ['F6'],
        keywords: ['focus', 'grid', 'editor'],
        run: toOther,
      },
      {
        id: 'query.editor',
        title: 'Go to the text',
        group: 'Query',
        keywords: ['focus', 'editor'],
        run: toEditor,
      },
      {
        id: 'editor.tab',
        title: 'Let Tab leave the editor',
        group: 'Query',
        keys: ['Ctrl+M'],
        keywords: ['focus', 'keyboard', 'accessibility'],
        run: switchTab,
      },
    ];
  }, [isActive, runAtCursor, runAll, cancel, format, queryRun, toEditor, toOther, switchTab]);
  useCommands(commands);
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
