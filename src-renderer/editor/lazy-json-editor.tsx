import { lazy, Suspense, useCallback, useState } from 'react';
import type { JsonEditorProps } from './json-editor.tsx';
import './aql-editor.css';

const Editor = lazy(async () => ({ default: (await import('./json-editor.tsx')).JsonEditor }));

/** The JSON editor; its code comes with the first one on the page, and whoever types meanwhile loses nothing. */
export function LazyJsonEditor(props: Omit<JsonEditorProps, 'isTyped'>) {
  const [first] = useState(props.value);
  return (
    <Suspense fallback={<PlainEditor {...props} />}>
      <Editor {...props} isTyped={props.value !== first} />
    </Suspense>
  );
}

/** Takes the text until Monaco is there and goes on with it. */
function PlainEditor({ value, label, onChange }: Omit<JsonEditorProps, 'isTyped'>) {
  const begin = useCallback((element: HTMLTextAreaElement | null) => {
    element?.focus({ preventScroll: true });
    element?.select();
  }, []);
  return (
    <textarea
      ref={begin}
      className="aql-editor-placeholder"
      aria-label={label}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
