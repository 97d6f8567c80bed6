import { Plus, Redo2, Trash2, Undo2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { countsOf, discard } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';
import { useStaged } from './use-staged.ts';

/** How much is staged, and what to do with it. */
export function EditBar(props: {
  readonly stores: readonly StagedStore[];
  /** Absent where no rows can be inserted. */
  readonly onInsert: (() => void) | undefined;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onReview: () => void;
}) {
  const { stores, onInsert, onReview } = props;
  const documents = useStaged(stores);
  const { inserted, updated, deleted, conflicts } = countsOf(documents);
  const isAny = documents.length > 0;
  return (
    <div className="edit-bar">
      {onInsert !== undefined && (
        <IconButton
          label="Insert a row"
          keys={['Ctrl', 'I']}
          icon={<Plus size={16} />}
          onClick={onInsert}
        />
      )}
      <IconButton
        label="Undo"
        keys={['Ctrl', 'Z']}
        icon={<Undo2 size={16} />}
        disabled={stores.every((store) => store.state().past.length === 0)}
        onClick={props.onUndo}
      />
      <IconButton
        label="Redo"
        keys={['Ctrl', 'Shift', 'Z']}
        icon={<Redo2 size={16} />}
        disabled={stores.every((store) => store.state().future.length === 0)}
        onClick={props.onRedo}
      />
      {isAny && (
        <>
          <span className="edit-counts" role="status">
            {updated > 0 && <Count sign="~" count={updated} of="changed" />}
            {inserted > 0 && <Count sign="+" count={inserted} of="inserted" />}
            {deleted > 0 && <Count sign="−" count={deleted} of="deleted" />}
            {conflicts > 0 && <Count sign="!" count={conflicts} of="in conflict" />}
          </span>
          <IconButton
            label="Discard all edits"
            icon={<Trash2 size={16} />}
            onClick={() => {
              for (const store of stores) store.apply((now) => discard(now));
            }}
          />
          <Button look="primary" onClick={onReview}>
            Review
          </Button>
        </>
      )}
    </div>
  );
}

function Count(props: { readonly sign: string; readonly count: number; readonly of: string }) {
  const { sign, count, of } = props;
  return (
    <span className={`edit-count is-${of.replace(' ', '-')}`} title={`${count} ${of}`}>
      <span aria-hidden="true">{`${sign}${count}`}</span>
      <span className="visually-hidden">{`${count} ${of}`}</span>
    </span>
  );
}
