import { Bookmark, Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import type { ColumnState } from '../../grid/column-state.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { decodeViews, encodeViews, withoutView, withView } from './saved-views.ts';

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
  const [isNaming, setNaming] = useState(false);
  const giveFocusBack = useFocusReturn(isNaming);
  const [name, setName] = useState('');
  const isSame = (view: (typeof views)[number]) =>
    view.where === where && JSON.stringify(view.columns) === JSON.stringify(columnState);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    save(encodeViews(withView(views, { name: name.trim(), where, columns: columnState })));
    setNaming(false);
  };
  const entries: readonly MenuEntry[] = [
    ...views.map((view): MenuEntry => {
      const { name: label } = view;
      return {
        ...{ kind: 'item', id: `show ${label}`, label, isChecked: isSame(view) },
        ...(view.where === '' ? {} : { detail: view.where }),
        onSelect: () => {
          onWhere(view.where);
          onColumns(view.columns);
        },
      };
    }),
    ...(views.length === 0 ? [] : [{ kind: 'separator', id: 'new' } as const]),
    {
      kind: 'item',
      id: 'save',
      label: 'Save this view…',
      icon: <Plus size={14} />,
      onSelect: () => {
        setName(views.find(isSame)?.name ?? '');
        setNaming(true);
      },
    },
    ...views.map(
      ({ name: label }): MenuEntry => ({
        kind: 'item',
        id: `remove ${label}`,
        label: `Remove ${label}`,
        icon: <Trash2 size={14} />,
        onSelect: () => save(encodeViews(withoutView(views, label))),
      }),
    ),
  ];
  return (
    <>
      <Menu entries={entries}>
        <IconButton label="Saved views" icon={<Bookmark size={16} />} />
      </Menu>
      <Dialog
        isOpen={isNaming}
        onClose={() => setNaming(false)}
        giveFocusBack={giveFocusBack}
        title={`Save this view of ${collection}`}
        description="Filter, sort, and order, widths and choice of the columns."
        width={420}
      >
        <form className="commit-form" onSubmit={submit}>
          <TextField
            label="Name"
            value={name}
            autoFocus
            hint={
              views.some((view) => view.name === name.trim())
                ? 'It takes the place of the view of that name.'
                : undefined
            }
            onChange={(event) => setName(event.target.value)}
          />
          <div className="commit-acts">
            <Button onClick={() => setNaming(false)}>Cancel</Button>
            <Button type="submit" look="primary" disabled={name.trim() === ''}>
              Save
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
