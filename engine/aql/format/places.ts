/*
 * What the syntax tree says about the tokens of a text: where items begin, what braces hold, which marks are
 * operators. The formatter asks by offset, and so needs no guesses about words.
 */
import type * as ast from '../syntax/ast.ts';

export interface Places {
  /** First tokens of what stands beside each other between brackets: fields, arguments, entries, statements … */
  readonly items: Set<number>;
  /** Braces that hold values. */
  readonly objects: Set<number>;
  /** Braces that hold selections. */
  readonly selections: Set<number>;
  /** Operators between two expressions: start → end. */
  readonly operators: Map<number, number>;
  /** Signs before an expression. */
  readonly signs: Set<number>;
  /** Descriptions of definitions. */
  readonly descriptions: Set<number>;
  /** Alterations that name the columns of an index. */
  readonly indexActions: Set<number>;
  /** The values of a handler's properties. */
  readonly properties: Set<number>;
}

/** The definitions must be free of syntax errors. */
export function placesOf(definitions: readonly ast.DefinitionNode[]): Places {
  const places: Places = {
    items: new Set(),
    objects: new Set(),
    selections: new Set(),
    operators: new Map(),
    signs: new Set(),
    descriptions: new Set(),
    indexActions: new Set(),
    properties: new Set(),
  };
  for (const node of definitions) {
    places.items.add(node.span.start);
    visitDefinition(places, node);
  }
  return places;
}

function visitDefinition(places: Places, node: ast.DefinitionNode): void {
  switch (node.kind) {
    case 'operation':
      for (const variable of node.variables) {
        places.items.add(variable.span.start);
        if (variable.defaultValue !== undefined) visitValue(places, variable.defaultValue);
        visitDirectives(places, variable.directives);
      }
      visitExecutable(places, node);
      break;
    case 'fragment':
      visitExecutable(places, node);
      break;
    case 'schema':
      for (const statement of node.statements) visitStatement(places, statement);
      break;
    case 'migrate':
      for (const version of node.versions) {
        places.items.add(version.span.start);
        for (const step of version.steps) visitStatement(places, step);
      }
      break;
    case 'unreadable':
      break;
  }
}

function visitExecutable(places: Places, node: ast.OperationNode | ast.FragmentNode): void {
  if (node.description !== undefined) places.descriptions.add(node.description.span.start);
  visitDirectives(places, node.directives);
  visitSelectionSet(places, node.selectionSet);
}

function visitSelectionSet(places: Places, node: ast.SelectionSetNode): void {
  places.selections.add(node.span.start);
  for (const selection of node.selections) {
    places.items.add(selection.span.start);
    visitDirectives(places, selection.directives);
    if (selection.kind === 'field') visitArguments(places, selection.arguments);
    if (selection.kind !== 'fragmentSpread' && selection.selectionSet !== undefined) {
      visitSelectionSet(places, selection.selectionSet);
    }
  }
}

function visitDirectives(places: Places, directives: readonly ast.DirectiveNode[]): void {
  for (const directive of directives) visitArguments(places, directive.arguments);
}

function visitArguments(places: Places, list: readonly ast.ArgumentNode[]): void {
  for (const argument of list) {
    places.items.add(argument.span.start);
    visitValue(places, argument.value);
  }
}

function visitValue(places: Places, node: ast.ValueNode): void {
  if (node.kind === 'list') {
    for (const item of node.items) {
      places.items.add(item.span.start);
      visitValue(places, item);
    }
  } else if (node.kind === 'object') {
    places.objects.add(node.span.start);
    for (const entry of node.entries) {
      places.items.add(entry.span.start);
      visitValue(places, entry.value);
    }
  }
}

function visitStatement(
  places: Places,
  node: ast.SchemaStatementNode | ast.MigrationStepNode,
): void {
  places.items.add(node.span.start);
  switch (node.kind) {
    case 'defineCollection':
      visitDirectives(places, node.directives);
      for (const field of node.fields) {
        places.items.add(field.span.start);
        visitField(places, field);
      }
      break;
    case 'alterCollection':
      for (const action of node.actions) visitAction(places, action);
      break;
    case 'defineHandler':
      places.properties.add(node.on.span.start).add(node.action.span.start);
      visitSelectionSet(places, node.action);
      break;
    case 'migrateData':
      for (const assignment of node.assignments) {
        places.items.add(assignment.span.start);
        visitExpression(places, assignment.expression);
        if (assignment.where !== undefined) visitValue(places, assignment.where);
      }
      break;
    case 'dropCollection':
    case 'dropHandler':
      break;
  }
}

function visitField(places: Places, field: ast.FieldDefinitionNode): void {
  if (field.defaultValue !== undefined) visitValue(places, field.defaultValue);
  visitDirectives(places, field.directives);
}

function visitAction(places: Places, action: ast.AlterActionNode): void {
  places.items.add(action.span.start);
  switch (action.kind) {
    case 'addField':
    case 'modifyField':
      visitField(places, action.field);
      break;
    case 'addIndex':
    case 'dropIndex':
      places.indexActions.add(action.span.start);
      for (const field of action.fields) places.items.add(field.span.start);
      break;
    case 'dropField':
    case 'renameField':
      break;
  }
}

function visitExpression(places: Places, node: ast.ExpressionNode): void {
  switch (node.kind) {
    case 'binary':
      places.operators.set(node.operatorSpan.start, node.operatorSpan.end);
      visitExpression(places, node.left);
      visitExpression(places, node.right);
      break;
    case 'negation':
      places.signs.add(node.span.start);
      visitExpression(places, node.operand);
      break;
    case 'number':
      // A sign that stands apart from its number. One that does not is part of the number's token.
      if (node.text.startsWith('-')) places.signs.add(node.span.start);
      break;
    case 'call':
    case 'expressionList':
      for (const item of node.kind === 'call' ? node.arguments : node.items) {
        places.items.add(item.span.start);
        visitExpression(places, item);
      }
      break;
    case 'expressionObject':
      places.objects.add(node.span.start);
      for (const entry of node.entries) {
        places.items.add(entry.span.start);
        visitExpression(places, entry.value);
      }
      break;
    default:
      break;
  }
}
