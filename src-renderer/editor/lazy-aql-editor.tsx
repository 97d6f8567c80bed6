import { lazy, Suspense } from 'react';
import type { AqlEditorProps } from './aql-editor.tsx';
import './aql-editor.css';

const Editor = lazy(async () => ({ default: (await import('./aql-editor.tsx')).AqlEditor }));

/** The AQL editor; its code comes with the first one on the page. Until then the text is shown as it is. */
export function LazyAqlEditor(props: AqlEditorProps) {
  return (
    <Suspense
      fallback={
        <pre className="aql-editor-placeholder" aria-busy="true">
          {props.value}
        </pre>
      }
    >
      <Editor {...props} />
    </Suspense>
  );
}
