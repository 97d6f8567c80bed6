/** What was taken from an iterator already, and then its rest; ends the iterator when it is ended itself. */
export async function* chain<Item>(
  held: readonly Item[],
  rest: AsyncIterator<Item>,
): AsyncGenerator<Item> {
  try {
    yield* held;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
