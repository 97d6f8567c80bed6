/* Random executable documents as graphql-js's own syntax trees, to be printed and read by both parsers. */
import fc, { type Arbitrary } from 'fast-check';
import {
  type ArgumentNode,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstObjectFieldNode,
  type ConstValueNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type StringValueNode,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { everyWord } from '../aql/testdata/sample-texts.ts';

const word: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...everyWord),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
);

const name: Arbitrary<NameNode> = word.map((value) => ({ kind: Kind.NAME, value }));
const fragmentName: Arbitrary<NameNode> = name.filter(({ value }) => value !== 'on');
const namedType: Arbitrary<NamedTypeNode> = name.map((each) => ({
  kind: Kind.NAMED_TYPE,
  name: each,
}));

/** Texts with everything that strings treat specially, halves of surrogate pairs left out. */
const stringText: Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        '"""',
        '\\',
        '\n',
        '\r',
        '\t',
        '\b',
        '\u0000',
        '\u007f',
        '\ufeff',
        ' ',
        '  ',
        '#',
        ',',
        '😀',
        'é',
        '\u2028',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => !/\p{Surrogate}/u.test(text));

/** A block string holds no carriage returns: they end lines, and the value has line feeds. */
const string: Arbitrary<StringValueNode> = fc
  .record({ value: stringText, block: fc.boolean() })
  .map(({ value, block }) => ({ kind: Kind.STRING, value, block: block && isBlockText(value) }));

function isBlockText(value: string): boolean {
  const lines = value.split('\n');
  const isBlank = (line: string | undefined): boolean => /^[\t ]*$/.test(line ?? '');
  return (
    !value.includes('\r') && !isBlank(lines[0]) && !isBlank(lines.at(-1)) && !/^[\t ]/.test(value)
  );
}

const digits = fc.stringMatching(/^[0-9]{1,6}$/);
const whole = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})$/);
const scalar: Arbitrary<ConstValueNode> = fc.oneof(
  whole.map((value): ConstValueNode => ({ kind: Kind.INT, value })),
  fc
    .tuple(whole, fc.option(digits), fc.option(fc.stringMatching(/^[eE][+-]?[0-9]{1,4}$/)))
    .map(([first, fraction, exponent]): ConstValueNode => {
      const tail =
        fraction === null && exponent === null
          ? '.0'
          : `${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`;
      return { kind: Kind.FLOAT, value: first + tail };
    }),
  string,
  fc.boolean().map((value): ConstValueNode => ({ kind: Kind.BOOLEAN, value })),
  fc.constant<ConstValueNode>({ kind: Kind.NULL }),
  word
    .filter((value) => !['true', 'false', 'null'].includes(value))
    .map((value): ConstValueNode => ({ kind: Kind.ENUM, value })),
);

const variable: Arbitrary<ValueNode> = name.map((each) => ({ kind: Kind.VARIABLE, name: each }));

function nested(leaf: Arbitrary<ValueNode>): Arbitrary<ValueNode> {
  return fc.letrec<{ value: ValueNode }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc
        .array(tie('value'), { maxLength: 3 })
        .map((values): ValueNode => ({ kind: Kind.LIST, values })),
      fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map(
        (entries): ValueNode => ({
          kind: Kind.OBJECT,
          fields: entries.map(([key, value]) => ({ kind: Kind.OBJECT_FIELD, name: key, value })),
        }),
      ),
    ),
  })).value;
}

const value = nested(fc.oneof(scalar, variable));
const constant = nested(scalar);

function argumentsOf(of: Arbitrary<ValueNode>): Arbitrary<ArgumentNode[]> {
  return fc.array(
    fc.tuple(name, of).map(
      ([each, given]): ArgumentNode => ({
        kind: Kind.ARGUMENT,
        name: each,
        value: given,
      }),
    ),
    { maxLength: 2 },
  );
}

function directivesOf(of: Arbitrary<ValueNode>): Arbitrary<DirectiveNode[]> {
  return fc.array(
    fc.tuple(name, argumentsOf(of)).map(
      ([each, given]): DirectiveNode => ({
        kind: Kind.DIRECTIVE,
        name: each,
        arguments: given,
      }),
    ),
    { maxLength: 2 },
  );
}

const directives = directivesOf(value);

const type: Arbitrary<TypeNode> = fc.letrec<{ type: TypeNode; plain: TypeNode }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    namedType,
    tie('type').map((element): TypeNode => ({ kind: Kind.LIST_TYPE, type: element })),
  ),
  type: fc.tuple(tie('plain'), fc.boolean()).map(([plain, isRequired]): TypeNode => {
    if (!isRequired || plain.kind === Kind.NON_NULL_TYPE) return plain;
    return { kind: Kind.NON_NULL_TYPE, type: plain };
  }),
})).type;

const selectionSet: Arbitrary<SelectionSetNode> = fc.letrec<{
  set: SelectionSetNode;
  selection: SelectionNode;
}>((tie) => ({
  set: fc
    .array(tie('selection'), { minLength: 1, maxLength: 3 })
    .map((selections): SelectionSetNode => ({ kind: Kind.SELECTION_SET, selections })),
  selection: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ alias: fc.option(name), name, arguments: argumentsOf(value), directives }).map(
      ({ alias, ...rest }): SelectionNode => ({
        kind: Kind.FIELD,
        ...rest,
        ...(alias && { alias }),
      }),
    ),
    fc
      .record({ name: fragmentName, directives })
      .map((rest): SelectionNode => ({ kind: Kind.FRAGMENT_SPREAD, ...rest })),
    fc
      .record({ name, directives, selectionSet: tie('set') })
      .map((rest): SelectionNode => ({ kind: Kind.FIELD, ...rest })),
    fc.record({ typeCondition: fc.option(namedType), directives, selectionSet: tie('set') }).map(
      ({ typeCondition, ...rest }): SelectionNode => ({
        kind: Kind.INLINE_FRAGMENT,
        ...rest,
        ...(typeCondition && { typeCondition }),
      }),
    ),
  ),
})).set;

const variableDefinition: Arbitrary<VariableDefinitionNode> = fc
  .record({
    description: fc.option(string),
    name,
    type,
    defaultValue: fc.option(constant),
    directives: directivesOf(constant),
  })
  .map(({ description, name: named, type: given, defaultValue, directives: list }) => ({
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: named },
    type: given,
    ...(description && { description }),
    ...(defaultValue && { defaultValue: asConstant(defaultValue) }),
    directives: list.map(asConstantDirective),
  }));

/** The type of constants is narrower; what the generator makes without variables fits it. */
function asConstant(node: ValueNode): ConstValueNode {
  switch (node.kind) {
    case Kind.VARIABLE:
      throw new Error('A constant holds a variable.');
    case Kind.LIST:
      return { kind: Kind.LIST, values: node.values.map(asConstant) };
    case Kind.OBJECT: {
      const fields = node.fields.map(
        (each): ConstObjectFieldNode => ({
          kind: Kind.OBJECT_FIELD,
          name: each.name,
          value: asConstant(each.value),
        }),
      );
      return { kind: Kind.OBJECT, fields };
    }
    default:
      return node;
  }
}

function asConstantDirective(node: DirectiveNode): ConstDirectiveNode {
  const given = (node.arguments ?? []).map(
    (each): ConstArgumentNode => ({
      kind: Kind.ARGUMENT,
      name: each.name,
      value: asConstant(each.value),
    }),
  );
  return { kind: Kind.DIRECTIVE, name: node.name, arguments: given };
}

const definition: Arbitrary<DefinitionNode> = fc.oneof(
  fc
    .record({
      description: fc.option(string),
      operation: fc.constantFrom(...Object.values(OperationTypeNode)),
      name: fc.option(name),
      variableDefinitions: fc.array(variableDefinition, { maxLength: 3 }),
      directives,
      selectionSet,
    })
    .map(
      ({ description, name: named, ...rest }): DefinitionNode => ({
        kind: Kind.OPERATION_DEFINITION,
        ...rest,
        ...(description && { description }),
        ...(named && { name: named }),
      }),
    ),
  fc
    .record({
      description: fc.option(string),
      name: fragmentName,
      typeCondition: namedType,
      directives,
      selectionSet,
    })
    .map(
      ({ description, ...rest }): DefinitionNode => ({
        kind: Kind.FRAGMENT_DEFINITION,
        ...rest,
        ...(description && { description }),
      }),
    ),
);

/** Documents of one to three definitions. */
export const graphQlDocuments: Arbitrary<DocumentNode> = fc
  .array(definition, { minLength: 1, maxLength: 3 })
  .map((definitions) => ({ kind: Kind.DOCUMENT, definitions }));
