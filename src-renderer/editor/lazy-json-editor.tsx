import { lazy, Suspense } from 'react';
import type { JsonEditorProps } from './json-editor.tsx';
import './aql-editor.css';

const Editor = lazy(async () => ({ default: (await import('./json-editor.tsx')).JsonEditor }));

/** The JSON editor; its code comes with the first one on the page. */
export function LazyJsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<pre className="aql-editor-placeholder">{props.value}</pre>}>
      <Editor {...props} />
    </Suspense>
  );
}
