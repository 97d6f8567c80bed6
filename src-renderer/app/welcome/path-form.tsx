import { FolderOpen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useClient, useHostInfo } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useDatabases, useWorkspace } from '../workspace/workspace-context.tsx';
import { pathProblem, proposedPath } from './path-check.ts';
import './path-form.css';

export interface PathFormProps {
  /** What Enter does, and which button comes first. */
  readonly act: 'open' | 'create';
  readonly onDone?: () => void;
  readonly hasFocus?: boolean;
}

/** Opens or creates a database by path; what is wrong with it is said under the field. */
export function PathForm({ act, onDone, hasFocus = false }: PathFormProps) {
  const client = useClient();
  const host = useHostInfo();
  const { databases } = useWorkspace();
  const { work, failure } = useDatabases();
  const [path, setPath] = useState(act === 'create' ? proposedPath(host?.homeFolder ?? '') : '');
  const [readOnly, setReadOnly] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);

  const submit = async (purpose: 'open' | 'create', chosen = path) => {
    const found = pathProblem(chosen, host?.platform ?? '');
    setProblem(found);
    if (found !== undefined) return;
    const params =
      purpose === 'create'
        ? { path: chosen.trim(), create: true }
        : { path: chosen.trim(), ...(readOnly ? { readOnly } : {}) };
    if (await databases.open(params)) onDone?.();
  };
  const pick = async () => {
    try {
      const picked = await client.call('host.pickFolder', { purpose: act });
      if (picked.path === null) return;
      setPath(picked.path);
      await submit(act, picked.path);
    } catch (error) {
      setProblem(errorText(error).message);
    }
  };
  const isMine = failure?.act === 'open' && failure.path === path.trim();
  const failed = isMine ? errorText(failure.error) : undefined;
  const failedText =
    failed === undefined ? undefined : [failed.message, failed.hint].filter(Boolean).join(' ');

  return (
    <form
      className="path-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit(act);
      }}
    >
      <TextField
        label={act === 'create' ? 'Folder of the new database' : 'Folder of a database'}
        isMono
        value={path}
        placeholder={proposedPath(host?.homeFolder ?? '')}
        error={problem ?? failedText}
        autoFocus={hasFocus}
        onChange={(event) => {
          setPath(event.target.value);
          setProblem(undefined);
          databases.clearFailure();
        }}
        end={
          host?.capabilities.dialogs === true && (
            <IconButton
              label="Choose a folder"
              icon={<FolderOpen size={16} />}
              onClick={() => void pick()}
            />
          )
        }
      />
      <div className="path-form-acts">
        {act === 'open' ? (
          <>
            <Button
              type="submit"
              look={hasFocus ? 'primary' : 'plain'}
              disabled={work !== undefined}
            >
              Open
            </Button>
            <Button disabled={work !== undefined} onClick={() => void submit('create')}>
              Create
            </Button>
            <label className="path-form-check">
              <input
                type="checkbox"
                checked={readOnly}
                onChange={(event) => setReadOnly(event.target.checked)}
              />
              Open read-only
            </label>
          </>
        ) : (
          <Button type="submit" look="primary" disabled={work !== undefined}>
            Create
          </Button>
        )}
      </div>
    </form>
  );
}
