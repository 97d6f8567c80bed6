/* The types that a collection brings: its documents, their filters and orders, pages and groups. */
import { typeText } from '../binding/field-access.ts';
import type { CatalogShape, CollectionDefinition, FieldDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { type FilterOperatorInfo, filterOperators, operatorApplies } from '../filter-operators.ts';
import { relationsOf } from '../relations.ts';
import {
  aggregateType,
  dataType,
  edgeType,
  filterType,
  groupType,
  orderType,
  pageInfoType,
} from '../type-names.ts';
import { type FieldModel, field, type InputModel, inputs, type TypeModel } from './type-model.ts';

const idField: FieldDefinition = {
  name: 'id',
  type: { kind: 'scalar', name: 'Uuid' },
  nullable: false,
  unique: true,
  indexed: true,
};

/** Every type that belongs to one collection. */
export function collectionTypes(
  catalog: CatalogShape,
  collection: CollectionDefinition,
): readonly TypeModel[] {
  const { name } = collection;
  const fields = [idField, ...collection.fields];
  return [
    { kind: 'OBJECT', name, fields: documentFields(catalog, collection) },
    {
      kind: 'INPUT_OBJECT',
      name: filterType(name),
      inputFields: [
        ...combinators(filterType(name)),
        ...fields.map((each) => ({ name: each.name, type: operatorsType(each.type) })),
      ],
    },
    {
      kind: 'INPUT_OBJECT',
      name: orderType(name),
      inputFields: fields.map((each) => ({ name: each.name, type: '_Direction' })),
    },
    {
      kind: 'INPUT_OBJECT',
      name: dataType(name),
      inputFields: fields.map((each) => ({ name: each.name, type: typeText(each.type) })),
    },
    {
      kind: 'OBJECT',
      name: edgeType(name),
      fields: [field('cursor', 'String!'), field('node', `${name}!`)],
    },
    {
      kind: 'OBJECT',
      name: groupType(name),
      fields: [
        field('key', 'Any'),
        field('count', 'Int!'),
        field('aggregate', `${aggregateType}!`),
        field('nodes', `[${name}!]!`, { orderBy: `[${orderType(name)}!]`, limit: 'Int' }),
      ],
    },
  ];
}

/** Arguments of a list of documents. */
export function readArguments(collection: string): Readonly<Record<string, string>> {
  const filter = filterType(collection);
  return {
    where: filter,
    filter,
    orderBy: `[${orderType(collection)}!]`,
    limit: 'Int',
    offset: 'Int',
    skip: 'Int',
  };
}

function documentFields(
  catalog: CatalogShape,
  collection: CollectionDefinition,
): readonly FieldModel[] {
  const { name } = collection;
  const own = [idField, ...collection.fields].map((each) =>
    field(each.name, `${typeText(each.type)}${each.nullable ? '' : '!'}`),
  );
  const relations = relationsOf(catalog, collection).map((relation) =>
    relation.form === 'reference'
      ? field(relation.name, relation.collection)
      : field(relation.name, `[${relation.collection}!]!`, readArguments(relation.collection)),
  );
  const groupArguments = {
    field: 'String',
    fields: '[String!]',
    interval: '_Interval',
    timeZone: 'String',
    orderBy: 'Any',
    limit: 'Int',
    having: 'Any',
  };
  const parts = [
    field('edges', `[${edgeType(name)}!]!`, {}, 'The documents of a page, each with its cursor.'),
    field('pageInfo', `${pageInfoType}!`),
    field('totalCount', 'Int!', {}, 'How many documents `where` matches.'),
    field('aggregate', `${aggregateType}!`),
    field('groupBy', `[${groupType(name)}!]!`, groupArguments),
    field('lookup', '[_Document!]!', {
      collection: 'String!',
      localField: 'String!',
      foreignField: 'String!',
      where: 'Any',
      filter: 'Any',
      orderBy: 'Any',
      limit: 'Int',
      offset: 'Int',
    }),
    field('compute', 'Any', { expression: 'String!' }),
    field('_version', 'String!', {}, 'A digest of the whole document, for `ifVersion`.'),
    field('_score', 'Float'),
    field('_highlight', 'Any'),
  ];
  // A field of the collection hides what the language means by its name.
  const byName = new Map([...parts, ...relations, ...own].map((each) => [each.name, each]));
  return [...byName.values()];
}

function combinators(self: string): readonly InputModel[] {
  return inputs({ and: `[${self}!]`, or: `[${self}!]`, not: self });
}

/** The input type of the operators on fields of a type; open types take anything. */
function operatorsType(type: FieldType): string {
  const isOpen = type.kind === 'scalar' && (type.name === 'Object' || type.name === 'Any');
  if (isOpen) return 'Any';
  return type.kind === 'list' ? `_Operators_List_${scalarOf(type)}` : `_Operators_${type.name}`;
}

function scalarOf(type: FieldType): string {
  return type.kind === 'list' ? scalarOf(type.element) : type.name;
}

const scalars = ['String', 'Int', 'Float', 'Boolean', 'Uuid', 'DateTime'] as const;

/** The operators on fields of every type. */
export function operatorTypes(): readonly TypeModel[] {
  const plain = scalars.map((name): FieldType => ({ kind: 'scalar', name }));
  const lists = [...scalars, 'Object' as const, 'Any' as const].map(
    (name): FieldType => ({ kind: 'list', element: { kind: 'scalar', name } }),
  );
  return [...plain, ...lists].map((type) => ({
    kind: 'INPUT_OBJECT',
    name: operatorsType(type),
    inputFields: [
      ...combinators(operatorsType(type)),
      ...filterOperators
        .filter((info) => operatorApplies(info, type))
        .flatMap((info) =>
          [info.name, ...info.aliases].map((name) => ({
            name,
            type: operandType(info, type),
            description: info.meaning,
          })),
        ),
    ],
  }));
}

function operandType({ operand }: FilterOperatorInfo, type: FieldType): string {
  const text = typeText(type);
  const element = type.kind === 'list' ? typeText(type.element) : text;
  switch (operand) {
    case 'value':
      return text;
    case 'element':
      return element;
    case 'elements':
      return `[${element}]`;
    case 'values':
    case 'pair':
      return `[${text}]`;
    case 'text':
      return 'String';
    case 'true':
      return 'Boolean';
    case 'lengthFilter':
      return '_Operators_Int';
  }
}
