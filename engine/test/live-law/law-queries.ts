/* Random queries of every kind that can be live, as texts. */
import { everyFieldName } from '../../testing/arbitraries.ts';
import type { Choices } from './law-choices.ts';

export interface RandomQuery {
  readonly kind: string;
  /** What stands in the one root besides filter and order. */
  readonly range: string;
  readonly body: string;
}

const kinds = [
  'rows',
  'rows',
  'rows',
  'windows',
  'windows',
  'windows',
  'totals',
  'totals',
  'groups',
  'groups',
  'both',
  'pages',
  'lookups',
];
const ranges = ['limit: 1', 'limit: 2', 'limit: 5', 'limit: 0', 'limit: 2 offset: 1', 'offset: 3'];
const pages = ['first: 2', 'last: 2', 'first: 100', 'first: 0'];

export function randomQuery(collection: string, choices: Choices): RandomQuery {
  const { among, random, pool } = choices;
  const kind = among(kinds);
  const range = kind === 'windows' ? among(ranges) : kind === 'pages' ? among(pages) : '';
  const rows = () =>
    random() < 0.3 ? 'id' : `id ${someFields(choices)} place: o { city inner { deep } }`;
  switch (kind) {
    case 'rows':
    case 'windows':
      return { kind, range, body: rows() };
    case 'totals':
      return { kind, range, body: among(pool.totals) };
    case 'groups':
    case 'both': {
      const isWithDocuments = random() < 0.2;
      const groups = among(isWithDocuments ? pool.groupingsWithDocuments : pool.groupings);
      const body = kind === 'both' ? `${among(pool.totals)} ${groups}` : groups;
      return { kind: isWithDocuments ? `${kind} with documents` : kind, range, body };
    }
    case 'pages': {
      const body = 'totalCount edges { node { id n s } } pageInfo { hasNextPage hasPreviousPage }';
      return { kind, range, body };
    }
    default:
      return {
        kind,
        range,
        body: `id alike: lookup(collection: "${collection}", localField: "s", foreignField: "s", limit: 3) { id n } text: compute("concat(s, s)")`,
      };
  }
}

function someFields({ random }: Choices): string {
  return everyFieldName.filter(() => random() < 0.4).join(' ');
}
