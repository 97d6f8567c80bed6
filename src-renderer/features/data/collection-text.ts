import type { SortedBy } from '../../grid/column-state.ts';
import type { WindowRequest } from '../../grid/window-source.ts';

/** What of a collection is looked at. */
export interface CollectionView {
  readonly collection: string;
  readonly fields: readonly string[];
  /** The inside of `where`, braces included; empty for all documents. */
  readonly where: string;
  readonly sort: readonly SortedBy[];
}

interface ViewQuery {
  readonly text: string;
  readonly variables: { readonly [name: string]: string | number };
}

/** The query that reads a window, with the cursor of each row. Places are variables, so that its plan is kept. */
export function windowQuery(view: CollectionView, request: WindowRequest): ViewQuery {
  const { declared, given, variables } = place(request);
  const arguments_ = [...viewArguments(view), ...given].join(', ');
  const node = ['id', ...view.fields].join(' ');
  return {
    text: `query Window(${declared}) { rows: ${view.collection}(${arguments_}) { edges { cursor node { ${node} } } } }`,
    variables,
  };
}

/** The query whose result is the number of documents. */
export function totalQuery({ collection, where }: CollectionView): string {
  const given = where === '' ? '' : `(where: ${where})`;
  return `query Total { rows: ${collection}${given} { totalCount } }`;
}

/** True for a text that is one object, so that it is only what `where` is given. */
export function isOneObject(text: string): boolean {
  let depth = 0;
  let isClosed = false;
  for (const [token] of text.matchAll(
    /"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|[{}[\]()]|[^\s{}[\]()"#]+/g,
  )) {
    if (token.startsWith('#')) return false;
    if (isClosed) return false;
    if ('{[('.includes(token)) depth += 1;
    else if (depth === 0) return false;
    else if ('}])'.includes(token)) depth -= 1;
    isClosed = depth === 0;
  }
  return isClosed;
}

/** A condition as a person types it, with or without its braces, as `where` takes it. */
export function whereText(typed: string): string {
  const text = typed.trim();
  if (text === '') return '';
  return isOneObject(text) ? text : `{ ${text} }`;
}

/** What `orderBy` is given for an order; empty for that of ids. */
export function orderText(sort: CollectionView['sort']): string {
  const keys = sort.map(({ column, direction }) => `{ ${column}: ${direction.toUpperCase()} }`);
  return keys.length === 0 ? '' : `[${keys.join(' ')}]`;
}

function viewArguments({ where, sort }: CollectionView): readonly string[] {
  const orderBy = orderText(sort);
  return [
    ...(where === '' ? [] : [`where: ${where}`]),
    ...(orderBy === '' ? [] : [`orderBy: ${orderBy}`]),
  ];
}

function place(request: WindowRequest) {
  const { rowsMax: count } = request;
  switch (request.from) {
    case 'offset':
      return {
        declared: '$count: Int!, $offset: Int!',
        given: ['limit: $count', 'offset: $offset'],
        variables: { count, offset: request.offset },
      };
    case 'after':
      return {
        declared: '$count: Int!, $cursor: String!',
        given: ['first: $count', 'after: $cursor'],
        variables: { count, cursor: request.cursor },
      };
    case 'before':
      return {
        declared: '$count: Int!, $cursor: String!',
        given: ['last: $count', 'before: $cursor'],
        variables: { count, cursor: request.cursor },
      };
    case 'end':
      return { declared: '$count: Int!', given: ['last: $count'], variables: { count } };
  }
}
