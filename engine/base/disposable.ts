/** Something with a lifetime that its owner ends. Ending it twice changes nothing. */
export interface Disposable {
  dispose(): void;
}

/** Makes a disposable of a function, which is called once however often it is disposed. */
export function onceDisposable(end: () => void): Disposable {
  let isDisposed = false;
  return {
    dispose(): void {
      if (isDisposed) return;
      isDisposed = true;
      end();
    },
  };
}

/** Ends what was added to it, last first. What is added afterwards is ended at once. */
export class DisposableStack implements Disposable {
  readonly #items: Disposable[] = [];
  #isDisposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#isDisposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop()) {
      item.dispose();
    }
  }
}
