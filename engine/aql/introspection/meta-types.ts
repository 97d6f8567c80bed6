/*
 * The types that describe types: GraphQL's introspection (October 2021 specification and the additions that
 * graphql-js asks for), and `__schema { collections { … } }`, which is AQL's own.
 */

/** A field of a describing type. */
interface MetaField {
  /** Its type as GraphQL writes it. */
  readonly typeText: string;
  /** The describing type that it gives; absent for plain values. */
  readonly type?: string;
  /** True when it takes `includeDeprecated`, which changes nothing: nothing here is ever deprecated. */
  readonly hasDeprecated?: boolean;
}

type MetaFields = Readonly<Record<string, MetaField>>;

/** Enumerations of describing types, whose values are plain. */
export const metaEnums: Readonly<Record<string, readonly string[]>> = {
  __TypeKind: [
    'SCALAR',
    'OBJECT',
    'INTERFACE',
    'UNION',
    'ENUM',
    'INPUT_OBJECT',
    'LIST',
    'NON_NULL',
  ],
  __DirectiveLocation: [
    'QUERY',
    'MUTATION',
    'SUBSCRIPTION',
    'FIELD',
    'FRAGMENT_DEFINITION',
    'FRAGMENT_SPREAD',
    'INLINE_FRAGMENT',
    'VARIABLE_DEFINITION',
  ],
};

/** Types beyond GraphQL's own, which tools would stumble over; they answer and do not show themselves. */
export const ownMetaTypes: ReadonlySet<string> = new Set(['__Collection', '__CollectionField']);

const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  __Schema: {
    description: 'String',
    types: '[__Type!]!',
    queryType: '__Type!',
    mutationType: '__Type',
    subscriptionType: '__Type',
    directives: '[__Directive!]!',
    collections: '[__Collection!]!',
  },
  __Type: {
    kind: '__TypeKind!',
    name: 'String',
    description: 'String',
    specifiedByURL: 'String',
    fields: '[__Field!]',
    interfaces: '[__Type!]',
    possibleTypes: '[__Type!]',
    enumValues: '[__EnumValue!]',
    inputFields: '[__InputValue!]',
    ofType: '__Type',
    isOneOf: 'Boolean',
  },
  __Field: {
    name: 'String!',
    description: 'String',
    args: '[__InputValue!]!',
    type: '__Type!',
    isDeprecated: 'Boolean!',
    deprecationReason: 'String',
  },
  __InputValue: {
    name: 'String!',
    description: 'String',
    type: '__Type!',
    defaultValue: 'String',
    isDeprecated: 'Boolean!',
    deprecationReason: 'String',
  },
  __EnumValue: {
    name: 'String!',
    description: 'String',
    isDeprecated: 'Boolean!',
    deprecationReason: 'String',
  },
  __Directive: {
    name: 'String!',
    description: 'String',
    isRepeatable: 'Boolean!',
    locations: '[__DirectiveLocation!]!',
    args: '[__InputValue!]!',
  },
  __Collection: { name: 'String!', open: 'Boolean!', fields: '[__CollectionField!]!' },
  __CollectionField: {
    name: 'String!',
    type: 'String!',
    required: 'Boolean!',
    indexed: 'Boolean!',
    unique: 'Boolean!',
    references: 'String',
  },
};

function metaField(name: string, typeText: string, owner: string): MetaField {
  const bare = typeText.replaceAll(/[[\]!]/g, '');
  const isNode = Object.hasOwn(texts, bare);
  const isOwn = ownMetaTypes.has(owner);
  const hasDeprecated = !isOwn && ['fields', 'args', 'enumValues', 'inputFields'].includes(name);
  return {
    typeText,
    ...(isNode ? { type: bare } : {}),
    ...(hasDeprecated ? { hasDeprecated } : {}),
  };
}

/** The fields of each describing type, by its name. */
export const metaTypes: ReadonlyMap<string, MetaFields> = new Map(
  Object.entries(texts).map(([owner, fields]): [string, MetaFields] => [
    owner,
    Object.fromEntries(
      Object.entries(fields).map(([name, text]) => [name, metaField(name, text, owner)]),
    ),
  ]),
);
