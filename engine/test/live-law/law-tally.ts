/** What was followed, by kind of query, and how often it ran again. */
export class LawTally {
  readonly #kinds = new Map<string, { followed: number; deltas: number; reruns: number }>();
  readonly #histories = new Map<string, number>();

  add(
    kind: string,
    { deltas, reruns }: { readonly deltas: number; readonly reruns: number },
  ): void {
    const counts = this.#kinds.get(kind) ?? { followed: 0, deltas: 0, reruns: 0 };
    this.#kinds.set(kind, counts);
    counts.followed += 1;
    counts.deltas += deltas;
    counts.reruns += reruns;
  }

  count(
    life: string,
    counts: { readonly hasReconnected: boolean; readonly histories: number },
  ): void {
    const name = counts.hasReconnected ? `${life} whose owner came back` : life;
    this.#histories.set(name, (this.#histories.get(name) ?? 0) + counts.histories);
  }

  rerunsOf(kind: string): number | undefined {
    return this.#kinds.get(kind)?.reruns;
  }

  get lines(): readonly string[] {
    const lives = [...this.#histories].map(([life, count]) => `${count} ${life}`).join(', ');
    const kinds = [...this.#kinds].sort(([left], [right]) => (left < right ? -1 : 1));
    return [
      `histories: ${lives}`,
      `${'kind'.padEnd(48)}${'followed'.padStart(10)}${'deltas'.padStart(10)}${'reruns'.padStart(10)}`,
      ...kinds.map(
        ([kind, { followed, deltas, reruns }]) =>
          `${kind.padEnd(48)}${[followed, deltas, reruns].map((each) => String(each).padStart(10)).join('')}`,
      ),
    ];
  }
}
