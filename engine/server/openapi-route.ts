import type { Database } from '#engine';
import type { Exchange } from './exchange.ts';
import { openapiDocument } from './openapi-document.ts';
import { requireGet } from './rest-route.ts';
import { shownTo } from './text-collections.ts';

export async function answerOpenapi(
  db: Database,
  { isReadOnly, isOpen }: { readonly isReadOnly: boolean; readonly isOpen: boolean },
  exchange: Exchange,
): Promise<void> {
  requireGet(exchange);
  const document = openapiDocument({
    collections: shownTo(exchange.grant, db.catalog()).collections,
    url: `http://${exchange.header('host') ?? ''}`,
    isReadOnly,
    isOpen,
  });
  return exchange.sendJson(200, document);
}
