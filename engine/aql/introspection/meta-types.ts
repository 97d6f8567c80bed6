/*
 * The types that describe types: GraphQL's introspection (October 2021 specification and the additions that
 * graphql-js asks for), and `__schema { collections { … } }`, which is AQL's own.
 */

/** A field of a describing type. */
interface MetaField {
  /** The describing type that it gives; absent for plain values. */
  readonly type?: string;
  /** True when it takes `includeDeprecated`, which changes nothing: nothing here is ever deprecated. */
  readonly hasDeprecated?: boolean;
}

type MetaFields = Readonly<Record<string, MetaField>>;

const plain: MetaField = {};

const entries: readonly (readonly [string, MetaFields])[] = [
  [
    '__Schema',
    {
      description: plain,
      types: { type: '__Type' },
      queryType: { type: '__Type' },
      mutationType: { type: '__Type' },
      subscriptionType: { type: '__Type' },
      directives: { type: '__Directive' },
      collections: { type: '__Collection' },
    },
  ],
  [
    '__Type',
    {
      kind: plain,
      name: plain,
      description: plain,
      specifiedByURL: plain,
      fields: { type: '__Field', hasDeprecated: true },
      interfaces: { type: '__Type' },
      possibleTypes: { type: '__Type' },
      enumValues: { type: '__EnumValue', hasDeprecated: true },
      inputFields: { type: '__InputValue', hasDeprecated: true },
      ofType: { type: '__Type' },
      isOneOf: plain,
    },
  ],
  [
    '__Field',
    {
      name: plain,
      description: plain,
      args: { type: '__InputValue', hasDeprecated: true },
      type: { type: '__Type' },
      isDeprecated: plain,
      deprecationReason: plain,
    },
  ],
  [
    '__InputValue',
    {
      name: plain,
      description: plain,
      type: { type: '__Type' },
      defaultValue: plain,
      isDeprecated: plain,
      deprecationReason: plain,
    },
  ],
  [
    '__EnumValue',
    { name: plain, description: plain, isDeprecated: plain, deprecationReason: plain },
  ],
  [
    '__Directive',
    {
      name: plain,
      description: plain,
      isRepeatable: plain,
      locations: plain,
      args: { type: '__InputValue', hasDeprecated: true },
    },
  ],
  ['__Collection', { name: plain, open: plain, fields: { type: '__CollectionField' } }],
  [
    '__CollectionField',
    { name: plain, type: plain, required: plain, indexed: plain, unique: plain, references: plain },
  ],
];

/** The fields of each describing type, by its name. */
export const metaTypes: ReadonlyMap<string, MetaFields> = new Map(entries);
