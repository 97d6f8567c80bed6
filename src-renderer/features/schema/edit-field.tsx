import { Pencil } from 'lucide-react';
import { useId, useState } from 'react';
import type { CollectionInfo } from '#contract';
import { Button } from '../../ui/button.tsx';
import { declarationText, type FieldChange } from './schema-migration.ts';

const acts: readonly { readonly kind: FieldChange['kind']; readonly word: string }[] = [
  { kind: 'add', word: 'add' },
  { kind: 'rename', word: 'rename' },
  { kind: 'modify', word: 'change the type of' },
  { kind: 'drop', word: 'drop' },
];

/** Writes the migration for a change of a field, to be tried before anything is changed. */
export function EditField(props: {
  readonly collection: CollectionInfo;
  readonly onChange: (change: FieldChange) => void;
}) {
  const { collection, onChange } = props;
  const [kind, setKind] = useState<FieldChange['kind']>('add');
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const [type, setType] = useState('');
  const id = useId();
  const field = collection.fields.find((each) => each.name === chosen);
  const change = changeOf({ kind, field: field?.name, name: name.trim(), type: type.trim() });
  return (
    <fieldset className="schema-add">
      <legend>Change of a field</legend>
      <select
        aria-label="What to do"
        value={kind}
        onChange={(event) => {
          const { value } = event.currentTarget;
          const next = acts.find((each) => each.kind === value)?.kind ?? kind;
          setKind(next);
          setType(next === 'modify' && field !== undefined ? declarationText(field) : '');
        }}
      >
        {acts.map((act) => (
          <option key={act.kind} value={act.kind}>
            {act.word}
          </option>
        ))}
      </select>
      {kind !== 'add' && (
        <select
          aria-label="Field"
          value={field?.name ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget;
            const found = collection.fields.find((each) => each.name === value);
            setChosen(value);
            if (found !== undefined) setType(declarationText(found));
          }}
        >
          <option value="" disabled>
            choose a field
          </option>
          {collection.fields.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </select>
      )}
      {(kind === 'add' || kind === 'rename') && (
        <label htmlFor={`${id}name`}>
          {kind === 'add' ? 'called' : 'to'}
          <input
            id={`${id}name`}
            className="mono"
            size={14}
            maxLength={128}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </label>
      )}
      {(kind === 'add' || kind === 'modify') && (
        <label htmlFor={`${id}type`}>
          of type
          <input
            id={`${id}type`}
            className="mono"
            size={kind === 'modify' ? 28 : 12}
            maxLength={1_024}
            placeholder="String"
            value={type}
            onChange={(event) => setType(event.currentTarget.value)}
          />
        </label>
      )}
      <Button
        icon={<Pencil size={14} />}
        disabled={change === undefined}
        onClick={() => {
          if (change !== undefined) onChange(change);
        }}
      >
        Write the migration
      </Button>
    </fieldset>
  );
}

/** `undefined` while something is missing. Whether the type is one is told when the migration is tried. */
function changeOf(given: {
  readonly kind: FieldChange['kind'];
  readonly field: string | undefined;
  readonly name: string;
  readonly type: string;
}): FieldChange | undefined {
  const { kind, field, name, type } = given;
  const isName = /^[A-Za-z_]\w*$/.test(name);
  switch (kind) {
    case 'add':
      return isName && type !== '' ? { kind, field: name, type } : undefined;
    case 'rename':
      return isName && field !== undefined ? { kind, field, to: name } : undefined;
    case 'modify':
      return type !== '' && field !== undefined ? { kind, field, type } : undefined;
    case 'drop':
      return field === undefined ? undefined : { kind, field };
  }
}
