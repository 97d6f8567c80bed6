import { didYouMean } from '../nearest-name.ts';
import type { ArgumentNode, DirectiveNode, FieldNode, NameNode, ValueNode } from '../syntax/ast.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { addingArgument, replacing, suggestName } from './suggest.ts';

/** The arguments that a field takes: canonical name → other spellings. */
export interface ArgumentTable {
  /** What messages call the owner: `"users"`, `"update"`. */
  readonly owner: string;
  readonly known: Readonly<Record<string, readonly string[]>>;
}

/** The arguments by canonical name. Unknown and repeated ones are reported. */
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
    'argument',
  );
  const found = new Map<string, ArgumentNode>();
  for (const node of nodes) {
    const name = canonical.get(node.name.value);
    if (name !== undefined) {
      reportSecondSpelling(context, found.get(name), node);
      found.set(name, node);
    } else {
      markVariablesUsed(context, [node.value]);
      const names = Object.keys(table.known);
      const suggestion = suggestArgument(node.name, canonical);
      const others = `Its arguments: ${names.join(', ')}.`;
      report(context, node.name.span, {
        ...suggestion,
        code: 'UnknownArgument',
        message: `${table.owner} has no argument "${node.name.value}".`,
        hint: suggestion.hint ?? (names.length === 0 ? 'It takes none.' : others),
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

/** What to write for an argument that is missing. */
interface MissingArgument {
  /** As the hint shows it: `"…"`. The fix leaves the inside of quotes and braces empty. */
  readonly example: string;
  readonly hint?: string;
  /** What the fix is called; `null` for no fix. */
  readonly title?: string | null;
}

/** Reports an argument that a field cannot do without, unless an unknown one stands in its place. */
export function reportMissingArgument(
  context: BindingContext,
  node: FieldNode,
  name: string,
  { example, hint, title }: MissingArgument,
): undefined {
  const unknown = new Set(
    context.diagnostics
      .filter(({ code }) => code === 'UnknownArgument')
      .map((each) => each.span.start),
  );
  if (node.arguments.some((argument) => unknown.has(argument.name.span.start))) return undefined;
  const { value, span } = node.name;
  const argument = `${name}: ${example.replace(/ ?… ?/, '')}`;
  return report(context, span, {
    code: 'MissingArgument',
    message: `"${value}" needs the argument "${name}".`,
    hint: hint ?? `Add ${name}: ${example}.`,
    fix: title === null ? undefined : addingArgument(node, argument, title ?? `Add ${argument}`),
  });
}

/** What other languages call the arguments of this one. */
const otherArguments: Readonly<Record<string, string>> = {
  values: 'data',
  input: 'data',
  document: 'data',
  documents: 'data',
  object: 'data',
  objects: 'data',
  sort: 'orderBy',
  order: 'orderBy',
  sortBy: 'orderBy',
  take: 'limit',
  top: 'limit',
  max: 'limit',
  table: 'collection',
  into: 'collection',
  from: 'collection',
  condition: 'where',
  having: 'where',
};

function suggestArgument(name: NameNode, canonical: ReadonlyMap<string, string>) {
  const other = Object.hasOwn(otherArguments, name.value) ? otherArguments[name.value] : undefined;
  if (other === undefined || !canonical.has(other)) return suggestName(name, canonical.keys());
  const hint = `Here it is called "${other}".`;
  return { hint, fix: replacing(name.span, other, `Change to "${other}"`) };
}

/** The text of a string argument; anything else is reported. */
export function stringArgument(
  context: BindingContext,
  node: ArgumentNode,
): { readonly value: string; readonly node: ValueNode } | undefined {
  return textOf(context, node.value, `"${node.name.value}"`);
}

/** The text of a string literal; anything else is reported. */
export function textOf(
  context: BindingContext,
  node: ValueNode,
  what: string,
): { readonly value: string; readonly node: ValueNode } | undefined {
  if (node.kind === 'string') return { value: node.value, node };
  if (node.kind === 'variable') {
    markVariablesUsed(context, [node]);
    const message = `${what} must be known before the text runs; a variable cannot stand here.`;
    return report(context, node.span, { code: 'InvalidValue', message });
  }
  const isWord = node.kind === 'enum';
  return report(context, node.span, {
    code: 'TypeMismatch',
    message: `${what} is a text in quotes.`,
    ...(isWord
      ? {
          hint: `Write "${node.value}" in quotes.`,
          fix: replacing(node.span, `"${node.value}"`, 'Put it in quotes'),
        }
      : {}),
  });
}

/** One of several words, in capitals or not, in quotes or not. */
export function wordOf<Word extends string>(
  context: BindingContext,
  node: ValueNode,
  what: string,
  words: readonly Word[],
): Word | undefined {
  const given = node.kind === 'enum' || node.kind === 'string' ? node.value : undefined;
  const word = words.find((each) => each === given?.toUpperCase());
  if (word !== undefined) return word;
  markVariablesUsed(context, [node]);
  const name = { value: given ?? '', span: node.span };
  return report(context, node.span, {
    ...(given === undefined ? {} : suggestName(name, words)),
    code: given === undefined ? 'TypeMismatch' : 'InvalidValue',
    message: `${what} is one of ${words.join(', ')}.`,
    hint: given === undefined ? undefined : didYouMean(given, words),
  });
}

/** What is not checked because its owner is unknown still uses its variables. */
export function markVariablesUsed(context: BindingContext, nodes: readonly ValueNode[]): void {
  const pending = [...nodes];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'variable') context.usedVariables.add(node.name.value);
    else if (node.kind === 'list') pending.push(...node.items);
    else if (node.kind === 'object') pending.push(...node.entries.map((entry) => entry.value));
  }
}

/** Reports a directive that does not belong here. */
export function reportUnknownDirective(
  context: BindingContext,
  directive: DirectiveNode,
  known: readonly string[],
): void {
  const { value, span } = directive.name;
  const names = known.map((name) => `@${name}`).join(', ');
  const suggestion = suggestName(directive.name, known);
  report(context, span, {
    ...suggestion,
    code: 'UnknownDirective',
    message: `There is no directive "@${value}" here.`,
    hint:
      suggestion.hint ??
      (known.length === 0 ? 'None can stand here.' : `Directives here: ${names}.`),
  });
}
