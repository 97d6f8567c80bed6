/* Variables where they are used: declared, of a type that fits, and never null where null cannot stand. */
import type { BoundVariable, Operand } from '../bound.ts';
import type { Fix } from '../diagnostic.ts';
import type { FieldType } from '../field-type.ts';
import type { NameNode, OperationNode } from '../syntax/ast.ts';
import type { OperandPlace } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { typeText } from './field-access.ts';
import { insertingAt, replacing, suggestName } from './suggest.ts';
import { type ValueUse, withArticle } from './value-rules.ts';

/** The declaration of a variable that is used where `wanted` is needed; a finding when there is none. */
export function requireVariable(
  context: BindingContext,
  name: NameNode,
  wanted: string,
): BoundVariable | undefined {
  if (context.variables === undefined) {
    const message = `A variable cannot stand here: "$${name.value}".`;
    return report(context, name.span, { code: 'UndefinedVariable', message });
  }
  context.usedVariables.add(name.value);
  const variable = context.variables.get(name.value);
  if (variable !== undefined) return variable;
  if (context.operation === undefined) return unknownField(context, name);
  const suggestion = suggestName(name, context.variables.keys());
  const declaration = `$${name.value}: ${wanted}`;
  return report(context, name.span, {
    code: 'UndefinedVariable',
    message: `The variable "$${name.value}" is not declared.`,
    hint: suggestion.hint ?? `Declare it behind the operation's name: (${declaration}).`,
    fix: suggestion.fix ?? declaring(context.operation, declaration),
  });
}

/** In a handler, variables are the fields of the document that changed. */
function unknownField(context: BindingContext, name: NameNode): undefined {
  const known = context.variables?.keys() ?? [];
  return report(context, name.span, {
    code: 'UndefinedVariable',
    message: `The document that changed has no field for "$${name.value}".`,
    hint: 'In a handler, $_field stands for a field of that document, such as $_id.',
    ...suggestName(name, known),
  });
}

function declaring({ variables, name, span, selectionSet }: OperationNode, text: string): Fix {
  const title = `Declare ${text}`;
  const last = variables.at(-1);
  if (last !== undefined) return insertingAt(last.span.end, `, ${text}`, title);
  if (name !== undefined) return insertingAt(name.span.end, `(${text})`, title);
  const isShort = span.start === selectionSet.span.start;
  if (isShort) {
    return {
      title,
      edits: [{ span: { start: span.start, end: span.start }, text: `query(${text}) ` }],
    };
  }
  return insertingAt(selectionSet.span.start, `(${text}) `, title);
}

/** Binds a variable that stands for a value. */
export function bindVariable(
  context: BindingContext,
  name: NameNode,
  { type, use, place, isRequired = false }: OperandPlace,
): Operand | undefined {
  const wanted = `${typeText(type)}${isRequired ? '!' : ''}`;
  const variable = requireVariable(context, name, wanted);
  if (variable === undefined) return undefined;
  const operand: Operand = { kind: 'variable', name: name.value, span: name.span };
  const isOpen = type.kind === 'scalar' && (type.name === 'Any' || type.name === 'Object');
  // A type that does not exist was reported where the variable is declared.
  if (variable.type === undefined && (variable.input === undefined || isOpen)) return operand;
  if (variable.type === undefined || !variableFits(variable.type, type, use)) {
    return report(context, name.span, {
      code: 'TypeMismatch',
      message: `"$${name.value}" is declared as ${variable.typeText}, but ${place} needs ${withArticle(typeText(type))}.`,
      ...redeclaring(context, variable, wanted),
    });
  }
  if (isRequired && canBeNull(variable)) {
    return report(context, name.span, {
      code: 'TypeMismatch',
      message: `"$${name.value}" may be null, which ${place} cannot be.`,
      ...(isField(context)
        ? {
            hint: `Use a field that is never null, such as $_id, or define "${fieldOf(variable)}" as ${variable.typeText}! in a migration.`,
          }
        : {
            hint: `Declare it as $${name.value}: ${variable.typeText}!.`,
            fix: insertingAt(variable.typeSpan.end, '!', `Declare it as ${variable.typeText}!`),
          }),
    });
  }
  return operand;
}

/** Advice to declare a variable as another type; a field of a handler is declared by its collection. */
export function redeclaring(
  context: BindingContext,
  variable: BoundVariable,
  wanted: string,
): { readonly hint: string; readonly fix?: Fix } {
  if (isField(context)) {
    const field = `the field "${fieldOf(variable)}" of the document that changed`;
    return { hint: `It stands for ${field}. Use a field that is ${wanted}.` };
  }
  const { name, typeSpan } = variable;
  const declared = `$${name}: ${wanted}`;
  const fix = replacing(typeSpan, wanted, `Declare it as ${declared}`);
  return { hint: `Declare it as ${declared}.`, fix };
}

/** True in a handler, where variables are the fields of the document that changed. */
function isField({ operation }: BindingContext): boolean {
  return operation === undefined;
}

function fieldOf({ name }: BoundVariable): string {
  return name.slice(1);
}

/** As GraphQL has it, a default makes a nullable variable good for a place that needs a value. */
function canBeNull({ nullable, defaultValue }: BoundVariable): boolean {
  return nullable && (defaultValue === undefined || defaultValue === null);
}

function variableFits(declared: FieldType, wanted: FieldType, use: ValueUse): boolean {
  if (wanted.kind === 'list') {
    if (declared.kind === 'list') return variableFits(declared.element, wanted.element, use);
    return declared.name === 'Any';
  }
  if (wanted.name === 'Any') return true;
  if (declared.kind === 'list') return false;
  if (declared.name === wanted.name || declared.name === 'Any') return true;
  const texts = ['String', 'Uuid', 'DateTime'];
  if (texts.includes(declared.name) && texts.includes(wanted.name)) return true;
  if (declared.name === 'Int' && wanted.name === 'Float') return true;
  return use === 'filter' && declared.name === 'Float' && wanted.name === 'Int';
}
