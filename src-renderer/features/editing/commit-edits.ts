/* A mutation of edited documents is committed, with the token that its preview gave. */
import type { DatabaseId, Result } from '#contract';
import type { DocumentEdit } from '#engine/aql';
import { editText } from '#engine/aql/edits';
import type { Client } from '../../client/client.ts';

export type Committed = Result<'edits.commit'>;

export type Position = NonNullable<Committed['position']>;

/** Documents that one commit takes; the engine takes no more. */
const editsMax = 10_000;
/** Characters of a mutation; a host refuses longer messages. */
const textLengthMax = 6_000_000;

/** As many edits as one commit takes, from the first. */
export function editsOfOneCommit(edits: readonly DocumentEdit[]): readonly DocumentEdit[] {
  let taken = edits.slice(0, editsMax);
  while (taken.length > 1 && editText(taken).length > textLengthMax) {
    taken = taken.slice(0, Math.ceil(taken.length / 2));
  }
  return taken;
}

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
