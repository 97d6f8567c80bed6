import { useImperativeHandle, useRef } from 'react';
import type { JsonEditorHandle, JsonEditorProps } from './json-editor.tsx';
import { lateCode } from './late-code.ts';
import { PlainEditor } from './plain-editor.tsx';
import { useTakeOver } from './use-take-over.ts';

const lateEditor = lateCode(async () => (await import('./json-editor.tsx')).JsonEditor);

/** The JSON editor; its code comes with the first one on the page, and whoever types meanwhile loses nothing. */
export function LazyJsonEditor(props: Omit<JsonEditorProps, 'start'>) {
  const { code: Editor, start, plain } = useTakeOver(lateEditor);
  const editor = useRef<JsonEditorHandle>(null);
  useImperativeHandle(
    props.ref,
    () => ({ focus: () => (editor.current ?? plain.current)?.focus() }),
    [plain],
  );
  if (Editor !== undefined) return <Editor {...props} ref={editor} start={start} />;
  const { value, label, isBegun = false, onChange, onTake } = props;
  return (
    <PlainEditor
      {...{ ref: plain, look: 'json', value, label, onChange, onTake }}
      firstPlace={{ start: isBegun ? value.length : 0, end: value.length }}
      takesFocus
      tabText="  "
    />
  );
}
