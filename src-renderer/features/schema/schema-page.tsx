import { LayoutGrid, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import { useCommandRegistry } from '../../app/commands/command-context.tsx';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { useFetched } from '../../client/use-fetched.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { CollectionDetail } from './collection-detail.tsx';
import { DraftQuestion } from './draft-question.tsx';
import { SchemaGraph } from './schema-graph.tsx';
import { type Point, readPositions, schemaLayout } from './schema-layout.ts';
import { draftHasSteps, withFieldChange, withNewIndex, withoutIndex } from './schema-migration.ts';
import './schema-page.css';

export interface SchemaPageProps {
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
}

const zooms = [0.5, 0.67, 0.8, 1, 1.25, 1.5] as const;

/** The collections of a database: how they refer to each other, their fields and indexes. Follows what changes. */
export function SchemaPage({ database, onClose }: SchemaPageProps) {
  const { state, catalog } = useCatalog(database.database);
  const [savedPositions, setPositions] = useSetting(`schema.positions:${database.path}`);
  const moved = useMemo(() => readPositions(savedPositions), [savedPositions]);
  const [zoomAt, setZoomAt] = useState(3);
  const [selected, setSelected] = useState<string>();
  const collections = catalog?.collections;
  const layout = useMemo(() => schemaLayout(collections ?? [], moved), [collections, moved]);
  const move = useCallback(
    (name: string, { x, y }: Point) => {
      const all = [...moved, [name, { x, y }] as const];
      setPositions(Object.fromEntries(all.map(([each, at]) => [each, [at.x, at.y]])));
    },
    [moved, setPositions],
  );
  const figures = useIndexFigures(database, `${catalog?.version} ${selected}`);
  const { write, question } = useMigrationDraft(database);
  const shown =
    collections?.find(({ name }) => name === selected) ??
    collections?.find(({ name }) => name === layout.boxes[0]?.name);
  return (
    <PageFrame
      name="Schema"
      title={`Schema of ${database.name}`}
      className="schema"
      progress={{ label: 'Reading the schema', isActive: state.status === 'waiting' }}
      acts={
        <>
          <IconButton
            label="Zoom out"
            icon={<ZoomOut size={16} />}
            disabled={zoomAt === 0}
            onClick={() => setZoomAt(zoomAt - 1)}
          />
          <IconButton
            label="Zoom in"
            icon={<ZoomIn size={16} />}
            disabled={zoomAt === zooms.length - 1}
            onClick={() => setZoomAt(zoomAt + 1)}
          />
          <Button
            look="quiet"
            icon={<LayoutGrid size={14} />}
            disabled={moved.size === 0}
            onClick={() => setPositions({})}
          >
            Arrange anew
          </Button>
        </>
      }
      onClose={onClose}
    >
      {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
      {collections?.length === 0 && (
        <EmptyState
          title="No collection is defined yet"
          hint="Define one with a schema block in a query tab."
        />
      )}
      {shown !== undefined && (
        <div className="schema-body">
          <nav className="schema-list" aria-label="Collections of the schema">
            <ul>
              {layout.boxes.map(({ name, documentCount }) => (
                <li key={name}>
                  <button
                    type="button"
                    aria-current={name === shown.name ? 'true' : undefined}
                    onClick={() => setSelected(name)}
                  >
                    <bdi className="mono">{name}</bdi>
                    <span className="schema-quiet">{documentCount.toLocaleString('en-US')}</span>
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          <div className="schema-main">
            <SchemaGraph
              layout={layout}
              zoom={zooms[zoomAt] ?? 1}
              selected={shown.name}
              onSelect={setSelected}
              onMove={move}
            />
            <CollectionDetail
              collection={shown}
              figures={figures}
              isReadOnly={database.readOnly}
              onAddIndex={(index) => write((text, taken) => withNewIndex(text, index, taken))}
              onChangeField={(collection, change) =>
                write((text, taken) => withFieldChange(text, { collection, change }, taken))
              }
              onDropIndex={(collection, index) =>
                write((text, taken) => withoutIndex(text, { collection, index }, taken))
              }
            />
          </div>
        </div>
      )}
      <DraftQuestion {...question} />
    </PageFrame>
  );
}

/** Sizes and uses of all indexes, read again when another collection is looked at or the schema changes. */
function useIndexFigures(database: DatabaseInfo, occasion: string) {
  const client = useClient();
  const id = database.database;
  const { value } = useFetched(
    (signal) => client.call('catalog.indexes', { database: id }, { signal }),
    { key: `${id} ${occasion}`, revision: 0 },
  );
  return value?.indexes;
}

type DraftChange = (text: string, taken: readonly string[]) => string;

/** Writes a text into the page Migrations, and shows it there; asks first where that holds another one. */
function useMigrationDraft(database: DatabaseInfo) {
  const client = useClient();
  const registry = useCommandRegistry();
  const [draft, setDraft] = useSetting(`migrations.draft:${database.path}`);
  const [asked, setAsked] = useState<DraftChange>();
  const text = typeof draft === 'string' ? draft : '';
  const put = (change: DraftChange, before: string) => {
    setAsked(undefined);
    const show = (taken: readonly string[]) => {
      setDraft(change(before, taken));
      registry.run('view.migrations');
    };
    client.call('migrations.applied', { database: database.database }).then(
      ({ versions }) => show(versions.map(({ version }) => version)),
      // The name may be taken then; trying the migration says so.
      () => show([]),
    );
  };
  const question = {
    draft: asked === undefined ? undefined : text,
    onReplace: () => asked !== undefined && put(asked, ''),
    onAdd: () => asked !== undefined && put(asked, text),
    onClose: () => setAsked(undefined),
  };
  const write = (change: DraftChange) =>
    draftHasSteps(text) ? setAsked(() => change) : put(change, '');
  return { write, question };
}
