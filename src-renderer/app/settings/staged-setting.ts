/** The setting under which the edits of a collection are kept until they are committed: a list of documents. */
export function stagedSetting(collection: string, path: string): string {
  return `staged:${collection}:${path}`;
}
