/* Answers `__schema` and `__type` from a schema: describing nodes are made as far as a selection asks for them. */
import { typeText } from '../binding/field-access.ts';
import type { BoundMetaField } from '../bound.ts';
import type { CatalogShape } from '../catalog-shape.ts';
import type { JsonValue } from '../field-type.ts';
import { schemaModel } from './schema-model.ts';
import type {
  DirectiveModel,
  FieldModel,
  InputModel,
  SchemaModel,
  TypeModel,
} from './type-model.ts';

/** A describing node: its type and, by field, what it says. */
interface MetaNode {
  readonly typeName: string;
  readonly read: Readonly<Record<string, () => MetaValue>>;
}

type MetaValue = JsonValue | MetaNode | readonly MetaNode[];

export interface IntrospectionOptions {
  /** Nodes that one answer may hold: types lead to each other, and selections can go round in circles. */
  readonly nodesMax: number;
  /** Called instead of going beyond; must throw. */
  readonly onExceeded: () => never;
}

/**
 * The value of a root field of introspection.
 * @param typeName What `__type` asks for; `undefined` for `__schema`.
 */
export function answerIntrospection(
  root: BoundMetaField,
  typeName: string | undefined,
  catalog: CatalogShape,
  options: IntrospectionOptions,
): JsonValue {
  const schema = schemaModel(catalog);
  const answer = new Answer(options);
  if (root.name === '__schema') return answer.node(schemaNode(schema, catalog), root.selection);
  const type = schema.types.get(typeName ?? '');
  return type === undefined ? null : answer.node(namedNode(schema, type), root.selection);
}

class Answer {
  readonly #options: IntrospectionOptions;
  #nodeCount = 0;

  constructor(options: IntrospectionOptions) {
    this.#options = options;
  }

  node(node: MetaNode, selection: readonly BoundMetaField[] = []): JsonValue {
    this.#nodeCount += 1;
    if (this.#nodeCount > this.#options.nodesMax) this.#options.onExceeded();
    return Object.fromEntries(
      selection.map((each): [string, JsonValue] => [each.responseKey, this.#value(node, each)]),
    );
  }

  #value(node: MetaNode, field: BoundMetaField): JsonValue {
    if (field.name === '__typename') return node.typeName;
    const value = node.read[field.name]?.() ?? null;
    if (field.selection === undefined) return isPlain(value) ? value : null;
    if (isNode(value)) return this.node(value, field.selection);
    if (!Array.isArray(value)) return null;
    return value.filter(isNode).map((item) => this.node(item, field.selection));
  }
}

function isNode(value: MetaValue | undefined): value is MetaNode {
  return typeof value === 'object' && value !== null && 'read' in value;
}

function isPlain(value: MetaValue): value is JsonValue {
  return !isNode(value) && !(Array.isArray(value) && value.some(isNode));
}

function schemaNode(schema: SchemaModel, catalog: CatalogShape): MetaNode {
  const named = (name: string) => (): MetaValue => typeNode(schema, name);
  return {
    typeName: '__Schema',
    read: {
      description: () => null,
      types: () => [...schema.types.values()].map((type) => namedNode(schema, type)),
      queryType: named('Query'),
      mutationType: named('Mutation'),
      subscriptionType: named('Subscription'),
      directives: () => schema.directives.map((each) => directiveNode(schema, each)),
      collections: () => catalog.collections.map((each) => collectionNode(each)),
    },
  };
}

/** The node of a type's text: wrappers around a named type. */
function typeNode(schema: SchemaModel, text: string): MetaNode {
  if (text.endsWith('!')) return wrapperNode(schema, 'NON_NULL', text.slice(0, -1));
  if (text.startsWith('[')) return wrapperNode(schema, 'LIST', text.slice(1, -1));
  const type = schema.types.get(text);
  if (type === undefined) throw new RangeError(`the schema has no type ${text}`);
  return namedNode(schema, type);
}

function wrapperNode(schema: SchemaModel, kind: 'LIST' | 'NON_NULL', inner: string): MetaNode {
  return {
    typeName: '__Type',
    read: { kind: () => kind, ofType: () => typeNode(schema, inner) },
  };
}

function namedNode(schema: SchemaModel, type: TypeModel): MetaNode {
  const { kind, name, description } = type;
  return {
    typeName: '__Type',
    read: {
      kind: () => kind,
      name: () => name,
      description: () => description ?? null,
      fields: () => (kind === 'OBJECT' ? type.fields.map((each) => fieldNode(schema, each)) : null),
      interfaces: () => (kind === 'OBJECT' ? [] : null),
      enumValues: () => (kind === 'ENUM' ? type.values.map(enumNode) : null),
      inputFields: () =>
        kind === 'INPUT_OBJECT' ? type.inputFields.map((each) => inputNode(schema, each)) : null,
      isOneOf: () => (kind === 'INPUT_OBJECT' ? false : null),
    },
  };
}

const notDeprecated = { isDeprecated: () => false, deprecationReason: () => null };

function fieldNode(schema: SchemaModel, field: FieldModel): MetaNode {
  return {
    typeName: '__Field',
    read: {
      name: () => field.name,
      description: () => field.description ?? null,
      args: () => field.args.map((each) => inputNode(schema, each)),
      type: () => typeNode(schema, field.type),
      ...notDeprecated,
    },
  };
}

function inputNode(schema: SchemaModel, input: InputModel): MetaNode {
  return {
    typeName: '__InputValue',
    read: {
      name: () => input.name,
      description: () => input.description ?? null,
      type: () => typeNode(schema, input.type),
      defaultValue: () => null,
      ...notDeprecated,
    },
  };
}

function enumNode(name: string): MetaNode {
  return {
    typeName: '__EnumValue',
    read: { name: () => name, description: () => null, ...notDeprecated },
  };
}

function directiveNode(schema: SchemaModel, directive: DirectiveModel): MetaNode {
  return {
    typeName: '__Directive',
    read: {
      name: () => directive.name,
      description: () => directive.description,
      isRepeatable: () => false,
      locations: () => directive.locations,
      args: () => directive.args.map((each) => inputNode(schema, each)),
    },
  };
}

function collectionNode({ name, open, fields }: CatalogShape['collections'][number]): MetaNode {
  const id = { name: 'id', type: 'Uuid', required: true, indexed: true, unique: true };
  const described = fields.map((each) => ({
    name: each.name,
    type: typeText(each.type),
    required: !each.nullable,
    indexed: each.indexed,
    unique: each.unique,
    references: each.references ?? null,
  }));
  return {
    typeName: '__Collection',
    read: {
      name: () => name,
      open: () => open,
      fields: () =>
        [{ ...id, references: null }, ...described].map((each) => ({
          typeName: '__CollectionField',
          read: Object.fromEntries(
            Object.entries(each).map(([key, value]): [string, () => JsonValue] => [
              key,
              () => value,
            ]),
          ),
        })),
    },
  };
}
