/* A mutation of edited documents is committed, with the token that its preview gave. */
import type { DatabaseId, Result } from '#contract';
import type { Client } from '../../client/client.ts';

export type Position = NonNullable<Result<'edits.commit'>['position']>;

/** Gives the commit that it became; nothing when nothing was changed. @throws WireError */
export async function commitText(
  client: Client,
  database: DatabaseId,
  { text, token }: { readonly text: string; readonly token: string | undefined },
): Promise<Position | undefined> {
  const { position } = await client.call('edits.commit', {
    database,
    text,
    ...(token === undefined ? {} : { previewToken: token }),
  });
  return position;
}
