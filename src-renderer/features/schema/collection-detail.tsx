import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { CollectionInfo, FieldInfo, IndexFigures, IndexInfo } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { bytesText } from '../health/health-text.ts';
import { EditField } from './edit-field.tsx';
import { type FieldChange, indexOrigin, type NewIndex } from './schema-migration.ts';

interface CollectionDetailProps {
  readonly collection: CollectionInfo;
  /** Of all collections; absent until they are known. */
  readonly figures: readonly IndexFigures[] | undefined;
  readonly isReadOnly: boolean;
  readonly onAddIndex: (index: NewIndex) => void;
  readonly onDropIndex: (collection: string, index: IndexInfo) => void;
  readonly onChangeField: (collection: string, change: FieldChange) => void;
}

/** Fields and indexes of a collection. What changes them is written as a migration, to be tried first. */
export function CollectionDetail(props: CollectionDetailProps) {
  const { collection, figures, isReadOnly, onAddIndex, onDropIndex, onChangeField } = props;
  const { name, fields, indexes, documentCount, open } = collection;
  return (
    <section className="schema-detail" aria-label={`Collection ${name}`}>
      <h3>
        <bdi className="mono">{name}</bdi>{' '}
        <span className="schema-quiet">
          {`${documentCount.toLocaleString('en-US')} documents${open ? ', takes further fields' : ''}`}
        </span>
      </h3>
      <div className="schema-tables">
        <div>
          <table aria-label="Fields">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Type</th>
                <th scope="col">Default</th>
                <th scope="col">Refers to</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.name}>
                  <th scope="row" className="mono">
                    <bdi>{field.name}</bdi>
                  </th>
                  <td className="mono">{typeText(field.type, field.nullable)}</td>
                  <td className="mono">{defaultText(field)}</td>
                  <td className="mono">{field.references ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {!isReadOnly && (
            <EditField
              key={name}
              collection={collection}
              onChange={(change) => onChangeField(name, change)}
            />
          )}
        </div>
        <div>
          <table aria-label="Indexes">
            <thead>
              <tr>
                <th scope="col">Index on</th>
                <th scope="col">Kind</th>
                <th
                  scope="col"
                  className="is-number"
                  title="Estimated by a sample of the documents"
                >
                  Size, about
                </th>
                <th
                  scope="col"
                  className="is-number"
                  title="How often queries have read it, since the database is measured"
                >
                  Uses
                </th>
                <th scope="col">
                  <span className="visually-hidden">Act</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {indexes.map((index) => (
                <tr key={index.name}>
                  <th scope="row" className="mono">
                    <bdi>{index.fields.join(', ')}</bdi>
                  </th>
                  <td>
                    {index.text === true ? 'text' : index.unique ? 'unique' : 'ordered'}{' '}
                    {index.state === 'building' && <Badge tone="warn">being built</Badge>}
                  </td>
                  <IndexCells
                    figures={figures?.find(
                      (each) => each.collection === name && each.name === index.name,
                    )}
                  />
                  <td>
                    <IndexOrigin origin={indexOrigin(collection, index)} />
                    {!isReadOnly && indexOrigin(collection, index) === undefined && (
                      <Button
                        look="quiet"
                        icon={<Trash2 size={14} />}
                        aria-label={`Drop the index on ${index.fields.join(', ')}`}
                        onClick={() => onDropIndex(name, index)}
                      >
                        Drop…
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {indexes.length === 0 && <p className="schema-quiet">No index but that of ids.</p>}
          {!isReadOnly && <AddIndex key={name} collection={collection} onAdd={onAddIndex} />}
        </div>
      </div>
    </section>
  );
}

/** Why an index cannot be dropped by itself. */
function IndexOrigin({ origin }: { readonly origin: string | undefined }) {
  if (origin === undefined) return null;
  const title = `It belongs to the field, which is ${origin}. Change the field, written without ${origin}, to drop it.`;
  return (
    <span className="schema-origin" title={title}>
      of <span className="mono">{origin}</span>
    </span>
  );
}

function IndexCells({ figures }: { readonly figures: IndexFigures | undefined }) {
  return (
    <>
      <td className="is-number">
        {figures === undefined ? '' : bytesText(figures.bytesEstimated)}
      </td>
      <td className="is-number">{figures?.useCount.toLocaleString('en-US')}</td>
    </>
  );
}

const kinds: readonly NewIndex['kind'][] = ['ordered', 'unique', 'text'];

function AddIndex(props: {
  readonly collection: CollectionInfo;
  readonly onAdd: (index: NewIndex) => void;
}) {
  const { collection, onAdd } = props;
  const [fields, setFields] = useState<readonly string[]>([]);
  const [chosenKind, setKind] = useState<NewIndex['kind']>('ordered');
  const id = useId();
  const kindId = useId();
  // Words are those of one field.
  const kind = chosenKind === 'text' && fields.length > 1 ? 'ordered' : chosenKind;
  const left = collection.fields.filter(({ name }) => !fields.includes(name));
  return (
    <fieldset className="schema-add">
      <legend>New index</legend>
      <label htmlFor={id}>{fields.length === 0 ? 'On' : `On ${fields.join(', ')}, then`}</label>
      <select
        id={id}
        value=""
        onChange={(event) => setFields([...fields, event.currentTarget.value])}
      >
        <option value="" disabled>
          choose a field
        </option>
        {left.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <label htmlFor={kindId}>kind</label>
      <select
        id={kindId}
        value={kind}
        onChange={(event) =>
          setKind(kinds.find((each) => each === event.currentTarget.value) ?? kind)
        }
      >
        {kinds
          .filter((each) => each !== 'text' || fields.length < 2)
          .map((each) => (
            <option key={each}>{each}</option>
          ))}
      </select>
      <Button
        icon={<Plus size={14} />}
        disabled={fields.length === 0}
        onClick={() => onAdd({ collection: collection.name, fields, kind })}
      >
        Write the migration
      </Button>
      {fields.length > 0 && (
        <Button look="quiet" onClick={() => setFields([])}>
          Clear
        </Button>
      )}
    </fieldset>
  );
}

function defaultText({ default: given }: FieldInfo): string {
  if (given === undefined) return '';
  return given.kind === 'now' ? 'now' : JSON.stringify(given.value);
}
