import type { BoundAlteration, CollectionDefinition, IndexDefinition } from '#engine/aql';
import { indexName } from '../catalog/index-plan.ts';

/** A collection's definition as it is after an action. */
export function alteredDefinition(
  definition: CollectionDefinition,
  action: BoundAlteration,
): CollectionDefinition {
  const { fields, indexes } = definition;
  switch (action.kind) {
    case 'addField':
      return action.isThere ? definition : { ...definition, fields: [...fields, action.field] };
    case 'dropField':
      return { ...definition, fields: fields.filter(({ name }) => name !== action.name) };
    case 'renameField': {
      const { from, to } = action;
      const renamed = (path: string): string => {
        const [first, ...inner] = path.split('.');
        return first === from ? [to, ...inner].join('.') : path;
      };
      return {
        ...definition,
        fields: fields.map((field) => (field.name === from ? { ...field, name: to } : field)),
        indexes: indexes.map((index) => ({ ...index, fields: index.fields.map(renamed) })),
      };
    }
    case 'modifyField':
      return {
        ...definition,
        fields: fields.map((field) => (field.name === action.field.name ? action.field : field)),
      };
    case 'addIndex':
      return action.isThere ? definition : { ...definition, indexes: [...indexes, action.index] };
    case 'dropIndex':
      return withoutIndex(definition, action);
  }
}

function withoutIndex(
  definition: CollectionDefinition,
  dropped: Pick<IndexDefinition, 'fields' | 'text'>,
): CollectionDefinition {
  const { fields, indexes } = definition;
  const kept = indexes.filter((index) => indexName(index) !== indexName(dropped));
  if (kept.length < indexes.length) return { ...definition, indexes: kept };
  return {
    ...definition,
    fields: fields.map((field) =>
      field.name === indexName(dropped) ? { ...field, indexed: false, unique: false } : field,
    ),
  };
}
