import type { CatalogSamples, CatalogShape, Diagnostic, DistinctCounts, Span } from '#engine/aql';
import { aqlLanguageId } from './aql-language.ts';
import type { DeclaredVariable } from './declared-variables.ts';
import { type EditorHint, hintDecoration } from './editor-hints.ts';
import type { LanguageClient } from './language-client.ts';
import { documentOf } from './language-document.ts';
import { monaco } from './monaco.ts';
import { pageFont } from './page-theme.ts';
import type { EditorStart } from './plain-editor.tsx';
import { markedRange, offsetAt, rangeOfSpan, spanOfRange } from './text-positions.ts';
import { goOn } from './typed-before.ts';

/** A piece of the text. */
export interface TextPiece {
  readonly text: string;
  readonly span: Span;
}

/** Text to run, and where it stands in the document: a place in `text` plus `span.start` is the document's place. */
export interface RunRequest extends TextPiece {
  /** Those that its operations declare, each name once. */
  readonly variables: readonly DeclaredVariable[];
  /** Whether it is to be run, or only its plan to be told. */
  readonly act: RunAct;
}

export type RunAct = 'run' | 'explain';

/** Something to mark in the text that did not come from the language service. */
export interface HostDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly span?: Span;
}

export interface EditorListeners {
  readonly onChange: (text: string) => void;
  readonly onRun: (request: RunRequest) => void;
  readonly onDiagnostics: (diagnostics: readonly Diagnostic[]) => void;
  /** Called with the selection, empty at the cursor, after it moved. */
  readonly onPlaceChange: (place: Span) => void;
  /** Called with the variables of the operation at the cursor when they may have changed; absent while nobody asks. */
  readonly onVariables: ((variables: readonly DeclaredVariable[]) => void) | undefined;
}

const checkPauseMs = 120;

/** One editor on the page: Monaco's editor and model, kept in step with the language worker until disposed. */
export class EditorSession {
  readonly #client: LanguageClient;
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #model: monaco.editor.ITextModel;
  readonly #document: string;
  #listeners: EditorListeners;
  #checkTimer: number | undefined;
  #variablesTimer: number | undefined;
  #isTakingValue = false;
  #isTelling = false;
  #found: readonly Diagnostic[] = [];
  #hostDiagnostics: readonly HostDiagnostic[] = [];
  #isDisposed = false;
  #highlights: monaco.editor.IEditorDecorationsCollection | undefined;
  #hints: monaco.editor.IEditorDecorationsCollection | undefined;

  constructor(
    client: LanguageClient,
    element: HTMLElement,
    options: {
      readonly value: string;
      readonly label: string;
      /** What is selected at first. */
      readonly place: Span | undefined;
      /** What was done before it was there. */
      readonly start: EditorStart | undefined;
      readonly listeners: EditorListeners;
    },
  ) {
    this.#client = client;
    this.#listeners = options.listeners;
    const { value, place, start } = options;
    this.#model = monaco.editor.createModel(start?.textBefore ?? value, aqlLanguageId);
    this.#document = documentOf(this.#model);
    this.#editor = monaco.editor.create(element, {
      model: this.#model,
      ariaLabel: `${options.label}. Control+M lets Tab leave the editor.`,
      ...pageFont(),
      ...editorOptions,
    });
    if (place !== undefined) this.#select(place);
    if (start !== undefined) goOn(this.#editor, value, start);
    client.setText(this.#document, () => this.#model.getValue());
    this.#model.onDidChangeContent(() => this.#changed());
    this.#editor.onDidChangeCursorSelection(() => {
      this.#listeners.onPlaceChange(this.selection().span);
      this.#scheduleVariables();
    });
    this.#addActions();
    this.#scheduleCheck();
    this.#scheduleVariables();
  }

  setListeners(listeners: EditorListeners): void {
    const isNewlyAsked = this.#listeners.onVariables === undefined;
    this.#listeners = listeners;
    if (isNewlyAsked) this.#scheduleVariables();
  }

  /** Replaces the text if it differs, as one step that can be undone. */
  setValue(value: string): void {
    if (value === this.#model.getValue()) return;
    this.#isTakingValue = true;
    this.#editor.pushUndoStop();
    const edit = { range: this.#model.getFullModelRange(), text: value };
    this.#model.pushEditOperations(this.#editor.getSelections(), [edit], () => null);
    this.#editor.pushUndoStop();
    this.#isTakingValue = false;
  }

  setCatalog(catalog: CatalogShape): void {
    this.#client.setCatalog(this.#document, catalog);
    this.#scheduleCheck();
  }

  setValues(samples: CatalogSamples, distinctCounts: DistinctCounts): void {
    this.#client.setValues(this.#document, samples, distinctCounts);
  }

  /** Marks findings of the host, until the text changes. */
  setHostDiagnostics(diagnostics: readonly HostDiagnostic[]): void {
    this.#hostDiagnostics = diagnostics;
    this.#markHostDiagnostics();
  }

  /** True lets Tab move the focus on, as it does everywhere else on a page. */
  setTabLeaves(tabLeaves: boolean): void {
    this.#editor.updateOptions({ tabFocusMode: tabLeaves });
  }

  focus(): void {
    this.#editor.focus();
  }

  act(action: string): void {
    this.#editor.focus();
    this.#editor.trigger('command', action, null);
  }

  /** Where a text that was planned asks for operators of its plan; a list for each. */
  planPlaces(
    text: string,
    start: number,
    operators: readonly string[],
  ): Promise<readonly (readonly Span[])[]> {
    return this.#client.ask(this.#document, { name: 'planPlaces', text, start, operators });
  }

  /** Marks places without moving the selection; none takes the marks away. */
  highlight(spans: readonly Span[]): void {
    this.#highlights ??= this.#editor.createDecorationsCollection();
    this.#highlights.set(
      spans.map((span) => ({
        range: rangeOfSpan(this.#model, span),
        options: { className: 'aql-highlight', isWholeLine: false },
      })),
    );
  }

  /**
   * Shows hints at the ends of their lines. Whoever has them takes them away when the text changes: from inside of a
   * change of the text, Monaco does not take changes of what stands between its words.
   */
  setHints(hints: readonly EditorHint[]): void {
    this.#hints ??= this.#editor.createDecorationsCollection();
    this.#hints.set(hints.map((hint) => hintDecoration(this.#model, hint)));
  }

  reveal(span: Span): void {
    this.#select(span);
    this.#editor.focus();
  }

  /** The selected text and its place; an empty span at the cursor when nothing is selected. */
  selection(): TextPiece {
    const selection = this.#editor.getSelection();
    if (selection === null) return { text: '', span: { start: 0, end: 0 } };
    return {
      text: this.#model.getValueInRange(selection),
      span: spanOfRange(this.#model, selection),
    };
  }

  /** Runs the selection, or the statement at the cursor with the fragments that it uses. */
  async run(act: RunAct = 'run'): Promise<void> {
    const selected = this.selection();
    if (selected.text.trim() !== '') {
      await this.#start(selected, act);
      return;
    }
    const position = this.#editor.getPosition();
    if (position === null) return;
    const offset = offsetAt(this.#model, position);
    const statement = await this.#client.ask(this.#document, { name: 'statementAt', offset });
    if (this.#isDisposed) return;
    // A text without any statement is sent whole, so that what is wrong with it is said where results would be.
    if (statement === undefined) await this.runAll(act);
    else await this.#start({ text: statement.runText, span: statement.runSpan }, act);
  }

  async runAll(act: RunAct = 'run'): Promise<void> {
    const text = this.#model.getValue();
    await this.#start({ text, span: { start: 0, end: text.length } }, act);
  }

  async format(): Promise<void> {
    await this.#editor.getAction('editor.action.formatDocument')?.run();
  }

  dispose(): void {
    this.#isDisposed = true;
    window.clearTimeout(this.#checkTimer);
    window.clearTimeout(this.#variablesTimer);
    this.#tellChange();
    this.#editor.dispose();
    this.#model.dispose();
    this.#client.close(this.#document);
  }

  async #start({ text, span }: TextPiece, act: RunAct): Promise<void> {
    // Most texts declare none: they need not wait for the worker.
    const variables = text.includes('$')
      ? await this.#client.ask(this.#document, { name: 'variablesOf', text })
      : [];
    if (!this.#isDisposed) this.#listeners.onRun({ text, span, variables, act });
  }

  #select(span: Span): void {
    const range = rangeOfSpan(this.#model, span);
    this.#editor.setSelection(range);
    this.#editor.revealRangeInCenterIfOutsideViewport(range);
  }

  #changed(): void {
    this.#client.setText(this.#document, () => this.#model.getValue());
    if (this.#hostDiagnostics.length > 0) this.setHostDiagnostics([]);
    this.#scheduleCheck();
    this.#scheduleVariables();
    if (this.#isTakingValue || this.#isTelling) return;
    // Monaco takes a text that comes in one piece as one edit per character: the listener hears of all of them once.
    this.#isTelling = true;
    queueMicrotask(() => this.#tellChange());
  }

  #tellChange(): void {
    if (!this.#isTelling) return;
    this.#isTelling = false;
    this.#listeners.onChange(this.#model.getValue());
  }

  #scheduleVariables(): void {
    window.clearTimeout(this.#variablesTimer);
    if (this.#listeners.onVariables === undefined) return;
    this.#variablesTimer = window.setTimeout(() => void this.#findVariables(), checkPauseMs);
  }

  async #findVariables(): Promise<void> {
    const offset = this.selection().span.end;
    const variables = await this.#client.ask(this.#document, { name: 'variablesAt', offset });
    if (!this.#isDisposed) this.#listeners.onVariables?.(variables);
  }

  #scheduleCheck(): void {
    window.clearTimeout(this.#checkTimer);
    this.#checkTimer = window.setTimeout(() => void this.#check(), checkPauseMs);
  }

  async #check(): Promise<void> {
    const version = this.#model.getVersionId();
    const diagnostics = await this.#client.ask(this.#document, { name: 'check' });
    if (this.#isDisposed || this.#model.getVersionId() !== version) return;
    const markers = diagnostics.map((diagnostic) => this.#markerOf(diagnostic, diagnostic.span));
    monaco.editor.setModelMarkers(this.#model, aqlLanguageId, markers);
    this.#found = diagnostics;
    this.#markHostDiagnostics();
    this.#listeners.onDiagnostics(diagnostics);
  }

  /** What the language service finds itself is marked by it: the same mark twice would be told twice. */
  #markHostDiagnostics(): void {
    const isFound = ({ code, span }: HostDiagnostic) =>
      this.#found.some((found) => found.code === code && found.span.start === span?.start);
    const markers = this.#hostDiagnostics.flatMap((diagnostic) =>
      diagnostic.span === undefined || isFound(diagnostic)
        ? []
        : [this.#markerOf(diagnostic, diagnostic.span)],
    );
    monaco.editor.setModelMarkers(this.#model, 'host', markers);
  }

  #markerOf(diagnostic: HostDiagnostic, span: Span): monaco.editor.IMarkerData {
    const { severity, code, message, hint } = diagnostic;
    return {
      ...markedRange(this.#model, span),
      severity: severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
      code,
      message: hint === undefined ? message : `${message} ${hint}`,
      source: 'AQL',
    };
  }

  #addActions(): void {
    this.#editor.addAction({
      id: 'aurora.run',
      label: 'Run statement',
      keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
      contextMenuGroupId: 'navigation',
      run: () => this.run(),
    });
    this.#editor.addAction({
      id: 'aurora.runAll',
      label: 'Run all statements',
      keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyMod.Shift | monaco.KeyCode.Enter],
      contextMenuGroupId: 'navigation',
      run: () => this.runAll(),
    });
    // Monaco's own key for it, Control+K Control+I, begins with that of the palette.
    this.#editor.addAction({
      id: 'aurora.explain',
      label: 'Explain what is at the cursor',
      keybindings: [monaco.KeyMod.Alt | monaco.KeyCode.KeyQ],
      run: (editor) => editor.trigger('keyboard', 'editor.action.showHover', null),
    });
  }
}

const editorOptions: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fixedOverflowWidgets: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  tabSize: 4,
  insertSpaces: true,
  detectIndentation: false,
  padding: { top: 8, bottom: 8 },
  lineNumbersMinChars: 3,
  glyphMargin: false,
  folding: true,
  renderLineHighlight: 'line',
  renderLineHighlightOnlyWhenFocus: true,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  bracketPairColorization: { enabled: false },
  guides: { indentation: true, bracketPairs: false },
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, strings: true, comments: false },
  suggestOnTriggerCharacters: true,
  acceptSuggestionOnEnter: 'on',
  tabCompletion: 'on',
  suggest: { showWords: false, showStatusBar: false },
  'semanticHighlighting.enabled': true,
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
};
