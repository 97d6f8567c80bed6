/* A mutation of edited documents is committed, with the token that its preview gave. */
import type { DatabaseId, Result } from '#contract';
import type { Client } from '../../client/client.ts';

export type Committed = Result<'edits.commit'>;

export type Position = NonNullable<Committed['position']>;

/** Gives the commit that it became. @throws WireError */
export function commitText(
  client: Client,
  database: DatabaseId,
  { text, token }: { readonly text: string; readonly token: string | undefined },
): Promise<Committed> {
  return client.call('edits.commit', {
    database,
    text,
    ...(token === undefined ? {} : { previewToken: token }),
  });
}
