import type { Ref } from 'react';
import { Group, Panel } from 'react-resizable-panels';
import type { AqlEditorHandle } from '../../editor/aql-editor.tsx';
import { LazyAqlEditor, type LazyAqlEditorProps } from '../../editor/lazy-aql-editor.tsx';
import { SplitHandle } from '../../ui/split-handle.tsx';
import { VariablesPane, type VariablesPaneProps } from './variables/variables-pane.tsx';

export interface QueryEditorProps {
  readonly editor: Omit<LazyAqlEditorProps, 'ref' | 'isShown'>;
  readonly ref: Ref<AqlEditorHandle>;
  readonly isShown: boolean;
  /** The variables beside the editor; `undefined` while their pane is closed. */
  readonly variables: VariablesPaneProps | undefined;
}

/** The editor of a tab, and the variables of its operation beside it. */
export function QueryEditor({ editor, ref, isShown, variables }: QueryEditorProps) {
  return (
    <Group className="query-editor-split">
      <Panel id="text" minSize={200}>
        <div className="query-editor">
          <LazyAqlEditor ref={ref} isShown={isShown} {...editor} />
        </div>
      </Panel>
      {variables !== undefined && (
        <>
          <SplitHandle label="Width of the variables" />
          <Panel
            id="variables"
            minSize={180}
            defaultSize={280}
            groupResizeBehavior="preserve-pixel-size"
          >
            <section className="query-variables" aria-label="Variables">
              <VariablesPane {...variables} />
            </section>
          </Panel>
        </>
      )}
    </Group>
  );
}
