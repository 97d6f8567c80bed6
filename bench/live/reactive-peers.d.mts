export interface ReactiveDocument {
  readonly id: string;
  readonly owner: string;
  readonly n: number;
}

/** A database with documents in it. */
export interface ReactiveDatabase {
  /** Watches documents of an owner, or all; calls back with the new value. Gives the number of documents it has. */
  watch(owner: string | undefined, onChange: (n: unknown) => void): Promise<() => number>;
  update(id: string, n: number): unknown;
  close(): Promise<void>;
}

export interface ReactivePeer {
  readonly name: string;
  /** More watchers than these take too long to be set up. */
  readonly watchersMax: number;
  open(documents: readonly ReactiveDocument[]): Promise<ReactiveDatabase>;
}

export const reactivePeers: readonly ReactivePeer[];
export function installPeers(): boolean;
