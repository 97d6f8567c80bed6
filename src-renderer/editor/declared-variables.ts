import {
  type DocumentNode,
  type FieldType,
  parse,
  type ScalarTypeName,
  statementAt,
} from '#engine/aql';

/*
 * The variables that a text declares, as a form needs them. Read from the syntax tree alone, so that the form is there
 * while the rest of the text is still wrong. The functions run in the language worker; the page takes the type only.
 */

export interface DeclaredVariable {
  readonly name: string;
  /** As it is written: `[Int!]!`. */
  readonly typeText: string;
  /** Absent for types that are no field types, such as filters: any JSON is taken. */
  readonly type: FieldType | undefined;
  /** True when a run needs a value for it. */
  readonly isRequired: boolean;
  /** True when null may be given. */
  readonly isNullable: boolean;
  /** The default as it is written; absent when there is none. */
  readonly defaultText: string | undefined;
}

type Definition = DocumentNode['definitions'][number]['node'];
type VariableNode = Extract<Definition, { kind: 'operation' }>['variables'][number];
type TypeNode = VariableNode['type'];

const scalarNames: Readonly<Record<string, ScalarTypeName>> = {
  String: 'String',
  Int: 'Int',
  Float: 'Float',
  Boolean: 'Boolean',
  Bool: 'Boolean',
  Uuid: 'Uuid',
  ID: 'Uuid',
  DateTime: 'DateTime',
  Object: 'Object',
  Any: 'Any',
};

/** The variables of the operation at a place of a text. */
export function variablesAt(text: string, offset: number): readonly DeclaredVariable[] {
  // Most texts declare none, and a long one need not be parsed for that at every move of the cursor.
  if (!text.includes('$')) return [];
  const statement = statementAt(text, offset);
  return statement === undefined ? [] : variablesOf(statement.runText);
}

/** The variables of all operations of a text, each name once. */
export function variablesOf(text: string): readonly DeclaredVariable[] {
  const declared = new Map<string, DeclaredVariable>();
  if (!text.includes('$')) return [];
  for (const { node } of parse(text).document.definitions) {
    if (node.kind !== 'operation') continue;
    for (const variable of node.variables) {
      const { value: name } = variable.name;
      if (!declared.has(name)) declared.set(name, declaredVariable(text, variable));
    }
  }
  return [...declared.values()];
}

function declaredVariable(text: string, node: VariableNode): DeclaredVariable {
  const { defaultValue, name, type } = node;
  return {
    name: name.value,
    typeText: text.slice(type.span.start, type.span.end),
    type: fieldTypeOf(type),
    isRequired: type.isRequired && defaultValue === undefined,
    isNullable: !type.isRequired,
    defaultText: defaultValue && text.slice(defaultValue.span.start, defaultValue.span.end),
  };
}

function fieldTypeOf(node: TypeNode): FieldType | undefined {
  if (node.kind === 'list') {
    const element = fieldTypeOf(node.element);
    return element && { kind: 'list', element };
  }
  const name = Object.hasOwn(scalarNames, node.name.value) && scalarNames[node.name.value];
  return name ? { kind: 'scalar', name } : undefined;
}
