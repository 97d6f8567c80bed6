/* Which entries of the audit log are looked at, and the condition that `where` takes for it. */
import { auditCallers } from '#contract';
import { literalText } from '#engine/aql/edits';

export interface AuditFilter {
  /** Milliseconds since 1970; absent ends are open. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly action: string;
  readonly collection: string;
  /** A code, `failed` for all but `ok`, or empty for all. */
  readonly outcome: string;
  readonly source: string;
  /** What statement, message, document id, caller or target hold, in any case. */
  readonly text: string;
  /** With what pages of the studio read to show it. */
  readonly hasPageReads: boolean;
}

export const everyEntry: AuditFilter = {
  action: '',
  collection: '',
  outcome: '',
  source: '',
  text: '',
  hasPageReads: false,
};

const searchedFields = ['text', 'message', 'caller', 'target'] as const;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The inside of `where`, braces included; empty for all entries. */
export function auditWhere(filter: AuditFilter): string {
  const { since, until, outcome } = filter;
  const text = filter.text.trim();
  const conditions = [
    ...(since === undefined ? [] : [`gte: "${isoText(since)}"`]),
    ...(until === undefined ? [] : [`lte: "${isoText(until)}"`]),
  ];
  const parts = [
    ...(conditions.length === 0 ? [] : [`at: { ${conditions.join(', ')} }`]),
    ...equals('action', filter.action),
    ...equals('collection', filter.collection),
    ...(outcome === 'failed' ? ['outcome: { ne: "ok" }'] : equals('outcome', outcome)),
    ...equals('source', filter.source),
    ...(text === '' ? [] : [`or: [${searched(text).join(', ')}]`]),
    ...(filter.hasPageReads ? [] : [`not: { caller: { eq: ${literalText(auditCallers.page)} } }`]),
  ];
  return parts.length === 0 ? '' : `{ ${parts.join(', ')} }`;
}

/** True when something is asked for, besides leaving out what pages read. */
export function isNarrowed(filter: AuditFilter): boolean {
  return auditWhere({ ...filter, hasPageReads: true }) !== '';
}

/** The query that shows the same entries in a tab. */
export function auditQueryText(where: string): string {
  const given = where === '' ? '' : `where: ${where}, `;
  return `query {\n    _audit(${given}orderBy: { id: DESC }, limit: 100) {\n        at source caller action collection outcome elapsed_ms rows text message\n    }\n}`;
}

function searched(text: string): readonly string[] {
  const conditions = searchedFields.map(
    (field) => `{ ${field}: { icontains: ${literalText(text)} } }`,
  );
  return uuid.test(text)
    ? [...conditions, `{ document_id: { eq: ${literalText(text.toLowerCase())} } }`]
    : conditions;
}

function equals(field: string, value: string): readonly string[] {
  return value === '' ? [] : [`${field}: { eq: ${literalText(value)} }`];
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}
