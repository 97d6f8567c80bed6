import { didYouMean } from '../nearest-name.ts';
import type { ArgumentNode, DirectiveNode, ValueNode } from '../syntax/ast.ts';
import {
  type BindingContext,
  report,
  reportDuplicates,
  reportNotExecutable,
} from './binding-context.ts';

/** The arguments that a field takes: canonical name → other spellings. */
export interface ArgumentTable {
  /** What messages call the owner: `"users"`, `"update"`. */
  readonly owner: string;
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** Arguments of the language that this version does not run. */
  readonly later: readonly string[];
}

/** The arguments by canonical name. Unknown, repeated and not yet executable ones are reported. */
export function bindArguments(
  context: BindingContext,
  nodes: readonly ArgumentNode[],
  table: ArgumentTable,
): ReadonlyMap<string, ArgumentNode> {
  const canonical = new Map<string, string>();
  for (const [name, spellings] of Object.entries(table.known)) {
    for (const spelling of [name, ...spellings]) canonical.set(spelling, name);
  }
  reportDuplicates(
    context,
    nodes.map(({ name }) => name),
    'Argument',
  );
  const found = new Map<string, ArgumentNode>();
  for (const node of nodes) {
    const name = canonical.get(node.name.value);
    if (name !== undefined) {
      reportSecondSpelling(context, found.get(name), node);
      found.set(name, node);
    } else if (table.later.includes(node.name.value)) {
      reportNotExecutable(context, node.name.span, `The argument "${node.name.value}"`);
    } else {
      const names = Object.keys(table.known);
      report(context, node.name.span, {
        code: 'UnknownArgument',
        message: `${table.owner} has no argument "${node.name.value}".`,
        hint:
          didYouMean(node.name.value, canonical.keys()) ??
          (names.length === 0 ? undefined : `Its arguments: ${names.join(', ')}.`),
      });
    }
  }
  return found;
}

function reportSecondSpelling(
  context: BindingContext,
  earlier: ArgumentNode | undefined,
  node: ArgumentNode,
): void {
  if (earlier === undefined || earlier.name.value === node.name.value) return;
  const message = `"${node.name.value}" and "${earlier.name.value}" mean the same; give one of them.`;
  report(context, node.name.span, { code: 'DuplicateName', message });
}

/** The text of a string argument; anything else is reported. */
export function stringArgument(
  context: BindingContext,
  node: ArgumentNode,
): { readonly value: string; readonly node: ValueNode } | undefined {
  if (node.value.kind === 'string') return { value: node.value.value, node: node.value };
  const hint = node.value.kind === 'enum' ? `Write "${node.value.value}" in quotes.` : undefined;
  return report(context, node.value.span, {
    code: 'TypeMismatch',
    message: `"${node.name.value}" is a text in quotes.`,
    hint,
  });
}

/** False when `@include` or `@skip` takes the selection out. Other directives are reported. */
export function isSelected(context: BindingContext, directives: readonly DirectiveNode[]): boolean {
  let selected = true;
  for (const directive of directives) {
    const name = directive.name.value;
    if (name !== 'include' && name !== 'skip') {
      reportUnknownDirective(context, directive, ['include', 'skip']);
      continue;
    }
    const table = { owner: `"@${name}"`, known: { if: [] }, later: [] };
    const condition = bindArguments(context, directive.arguments, table).get('if')?.value;
    if (condition === undefined) {
      const message = `"@${name}" needs the argument "if".`;
      report(context, directive.span, { code: 'MissingArgument', message });
    } else if (condition.kind === 'boolean') {
      selected &&= condition.value === (name === 'include');
    } else if (condition.kind === 'variable') {
      context.usedVariables.add(condition.name.value);
      reportNotExecutable(context, condition.span, `"@${name}" with a variable`);
    } else {
      const message = `"if" of "@${name}" is true or false.`;
      report(context, condition.span, { code: 'TypeMismatch', message });
    }
  }
  return selected;
}

/** Reports a directive that does not belong here. */
export function reportUnknownDirective(
  context: BindingContext,
  directive: DirectiveNode,
  known: readonly string[],
): void {
  const { value, span } = directive.name;
  report(context, span, {
    code: 'UnknownDirective',
    message: `There is no directive "@${value}" here.`,
    hint: didYouMean(value, known),
  });
}
