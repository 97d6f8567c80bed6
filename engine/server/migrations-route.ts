/* `GET /migrations`: the versions of migrations that were applied, in the order in which they were. */
import type { Database } from '#engine';
import { methodNotAllowed } from './document-routes.ts';
import type { Exchange } from './exchange.ts';

const text = `{ versions: _sys_migration(where: { status: { eq: "applied" } }, orderBy: { applied_at: ASC }) {
  version checksum applied_at elapsed_ms documents_changed
} }`;

export async function answerMigrations(db: Database, exchange: Exchange): Promise<void> {
  exchange.grant.requireForAll('read');
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') throw methodNotAllowed('GET, HEAD');
  const { data } = await db.execute(text, { signal: exchange.signal });
  return exchange.sendJson(200, { versions: data['versions'] });
}
