/*
 * How fast is the language? Parsing a typical query beside graphql-js in the same run (target 3 times its time, goal
 * 2), taking a prepared text from the cache (target 2 µs for a string that was never seen, 0.1 µs for the same one and
 * for a tagged template),
 * and completion on a large catalog (target 50 ms). Contestants take turns, so that a busy machine slows both alike.
 */
import { parse as parseGraphQl } from 'graphql';
import { Aurora } from '#engine';
import { parse } from '#engine/aql';
import { benchCompletion } from './aql-completion.ts';

const rounds = 60;
const parsesPerRound = 400;
const hitsPerRound = 10_000;

const typicalQuery = `query Page($min: Int = 18, $role: String!) {
    people: users(
        where: { and: [ { role: { eq: $role } }, { age: { gte: $min } } ] },
        orderBy: [ { age: DESC }, { username: ASC } ],
        limit: 20, offset: 0
    ) {
        id
        username
        age
        address { city }
        team { name }
        ...More
    }
}
fragment More on users { tags active created_at }`;

/** Prints a small table for each of the three. */
export async function benchAql(): Promise<void> {
  benchParse();
  await benchPrepared();
  await benchCompletion();
}

function benchParse(): void {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -10; round < rounds; round++) {
    const [first, second] = [
      microsecondsOf(parsesPerRound, () => parse(typicalQuery)),
      microsecondsOf(parsesPerRound, () => parseGraphQl(typicalQuery)),
    ];
    if (round < 0) continue;
    ours.push(first);
    theirs.push(second);
  }
  const ratios = ours.map((each, index) => each / (theirs[index] ?? Number.NaN));
  print('parse, 15 lines', 'median µs', 'fastest µs');
  print('  AQL', median(ours).toFixed(1), Math.min(...ours).toFixed(1));
  print('  graphql-js', median(theirs).toFixed(1), Math.min(...theirs).toFixed(1));
  print('  ratio (at most 3)', median(ratios).toFixed(2), '');
}

function microsecondsOf(times: number, work: () => unknown): number {
  const startedAt = performance.now();
  for (let count = 0; count < times; count++) work();
  return ((performance.now() - startedAt) * 1_000) / times;
}

async function benchPrepared(): Promise<void> {
  const db = await Aurora.open({ store: 'memory' });
  try {
    await db.newCollection('users', { username: { type: 'String' }, age: { type: 'Int' } });
    const text =
      'query ($min: Int) { users(where: { age: { gte: $min } }, orderBy: [{ age: DESC }], limit: 20) { id username age } }';
    const sources = [text, text.replace('20', '21')].map((each) => Buffer.from(each));
    const same: number[] = [];
    const fresh: number[] = [];
    const tagged: number[] = [];
    const tag = () =>
      db.aql`query ($min: Int) { users(where: { age: { gte: $min } }, orderBy: [{ age: DESC }], limit: 20) { id username age } }`;
    for (let round = -10; round < rounds; round++) {
      // As they come from a socket: texts that were seen, in strings that were not. Two in turn.
      const texts = Array.from({ length: hitsPerRound }, (_, at) =>
        (sources[at % 2] ?? Buffer.from(text)).toString('latin1'),
      );
      const [one, other, third] = [
        microsecondsOf(hitsPerRound, () => db.prepare(text)),
        microsecondsOf(hitsPerRound, () => db.prepare(texts.pop() ?? text)),
        microsecondsOf(hitsPerRound, tag),
      ];
      if (round < 0) continue;
      same.push(one);
      fresh.push(other);
      tagged.push(third);
    }
    print('prepared text from the cache', 'median µs', 'fastest µs');
    print('  the same string (0.1)', median(same).toFixed(3), Math.min(...same).toFixed(3));
    print('  a tagged template (0.1)', median(tagged).toFixed(3), Math.min(...tagged).toFixed(3));
    print('  a new string (2)', median(fresh).toFixed(3), Math.min(...fresh).toFixed(3));
  } finally {
    await db.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function print(name: string, ...cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(32)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
}
