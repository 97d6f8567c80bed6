import type {
  CatalogInfo,
  DatabaseId,
  DatabaseInfo,
  DatabaseList,
  HostInfo,
  ResultPart,
  WireValue,
} from './wire-types.ts';

type None = Readonly<Record<string, never>>;

/** Every method a host answers. Parameters are validated at the boundary; failures are WireErrors. */
export interface Methods {
  'host.info': { readonly params: None; readonly result: HostInfo };
  /** Native folder dialog; only with the `dialogs` capability. Null when the person cancels. */
  'host.pickFolder': {
    readonly params: { readonly purpose: 'open' | 'create' };
    readonly result: { readonly path: string | null };
  };

  'databases.list': { readonly params: None; readonly result: DatabaseList };
  'databases.open': {
    readonly params: {
      readonly path: string;
      /** Create the database when there is none; otherwise a missing one is `DatabaseNotFound`. */
      readonly create?: boolean;
      readonly readOnly?: boolean;
    };
    readonly result: DatabaseInfo;
  };
  /** Opens the sample database, building it in the host's data folder the first time. */
  'databases.openSample': { readonly params: None; readonly result: DatabaseInfo };
  'databases.close': { readonly params: { readonly database: DatabaseId }; readonly result: None };
  'databases.forget': { readonly params: { readonly path: string }; readonly result: None };

  'catalog.get': {
    readonly params: { readonly database: DatabaseId };
    readonly result: CatalogInfo;
  };

  /** Parses and binds, and prepares to run. All findings of a wrong text come in one error, before anything runs. */
  'query.open': {
    readonly params: {
      readonly database: DatabaseId;
      readonly text: string;
      readonly variables?: { readonly [name: string]: WireValue };
    };
    readonly result: { readonly cursor: string };
  };
  /**
   * Runs on until `rowsMax` rows or about 50 ms are there, and gives what there is. Statements run only as far as they
   * are pulled. Calls may be sent ahead; they are answered in order. Cancelling a call cancels the run.
   */
  'query.next': {
    readonly params: { readonly cursor: string; readonly rowsMax: number };
    readonly result: { readonly parts: readonly ResultPart[]; readonly done: boolean };
  };
  /** Ends a run wherever it is; unknown cursors are ignored. */
  'query.close': { readonly params: { readonly cursor: string }; readonly result: None };

  /** The settings of this person on this host, by key; kept across restarts. */
  'settings.get': {
    readonly params: None;
    readonly result: { readonly values: { readonly [key: string]: WireValue } };
  };
  'settings.set': {
    readonly params: { readonly key: string; readonly value: WireValue };
    readonly result: None;
  };
}

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]['params'];
export type Result<M extends MethodName> = Methods[M]['result'];
