import type { Ref } from 'react';
import type { WireSpan } from '#contract';
import type { CatalogShape } from '#engine/aql';
import { PlainEditor } from './plain-editor.tsx';
import type { RunProblem } from './run-problem.ts';

/** What is to run: a statement or the selection, and where it stands in the document. */
export interface RunTarget {
  readonly text: string;
  readonly span: WireSpan;
}

/** What the tab asks of its editor. */
export interface QueryEditor {
  focus(): void;
  /** Runs the selection, or the statement at the cursor. */
  run(): void;
  format(): void;
  /** Shows and selects a place. */
  reveal(span: WireSpan): void;
}

export interface EditorPaneProps {
  readonly ref: Ref<QueryEditor>;
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  readonly catalog: CatalogShape;
  /** Errors of the last run, to be marked in the text. */
  readonly runProblems: readonly RunProblem[];
  /** Called with the live findings of the language service. */
  readonly onFound: (problems: readonly RunProblem[]) => void;
  readonly onRun: (target: RunTarget) => void;
  readonly isActive: boolean;
}

/** The place of the editor in a query tab. */
export function EditorPane({ ref, text, onTextChange, onRun }: EditorPaneProps) {
  return <PlainEditor ref={ref} text={text} onTextChange={onTextChange} onRun={onRun} />;
}
