/*
 * One shape for two syntax trees: graphql-js's without its tokens, and ours turned into the same. Places are part of
 * it wherever both trees know them.
 */
import { type ASTNode, Kind } from 'graphql';
import type { DocumentNode } from '#engine/aql';
import type * as ast from '../aql/syntax/ast.ts';

export interface Tree {
  readonly kind: string;
  readonly place?: readonly [start: number, end: number] | undefined;
  readonly [part: string]: unknown;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** graphql-js's tree. `seen` collects the kinds it holds. */
export function treeOfGraphQl(node: ASTNode, seen: Set<string>): Tree {
  seen.add(node.kind);
  const parts: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'kind' || key === 'loc' || value === undefined) continue;
    parts[key] = Array.isArray(value)
      ? value.map((each: ASTNode) => treeOfGraphQl(each, seen))
      : isNode(value)
        ? treeOfGraphQl(value, seen)
        : value;
  }
  // Ours does not keep where these begin or end.
  if (node.kind === Kind.DOCUMENT) return { kind: node.kind, ...parts };
  if (node.kind === Kind.VARIABLE_DEFINITION) parts['variable'] = withoutPlace(parts['variable']);
  if (node.kind === Kind.NON_NULL_TYPE && node.type.kind === Kind.LIST_TYPE) {
    parts['type'] = withoutPlace(parts['type']);
  }
  return { kind: node.kind, ...parts, place: node.loc && [node.loc.start, node.loc.end] };
}

function withoutPlace(part: unknown): unknown {
  return typeof part === 'object' && part !== null ? { ...part, place: undefined } : part;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Our tree in graphql-js's shape. */
export function treeOfAql(document: DocumentNode, text: string): Tree {
  const reader = new TreeReader(text);
  return {
    kind: Kind.DOCUMENT,
    definitions: document.definitions.map(({ node }) => reader.definition(node)),
  };
}

function placeOf(span: Place): readonly [number, number] {
  return [span.start, span.end];
}

class TreeReader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  definition(node: ast.DefinitionNode): Tree {
    if (node.kind !== 'operation' && node.kind !== 'fragment') {
      return { kind: `Aql:${node.kind}`, place: placeOf(node.span) };
    }
    const shared = {
      ...this.#description(node.description),
      ...(node.name && { name: name(node.name) }),
      directives: this.#directives(node.directives),
      selectionSet: this.#selectionSet(node.selectionSet),
      place: placeOf(node.span),
    };
    if (node.kind === 'fragment') {
      const typeCondition = namedType(node.typeCondition);
      return { kind: Kind.FRAGMENT_DEFINITION, ...shared, typeCondition };
    }
    return {
      kind: Kind.OPERATION_DEFINITION,
      ...shared,
      operation: node.operation,
      variableDefinitions: node.variables.map((each) => this.#variableDefinition(each)),
    };
  }

  #description(node: ast.DescriptionNode | undefined): { description?: Tree } {
    return node === undefined ? {} : { description: this.#string(node) };
  }

  #string({ value, span }: ast.DescriptionNode): Tree {
    const block = this.#text.startsWith('"""', span.start);
    return { kind: Kind.STRING, value, block, place: placeOf(span) };
  }

  #variableDefinition(node: ast.VariableDefinitionNode): Tree {
    return {
      kind: Kind.VARIABLE_DEFINITION,
      ...this.#description(node.description),
      variable: { kind: Kind.VARIABLE, name: name(node.name), place: undefined },
      type: type(node.type),
      ...(node.defaultValue && { defaultValue: this.#value(node.defaultValue) }),
      directives: this.#directives(node.directives),
      place: placeOf(node.span),
    };
  }

  #selectionSet(node: ast.SelectionSetNode): Tree {
    const selections = node.selections.map((each) => this.#selection(each));
    return { kind: Kind.SELECTION_SET, selections, place: placeOf(node.span) };
  }

  #selection(node: ast.SelectionNode): Tree {
    const directives = this.#directives(node.directives);
    const place = placeOf(node.span);
    switch (node.kind) {
      case 'fragmentSpread':
        return { kind: Kind.FRAGMENT_SPREAD, name: name(node.name), directives, place };
      case 'inlineFragment':
        return {
          kind: Kind.INLINE_FRAGMENT,
          ...(node.typeCondition && { typeCondition: namedType(node.typeCondition) }),
          directives,
          selectionSet: this.#selectionSet(node.selectionSet),
          place,
        };
      case 'field':
        return {
          kind: Kind.FIELD,
          ...(node.alias && { alias: name(node.alias) }),
          name: name(node.name),
          arguments: this.#arguments(node.arguments),
          directives,
          ...(node.selectionSet && { selectionSet: this.#selectionSet(node.selectionSet) }),
          place,
        };
    }
  }

  #arguments(list: readonly ast.ArgumentNode[]): Tree[] {
    return list.map((each) => ({
      kind: Kind.ARGUMENT,
      name: name(each.name),
      value: this.#value(each.value),
      place: placeOf(each.span),
    }));
  }

  #directives(list: readonly ast.DirectiveNode[]): Tree[] {
    return list.map((each) => ({
      kind: Kind.DIRECTIVE,
      name: name(each.name),
      arguments: this.#arguments(each.arguments),
      place: placeOf(each.span),
    }));
  }

  #value(node: ast.ValueNode): Tree {
    const place = placeOf(node.span);
    switch (node.kind) {
      case 'variable':
        return { kind: Kind.VARIABLE, name: name(node.name), place };
      case 'number': {
        const kind = /^-?[0-9]+$/.test(node.text) ? Kind.INT : Kind.FLOAT;
        return { kind, value: node.text, place };
      }
      case 'string':
        return this.#string(node);
      case 'boolean':
        return { kind: Kind.BOOLEAN, value: node.value, place };
      case 'null':
        return { kind: Kind.NULL, place };
      case 'enum':
        return { kind: Kind.ENUM, value: node.value, place };
      case 'list':
        return { kind: Kind.LIST, values: node.items.map((each) => this.#value(each)), place };
      case 'object': {
        const fields = node.entries.map((each) => ({
          kind: Kind.OBJECT_FIELD,
          name: name(each.key),
          value: this.#value(each.value),
          place: placeOf(each.span),
        }));
        return { kind: Kind.OBJECT, fields, place };
      }
    }
  }
}

function name({ value, span }: ast.NameNode): Tree {
  return { kind: Kind.NAME, value, place: placeOf(span) };
}

function namedType(node: ast.NameNode): Tree {
  return { kind: Kind.NAMED_TYPE, name: name(node), place: placeOf(node.span) };
}

function type(node: ast.TypeNode): Tree {
  const place = placeOf(node.span);
  if (node.kind === 'named') {
    const named = namedType(node.name);
    return node.isRequired ? { kind: Kind.NON_NULL_TYPE, type: named, place } : named;
  }
  const element = type(node.element);
  if (!node.isRequired) return { kind: Kind.LIST_TYPE, type: element, place };
  const list = { kind: Kind.LIST_TYPE, type: element, place: undefined };
  return { kind: Kind.NON_NULL_TYPE, type: list, place };
}
