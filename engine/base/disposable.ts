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
