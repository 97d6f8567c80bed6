import { FolderOpen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { MigrationFolder } from '#contract';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';

interface FolderViewProps {
  readonly folder: MigrationFolder | null;
  /** Takes a path; an empty one ends following a folder. */
  readonly onChoose: (path: string) => void;
  /** Takes the text of files into the editor. */
  readonly onLoad: (text: string) => void;
}

/** A folder of migration files: what is in it now. Follows what changes on disk. */
export function FolderView({ folder, onChoose, onLoad }: FolderViewProps) {
  // A path that leads to no files is corrected where it was written.
  const isUnreadable = folder !== null && folder.files.length === 0 && folder.problem !== null;
  return (
    <section className="migrations-folder" aria-label="Folder of migration files">
      <h3>Files</h3>
      {(folder === null || isUnreadable) && (
        <Chooser key={folder?.path} path={folder?.path ?? ''} onChoose={onChoose} />
      )}
      {folder !== null && (
        <>
          {!isUnreadable && (
            <p className="mono migrations-quiet" title={folder.path}>
              <bdi>{folder.path}</bdi>
            </p>
          )}
          {folder.problem !== null && (
            <p role="alert" className="migrations-failure">
              {folder.problem}
            </p>
          )}
          <ul>
            {folder.files.map(({ name, text }) => (
              <li key={name}>
                <button type="button" onClick={() => onLoad(text)} title={`Edit a copy of ${name}`}>
                  <bdi className="mono">{name}</bdi>
                </button>
              </li>
            ))}
          </ul>
          <div className="migrations-acts">
            {folder.files.length > 0 && (
              <Button
                onClick={() => onLoad(folder.files.map(({ text }) => text.trimEnd()).join('\n\n'))}
              >
                Take all
              </Button>
            )}
            <Button look="quiet" onClick={() => onChoose('')}>
              Leave folder
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Chooser(props: { readonly path: string; readonly onChoose: (path: string) => void }) {
  const { onChoose } = props;
  const [path, setPath] = useState(props.path);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() !== '') onChoose(path.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextField
        label="Folder of *.aql files, followed on disk"
        isMono
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <Button type="submit" icon={<FolderOpen size={14} />} disabled={path.trim() === ''}>
        Follow
      </Button>
    </form>
  );
}
