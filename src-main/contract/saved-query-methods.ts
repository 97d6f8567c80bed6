/* What pages ask of saved queries: files beside a database. */
import type { SavedQueryList, SavedQueryTest } from './studio-types.ts';
import type { DatabaseId, None } from './wire-types.ts';

export interface SavedQueryMethods {
  'savedQueries.list': {
    readonly params: { readonly database: DatabaseId };
    readonly result: SavedQueryList;
  };
  'savedQueries.read': {
    readonly params: { readonly database: DatabaseId; readonly path: string };
    readonly result: { readonly text: string; readonly changedAt: number };
  };
  /** Writes a query's file whole. Without `overwrite` an existing one is `FileExists`. */
  'savedQueries.save': {
    readonly params: {
      readonly database: DatabaseId;
      readonly path: string;
      readonly text: string;
      readonly overwrite?: boolean;
    };
    readonly result: { readonly changedAt: number };
  };
  'savedQueries.rename': {
    readonly params: { readonly database: DatabaseId; readonly from: string; readonly to: string };
    readonly result: None;
  };
  'savedQueries.delete': {
    readonly params: { readonly database: DatabaseId; readonly path: string };
    readonly result: None;
  };
  /** Runs a query that says what it must give, and tells what differs. Only queries are run, so nothing changes. */
  'savedQueries.test': {
    readonly params: { readonly database: DatabaseId; readonly path: string };
    readonly result: SavedQueryTest;
  };
}
