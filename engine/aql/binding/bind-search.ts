import type { BoundSearch, FieldPath } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { ArgumentNode, ValueNode } from '../syntax/ast.ts';
import { markVariablesUsed, textOf } from './bind-arguments.ts';
import { bindOperand } from './bind-operand.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { stringType, typeText } from './field-access.ts';
import { pathPlace } from './field-paths.ts';
import { suggestName, wrapping } from './suggest.ts';

const searchKeys = ['query', 'fields', 'fuzzy', 'minScore'] as const;

/** Binds `search: { query: "…", fields: ["title"], fuzzy: true, minScore: 0.2 }`. */
export function bindSearch(
  context: BindingContext,
  collection: CollectionDefinition,
  argument: ArgumentNode | undefined,
): BoundSearch | undefined {
  if (argument === undefined) return undefined;
  const { value: node } = argument;
  if (node.kind !== 'object') {
    markVariablesUsed(context, [node]);
    const message = 'A search is an object such as { query: "words to find" }.';
    const fix =
      node.kind === 'string'
        ? wrapping(node.span, '{ query: ', ' }', 'Write { query: … }')
        : undefined;
    return report(context, node.span, { code: 'TypeMismatch', message, fix });
  }
  reportDuplicates(
    context,
    node.entries.map(({ key }) => key),
    'key',
  );
  const values = new Map(node.entries.map(({ key, value }) => [key.value, value]));
  for (const { key, value } of node.entries) {
    if (searchKeys.some((name) => name === key.value)) continue;
    markVariablesUsed(context, [value]);
    const suggestion = suggestName(key, searchKeys);
    report(context, key.span, {
      ...suggestion,
      code: 'UnknownArgument',
      message: `A search has no "${key.value}".`,
      hint: suggestion.hint ?? `It has ${searchKeys.join(', ')}.`,
    });
  }
  const query = bindPart(context, values.get('query'), '"query" of the search', 'String');
  const fuzzy = bindPart(context, values.get('fuzzy'), '"fuzzy" of the search', 'Boolean');
  const minScore = bindPart(context, values.get('minScore'), '"minScore" of the search', 'Float');
  const fields = bindFields(context, collection, values.get('fields'));
  if (!values.has('query')) {
    const message = 'A search needs the words to find.';
    const hint = 'Write search: { query: "…" }.';
    return report(context, node.span, { code: 'MissingArgument', message, hint });
  }
  if (query === undefined) return undefined;
  return {
    query,
    fields,
    ...(fuzzy === undefined ? {} : { fuzzy }),
    ...(minScore === undefined ? {} : { minScore }),
  };
}

function bindPart(
  context: BindingContext,
  node: ValueNode | undefined,
  place: string,
  name: 'String' | 'Boolean' | 'Float',
) {
  const type = { kind: 'scalar', name } as const;
  return node && bindOperand(context, node, { type, use: 'argument', place });
}

function bindFields(
  context: BindingContext,
  collection: CollectionDefinition,
  node: ValueNode | undefined,
): readonly FieldPath[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const text = textOf(context, item, 'A field to search');
    if (text === undefined) return [];
    const place = pathPlace(context, collection, { value: text.value, span: item.span });
    if (place === undefined) return [];
    const { type } = place;
    const element = type.kind === 'list' ? type.element : type;
    const isText = ['String', 'Any'].includes(typeText(element));
    if (isText) return [place.path];
    const message = `"${text.value}" is ${typeText(type)}; a search reads ${typeText(stringType)} fields.`;
    report(context, item.span, { code: 'TypeMismatch', message });
    return [];
  });
}
