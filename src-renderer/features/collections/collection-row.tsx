import { Asterisk, Fingerprint, KeyRound, Link2, ListOrdered, Table2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FieldInfo } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import { TypeGlyph } from '../../grid/type-glyph.tsx';
import { Badge } from '../../ui/badge.tsx';
import type { CollectionNode } from './collection-tree.ts';

/** The inside of one row of the tree. Marks are icons with their word for screen readers. */
export function CollectionRow({ node }: { readonly node: CollectionNode }) {
  switch (node.kind) {
    case 'collection':
      return (
        <>
          <Table2 size={14} className="collections-icon" aria-hidden />
          <span className="collections-name" title={node.collection.name}>
            {node.collection.name}
          </span>
          <span className="collections-count mono">
            {node.collection.documentCount.toLocaleString('en')}
            <span className="visually-hidden"> documents</span>
          </span>
        </>
      );
    case 'id':
      return (
        <>
          <TypeGlyph type={{ kind: 'scalar', name: 'Uuid' }} />
          <span className="collections-name collections-field mono">id</span>
          <Mark title="Key of the document">
            <KeyRound size={12} />
          </Mark>
        </>
      );
    case 'field':
      return <FieldRow field={node.field} />;
    case 'indexes':
      return (
        <>
          <span className="collections-name collections-quiet">Indexes</span>
          <span className="collections-count mono">{node.count}</span>
        </>
      );
    case 'index':
      return (
        <>
          <ListOrdered size={13} className="collections-icon" aria-hidden />
          <span className="collections-name collections-field mono" title={node.index.name}>
            {node.index.fields.join(', ')}
          </span>
          {node.index.state === 'building' && <Badge>building</Badge>}
          {node.index.unique && (
            <Mark title="Unique">
              <Fingerprint size={12} />
            </Mark>
          )}
        </>
      );
  }
}

function FieldRow({ field }: { readonly field: FieldInfo }) {
  const type = typeText(field.type, field.nullable);
  const more = field.default === undefined ? '' : `, default ${defaultText(field.default)}`;
  return (
    <>
      <TypeGlyph type={field.type} />
      <span
        className="collections-name collections-field mono"
        title={`${field.name}: ${type}${more}`}
      >
        {field.name}
      </span>
      <span className="collections-type mono">{typeText(field.type)}</span>
      <span className="collections-marks">
        {!field.nullable && (
          <Mark title="Required">
            <Asterisk size={12} />
          </Mark>
        )}
        {field.unique && (
          <Mark title="Unique">
            <Fingerprint size={12} />
          </Mark>
        )}
        {field.indexed && !field.unique && (
          <Mark title="Indexed">
            <ListOrdered size={12} />
          </Mark>
        )}
        {field.references !== undefined && (
          <Mark title={`References ${field.references}`}>
            <Link2 size={12} />
          </Mark>
        )}
      </span>
    </>
  );
}

function Mark({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <span className="collections-mark" title={title}>
      {children}
      <span className="visually-hidden">{title}</span>
    </span>
  );
}

function defaultText(value: NonNullable<FieldInfo['default']>): string {
  return value.kind === 'now' ? 'now' : JSON.stringify(value.value);
}
