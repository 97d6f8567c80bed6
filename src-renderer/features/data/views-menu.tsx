import type { DatabaseInfo } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import type { ColumnState } from '../../grid/column-state.ts';
import { withNamed, withoutNamed } from '../../ui/named-list.ts';
import { SavedMenu } from '../../ui/saved-menu.tsx';
import { decodeViews, encodeViews } from './saved-views.ts';

/** Views of a collection that were saved under names: filter, sort, and the arrangement of the columns. */
export function ViewsMenu(props: {
  readonly database: DatabaseInfo;
  readonly collection: string;
  readonly where: string;
  readonly columnState: ColumnState;
  readonly onWhere: (where: string) => void;
  readonly onColumns: (columns: ColumnState) => void;
}) {
  const { database, collection, where, columnState, onWhere, onColumns } = props;
  const [saved, save] = useSetting(`views:${collection}:${database.path}`);
  const views = decodeViews(saved);
  return (
    <SavedMenu
      label="Saved views"
      title={`Save this view of ${collection}`}
      description="Filter, sort, and order, widths and choice of the columns."
      saved={views.map((view) => ({
        name: view.name,
        ...(view.where === '' ? {} : { detail: view.where }),
        isShown:
          view.where === where && JSON.stringify(view.columns) === JSON.stringify(columnState),
      }))}
      onShow={(name) => {
        const view = views.find((each) => each.name === name);
        if (view === undefined) return;
        onWhere(view.where);
        onColumns(view.columns);
      }}
      onSave={(name) => save(encodeViews(withNamed(views, { name, where, columns: columnState })))}
      onRemove={(name) => save(encodeViews(withoutNamed(views, name)))}
    />
  );
}
