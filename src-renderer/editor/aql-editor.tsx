import {
  type Ref,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import type { CatalogSamples, CatalogShape, Diagnostic, DistinctCounts, Span } from '#engine/aql';
import './aql-editor.css';
import type { DeclaredVariable } from './declared-variables.ts';
import type { EditorHint } from './editor-hints.ts';
import {
  EditorSession,
  type HostDiagnostic,
  type RunRequest,
  type TextPiece,
} from './editor-session.ts';
import { languageClient } from './language-environment.ts';
import type { EditorStart } from './plain-editor.tsx';
import type { UserSnippet } from './user-snippet.ts';

/** What the owner of an editor can ask of it. */
export interface AqlEditorHandle {
  focus(): void;
  /** Runs the selection, or the statement at the cursor. */
  run(): void;
  /** Asks for the plan of the selection, or of the statement at the cursor. */
  explain(): void;
  /** Runs the whole text. */
  runAll(): void;
  format(): void;
  /** Takes the focus and does what Monaco knows by a name, such as `editor.action.rename`. */
  act(action: string): void;
  /** Where a text that was planned asks for operators of its plan; a list for each. */
  planPlaces(
    text: string,
    start: number,
    operators: readonly string[],
  ): Promise<readonly (readonly Span[])[]>;
  /** Marks places without moving selection or focus; none takes the marks away. */
  highlight(spans: readonly Span[]): void;
  /** Shows, selects and focuses a place. */
  reveal(span: Span): void;
  /** The selected text and its place. */
  selection(): TextPiece;
}

export interface AqlEditorProps {
  readonly ref?: Ref<AqlEditorHandle>;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** The schema for completion and checks; pass the same object while it does not change. */
  readonly catalog: CatalogShape;
  /** Values found in a sample of the documents, for completion and hover; the same object while it does not change. */
  readonly samples?: CatalogSamples;
  /** About how many different values fields have; the same object while it does not change. */
  readonly distinctCounts?: DistinctCounts;
  /** The person's own snippets; the same object while they do not change. */
  readonly snippets?: readonly UserSnippet[];
  /** Remarks at the ends of lines; the same object while they do not change. */
  readonly hints?: readonly EditorHint[];
  /** Errors of the last run, marked beside the live ones until the text changes. */
  readonly hostDiagnostics?: readonly HostDiagnostic[];
  /** Called with what the language service finds, about 120 ms after each change. */
  readonly onDiagnostics?: (diagnostics: readonly Diagnostic[]) => void;
  /** Called when a statement, the selection or the whole text is to run. */
  readonly onRun: (request: RunRequest) => void;
  /** What is selected when the editor comes up; later values are not looked at. */
  readonly firstPlace?: Span | undefined;
  /** What was done before the editor was there; `undefined` when it is there at once. */
  readonly start?: EditorStart | undefined;
  /** Called with the selection, empty at the cursor, after it moved. */
  readonly onPlaceChange?: (place: Span) => void;
  /** Called with the variables of the operation at the cursor when they may have changed; pass it while they are shown. */
  readonly onVariables?: ((variables: readonly DeclaredVariable[]) => void) | undefined;
  /** True takes the focus when it becomes true. */
  readonly hasFocus?: boolean;
  /** Asked before it takes the focus. */
  readonly mayTakeFocus?: () => boolean;
  /** True lets Tab move the focus out of the editor; else it indents. */
  readonly tabLeaves?: boolean;
  /** The editor's accessible name. */
  readonly label?: string;
}

const noDiagnostics: readonly HostDiagnostic[] = [];
const noSamples: CatalogSamples = {};
const noCounts: DistinctCounts = {};
const noHints: readonly EditorHint[] = [];
const noSnippets: readonly UserSnippet[] = [];
const ignore = () => undefined;
const always = () => true;

/** The AQL editor. Loaded lazily: import `LazyAqlEditor` instead. */
export function AqlEditor(props: AqlEditorProps) {
  const { ref, value, onChange, onRun, catalog, hasFocus = false, label = 'AQL editor' } = props;
  const {
    tabLeaves = false,
    hostDiagnostics = noDiagnostics,
    samples = noSamples,
    distinctCounts = noCounts,
    snippets = noSnippets,
    hints = noHints,
    onDiagnostics = ignore,
    onPlaceChange = ignore,
    onVariables,
    mayTakeFocus = always,
  } = props;
  const element = useRef<HTMLDivElement>(null);
  const session = useRef<EditorSession>(undefined);
  const listeners = useMemo(
    () => ({ onChange, onRun, onDiagnostics, onPlaceChange, onVariables }),
    [onChange, onRun, onDiagnostics, onPlaceChange, onVariables],
  );
  const first = useRef({ value, label, place: props.firstPlace, start: props.start, listeners });

  useLayoutEffect(() => {
    if (element.current === null) return;
    const opened = new EditorSession(languageClient, element.current, first.current);
    session.current = opened;
    const { start } = first.current;
    if (start?.hasFocus === true) opened.focus();
    return () => {
      opened.dispose();
      session.current = undefined;
    };
  }, []);
  useLayoutEffect(() => session.current?.setListeners(listeners), [listeners]);
  useLayoutEffect(() => session.current?.setValue(value), [value]);
  useLayoutEffect(() => session.current?.setCatalog(catalog), [catalog]);
  useLayoutEffect(
    () => session.current?.setValues(samples, distinctCounts),
    [samples, distinctCounts],
  );
  useLayoutEffect(() => languageClient.setSnippets(snippets), [snippets]);
  useLayoutEffect(() => session.current?.setHostDiagnostics(hostDiagnostics), [hostDiagnostics]);
  useLayoutEffect(() => session.current?.setHints(hints), [hints]);
  useLayoutEffect(() => session.current?.setTabLeaves(tabLeaves), [tabLeaves]);
  const takeFocus = useEffectEvent(() => {
    if (mayTakeFocus()) session.current?.focus();
  });
  useLayoutEffect(() => {
    if (hasFocus) takeFocus();
  }, [hasFocus]);
  useImperativeHandle(
    ref,
    () => ({
      focus: () => session.current?.focus(),
      run: () => void session.current?.run(),
      explain: () => void session.current?.run('explain'),
      runAll: () => void session.current?.runAll(),
      format: () => void session.current?.format(),
      act: (action) => session.current?.act(action),
      planPlaces: async (...asked) => session.current?.planPlaces(...asked) ?? [],
      highlight: (spans) => session.current?.highlight(spans),
      reveal: (span) => session.current?.reveal(span),
      selection: () => session.current?.selection() ?? { text: '', span: { start: 0, end: 0 } },
    }),
    [],
  );
  return <div ref={element} className="aql-editor" />;
}
