import type { ValidationRules } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import type { ArgumentNode, DirectiveNode } from '../syntax/ast.ts';
import { bindArguments } from './bind-arguments.ts';
import { type BindingContext, report } from './binding-context.ts';
import { typeText } from './field-access.ts';
import { suggestName } from './suggest.ts';
import { withArticle } from './value-rules.ts';

const formats = ['EMAIL', 'URL', 'UUID', 'DATE', 'DATETIME'] as const;

/** Binds `@validate(…)`. */
export function bindValidationRules(
  context: BindingContext,
  directive: DirectiveNode | undefined,
  type: FieldType,
): ValidationRules | undefined {
  if (directive === undefined) return undefined;
  const known = { min: [], max: [], minLength: [], maxLength: [], pattern: [], format: [] };
  const given = bindArguments(context, directive.arguments, {
    owner: '"@validate"',
    known,
  });
  const rules: { -readonly [Key in keyof ValidationRules]: ValidationRules[Key] } = {};
  for (const name of ['min', 'max'] as const) {
    const value = numberOf(context, given.get(name), type, ['Int', 'Float'], false);
    if (value !== undefined) rules[name] = value;
  }
  for (const name of ['minLength', 'maxLength'] as const) {
    const value = numberOf(context, given.get(name), type, ['String'], true);
    if (value !== undefined) rules[name] = value;
  }
  const pattern = textOf(context, given.get('pattern'), type);
  if (pattern !== undefined) rules.pattern = pattern;
  const format = textOf(context, given.get('format'), type);
  if (format !== undefined) {
    const found = formats.find((each) => each === format.toUpperCase());
    if (found !== undefined) rules.format = found;
    else {
      const { span } = given.get('format')?.value ?? directive;
      const suggestion = suggestName({ value: format, span }, formats);
      const hint = suggestion.hint ?? `Formats: ${formats.join(', ')}.`;
      const message = `There is no format ${format}.`;
      report(context, span, { ...suggestion, code: 'InvalidValue', message, hint });
    }
  }
  return rules;
}

function fits(
  context: BindingContext,
  argument: ArgumentNode,
  type: FieldType,
  names: readonly string[],
): boolean {
  const element = type.kind === 'list' ? type.element : type;
  if (names.includes(typeText(element)) || (type.kind === 'list' && names.includes('String'))) {
    return true;
  }
  const message = `"${argument.name.value}" is a rule of ${names.join(' and ')} fields, not of ${withArticle(typeText(type))}.`;
  report(context, argument.name.span, { code: 'TypeMismatch', message });
  return false;
}

function numberOf(
  context: BindingContext,
  argument: ArgumentNode | undefined,
  type: FieldType,
  names: readonly string[],
  isCount: boolean,
): number | undefined {
  if (argument === undefined || !fits(context, argument, type, names)) return undefined;
  const { value } = argument;
  const number = value.kind === 'number' ? Number(value.text) : Number.NaN;
  const isGood = Number.isFinite(number) && (!isCount || (Number.isInteger(number) && number >= 0));
  if (isGood) return number;
  const what = isCount ? 'a whole number, 0 or more' : 'a number';
  const message = `"${argument.name.value}" is ${what}.`;
  return report(context, value.span, { code: 'TypeMismatch', message });
}

function textOf(
  context: BindingContext,
  argument: ArgumentNode | undefined,
  type: FieldType,
): string | undefined {
  if (argument === undefined || !fits(context, argument, type, ['String'])) return undefined;
  const { value, name } = argument;
  if (value.kind === 'string') return value.value;
  if (value.kind === 'enum' && name.value === 'format') return value.value;
  const message = `"${name.value}" is a text in quotes.`;
  return report(context, value.span, { code: 'TypeMismatch', message });
}
