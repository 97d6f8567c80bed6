import { monaco } from './monaco.ts';
import type { EditorStart } from './plain-editor.tsx';

/** Brings an editor that has the text of before to where its plain one stood: one step that can be undone. */
export function goOn(
  editor: monaco.editor.IStandaloneCodeEditor,
  text: string,
  { textBefore, anchor, cursor }: EditorStart,
): void {
  const selection = monaco.Selection.fromPositions(
    ...[monaco.Position.lift(anchor), monaco.Position.lift(cursor)],
  );
  const range = editor.getModel()?.getFullModelRange();
  if (text !== textBefore && range !== undefined) {
    editor.pushUndoStop();
    editor.executeEdits('typed before', [{ range, text }], [selection]);
    editor.pushUndoStop();
  }
  editor.setSelection(selection);
  editor.revealRangeInCenterIfOutsideViewport(selection);
}
