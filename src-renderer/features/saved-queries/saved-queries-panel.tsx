import { FileCode, FlaskConical, Folder, Pencil, Save, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DatabaseInfo } from '#contract';
import { useCommandRegistry } from '../../app/commands/command-context.tsx';
import { changeTab, openTab } from '../../app/tabs/tab-journal.ts';
import type { TabStore } from '../../app/tabs/tab-store.ts';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu.tsx';
import { Tree } from '../../ui/tree.tsx';
import { NameDialog } from './name-dialog.tsx';
import { TestMark, TestReport } from './query-tests.tsx';
import './saved-queries.css';
import { queryName, type SavedNode, savedTree } from './saved-tree.ts';
import { type QueryTestState, useQueryTests } from './use-query-tests.ts';

export interface SavedQueriesPanelProps {
  readonly database: DatabaseInfo;
  readonly store: TabStore;
}

type Question = { readonly kind: 'rename' | 'delete'; readonly path: string };

/** The queries that are kept as files beside the database, as they are on disk. */
export function SavedQueriesPanel({ database, store }: SavedQueriesPanelProps) {
  const client = useClient();
  const registry = useCommandRegistry();
  const state = useTopic('savedQueries', { database: database.database });
  const list = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<Question>();
  const [failure, setFailure] = useState<unknown>();
  const giveFocusBack = useFocusReturn(question !== undefined);
  const close = () => setQuestion(undefined);
  const queries = list?.queries ?? [];
  const nodes = savedTree(queries);
  const tests = useQueryTests(database.database);
  const branches = branchIds(nodes);

  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
      setFailure(undefined);
    } catch (error) {
      setFailure(error);
    }
  };
  const open = (path: string) =>
    attempt(async () => {
      const params = { database: database.database, path };
      const { text } = await client.call('savedQueries.read', params);
      store.update((before) => openTab(before, { title: queryName(path), text, savedPath: path }));
    });
  const rename = async (from: string, to: string) => {
    await client.call('savedQueries.rename', { database: database.database, from, to });
    store.update((before) => {
      const tab = before.tabs.find((other) => other.savedPath === from);
      const change = { savedPath: to, title: queryName(to) };
      return tab === undefined ? before : changeTab(before, tab.id, change);
    });
  };
  const remove = (path: string) =>
    attempt(() => client.call('savedQueries.delete', { database: database.database, path }));

  return (
    <section className="saved" aria-label="Saved queries">
      <header className="side-head">
        <h2 className="side-title">Saved queries</h2>
        <IconButton
          label="Test what the queries expect"
          icon={<FlaskConical size={16} />}
          disabled={queries.length === 0}
          onClick={() => tests.run(queries.map(({ path }) => path))}
        />
        <IconButton
          label="Save the query in front"
          icon={<Save size={16} />}
          onClick={() => registry.run('query.save')}
        />
      </header>
      {failure !== undefined && (
        <ErrorNote {...errorText(failure)} onDismiss={() => setFailure(undefined)} />
      )}
      {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
      <div className="saved-body">
        {list !== undefined && nodes.length === 0 && (
          <EmptyState
            icon={<FileCode size={28} strokeWidth={1.25} />}
            title="No query is saved yet"
            hint="Saved queries are .aql files in a folder beside the database."
            action={
              <Button onClick={() => registry.run('query.save')}>Save the query in front</Button>
            }
          />
        )}
        {nodes.length > 0 && (
          <Tree
            label="Saved queries"
            nodes={nodes}
            expanded={new Set(branches.filter((id) => !closed.has(id)))}
            onExpandedChange={(expanded) =>
              setClosed(new Set(branches.filter((id) => !expanded.has(id))))
            }
            onActivate={({ query }) => query !== undefined && void open(query.path)}
            renderRow={(node) => <SavedRow node={node} test={tests.states.get(node.id)} />}
            menuEntries={({ query }) =>
              query === undefined
                ? []
                : rowMenu(query.path, {
                    open: () => void open(query.path),
                    test: () => tests.run([query.path]),
                    ask: setQuestion,
                  })
            }
          />
        )}
        {list?.isCut === true && (
          <p className="saved-note">{`The first ${list.queries.length} are shown.`}</p>
        )}
      </div>
      <TestReport tests={tests} onOpen={(path) => void open(path)} />
      {question?.kind === 'rename' && (
        <NameDialog
          title="Rename saved query"
          act="Rename"
          first={question.path}
          folder={list?.folder ?? ''}
          canReplace={false}
          onName={(to) => rename(question.path, to)}
          onClose={close}
          giveFocusBack={giveFocusBack}
        />
      )}
      {question?.kind === 'delete' && (
        <Dialog
          isOpen
          onClose={close}
          giveFocusBack={giveFocusBack}
          title={`Delete ${question.path}`}
        >
          <p>The file is removed from the disk. A tab that shows it keeps its text.</p>
          <div className="saved-acts">
            <Button onClick={close}>Cancel</Button>
            <Button
              look="danger"
              autoFocus
              onClick={() => {
                void remove(question.path);
                close();
              }}
            >
              {`Delete ${queryName(question.path)}`}
            </Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function SavedRow({
  node,
  test,
}: {
  readonly node: SavedNode;
  readonly test: QueryTestState | undefined;
}) {
  return (
    <>
      {node.query === undefined ? (
        <Folder size={14} className="saved-icon" aria-hidden />
      ) : (
        <FileCode size={14} className="saved-icon" aria-hidden />
      )}
      <span className="saved-name" title={node.query?.path}>
        {node.label}
      </span>
      <TestMark state={test} />
    </>
  );
}

function rowMenu(
  path: string,
  {
    open,
    test,
    ask,
  }: {
    readonly open: () => void;
    readonly test: () => void;
    readonly ask: (question: Question) => void;
  },
): readonly MenuEntry[] {
  return [
    {
      kind: 'item',
      id: 'open',
      label: 'Open',
      icon: <FileCode size={14} />,
      keys: ['Enter'],
      onSelect: open,
    },
    {
      kind: 'item',
      id: 'test',
      label: 'Test what it expects',
      icon: <FlaskConical size={14} />,
      onSelect: test,
    },
    {
      kind: 'item',
      id: 'rename',
      label: 'Rename or move…',
      icon: <Pencil size={14} />,
      onSelect: () => ask({ kind: 'rename', path }),
    },
    {
      kind: 'item',
      id: 'delete',
      label: 'Delete…',
      icon: <Trash2 size={14} />,
      onSelect: () => ask({ kind: 'delete', path }),
    },
  ];
}

function branchIds(nodes: readonly SavedNode[]): readonly string[] {
  return nodes.flatMap(({ id, children }) =>
    children === undefined ? [] : [id, ...branchIds(children)],
  );
}
