/* Short remarks that stand at the ends of lines and are no part of the text. */
import type { Span } from '#engine/aql';
import { monaco } from './monaco.ts';

/** A remark on a place of the text. */
export interface EditorHint {
  readonly span: Span;
  readonly text: string;
  /** True for what may be slow. */
  readonly isCostly: boolean;
}

/** At the end of the line: inside of it, it would move what is being written. */
export function hintDecoration(
  model: monaco.editor.ITextModel,
  { span, text, isCostly }: EditorHint,
): monaco.editor.IModelDeltaDecoration {
  const { lineNumber } = model.getPositionAt(span.end);
  const column = model.getLineMaxColumn(lineNumber);
  return {
    range: new monaco.Range(lineNumber, column, lineNumber, column),
    options: {
      showIfCollapsed: true,
      after: {
        content: `   ${text}`,
        inlineClassName: isCostly ? 'aql-hint aql-hint-costly' : 'aql-hint',
        cursorStops: monaco.editor.InjectedTextCursorStops.None,
      },
    },
  };
}
