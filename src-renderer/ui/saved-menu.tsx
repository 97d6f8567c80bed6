import { Bookmark, Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { useFocusReturn } from './focus-return.ts';
import { IconButton } from './icon-button.tsx';
import { Menu, type MenuEntry } from './menu.tsx';
import './saved-menu.css';
import { TextField } from './text-field.tsx';

/** Something that was saved under a name. */
export interface SavedEntry {
  readonly name: string;
  readonly detail?: string;
  /** What is shown is just this. */
  readonly isShown: boolean;
}

export interface SavedMenuProps {
  /** What the button says, and what the dialog that asks for a name does. */
  readonly label: string;
  readonly title: string;
  readonly description: string;
  readonly saved: readonly SavedEntry[];
  readonly onShow: (name: string) => void;
  /** Takes the place of what had the name. */
  readonly onSave: (name: string) => void;
  readonly onRemove: (name: string) => void;
}

/** What was saved under names: to be shown, saved anew, and removed. */
export function SavedMenu(props: SavedMenuProps) {
  const { label, title, description, saved, onShow, onSave, onRemove } = props;
  const [isNaming, setNaming] = useState(false);
  const giveFocusBack = useFocusReturn(isNaming);
  const [typed, setTyped] = useState('');
  const name = typed.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name === '') return;
    onSave(name);
    setNaming(false);
  };
  const begin = () => {
    setTyped(saved.find(({ isShown }) => isShown)?.name ?? '');
    setNaming(true);
  };
  return (
    <>
      <Menu entries={entriesOf(saved, { onShow, onRemove, onBegin: begin })}>
        <IconButton label={label} icon={<Bookmark size={16} />} />
      </Menu>
      <Dialog
        isOpen={isNaming}
        onClose={() => setNaming(false)}
        giveFocusBack={giveFocusBack}
        title={title}
        description={description}
        width={420}
      >
        <form className="saved-form" onSubmit={submit}>
          <TextField
            label="Name"
            value={typed}
            autoFocus
            hint={
              saved.some((each) => each.name === name)
                ? 'It takes the place of the view of that name.'
                : undefined
            }
            onChange={(event) => setTyped(event.target.value)}
          />
          <div className="saved-acts">
            <Button onClick={() => setNaming(false)}>Cancel</Button>
            <Button type="submit" look="primary" disabled={name === ''}>
              Save
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}

function entriesOf(
  saved: readonly SavedEntry[],
  acts: Pick<SavedMenuProps, 'onShow' | 'onRemove'> & { readonly onBegin: () => void },
): readonly MenuEntry[] {
  return [
    ...saved.map(
      ({ name, detail, isShown }): MenuEntry => ({
        ...{ kind: 'item', id: `show ${name}`, label: name, isChecked: isShown },
        ...(detail === undefined ? {} : { detail }),
        onSelect: () => acts.onShow(name),
      }),
    ),
    ...(saved.length === 0 ? [] : [{ kind: 'separator', id: 'new' } as const]),
    {
      ...{ kind: 'item', id: 'save', label: 'Save this view…', icon: <Plus size={14} /> },
      onSelect: acts.onBegin,
    },
    ...saved.map(
      ({ name }): MenuEntry => ({
        ...{ kind: 'item', id: `remove ${name}`, label: `Remove ${name}` },
        icon: <Trash2 size={14} />,
        onSelect: () => acts.onRemove(name),
      }),
    ),
  ];
}
