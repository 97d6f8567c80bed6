import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvRecords } from './import-csv.ts';
import { readJsonRecords } from './import-json.ts';
import { readNdjsonRecords } from './import-ndjson.ts';
import type { ImportRecord } from './import-report.ts';
import { formatOfFile, readText } from './import-text.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Records in short: `[line, values]` or `[line, problem]`. */
async function read(records: AsyncIterable<ImportRecord>): Promise<unknown[]> {
  const all = await collect(records);
  return all.map((record) => [record.line, 'values' in record ? record.values : record.problem]);
}

/** What JSON.parse makes of the text; `undefined`, which no JSON is, when it refuses. */
function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value with exact integers rounded, as JSON.parse does. */
function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}

describe('JSON', () => {
  const text = '[\n {"a": 1, "s": "br{ack]et \\" \\\\"},\n {"a": [1, {"b": 2}]},\n 7\n]\n';
  const expected = [
    [2, { a: 1, s: 'br{ack]et " \\' }],
    [3, { a: [1, { b: 2 }] }],
    [4, 'The element is not an object.'],
  ];

  it('reads the same records wherever the chunks are cut', async () => {
    for (let size = 1; size <= text.length; size += 1) {
      expect(await read(readJsonRecords(inChunks(text, size)))).toEqual(expected);
    }
  });

  it('takes a single object as one record', async () => {
    expect(await read(readJsonRecords(inChunks(' {"a": {"b": [1]}} ', 3)))).toEqual([
      [1, { a: { b: [1] } }],
    ]);
  });

  it('follows a pointer past everything that stands before and after', async () => {
    const geo =
      '{"type":"X","meta":{"features":[{"no":1}],"n":-1.5e3},"features":[{"yes":1},{"yes":2}],"rest":[{"no":2}],"t":true}';
    const records = await read(readJsonRecords(inChunks(geo, 5), { pointer: '/features' }));
    expect(records).toEqual([
      [1, { yes: 1 }],
      [1, { yes: 2 }],
    ]);
  });

  it('follows a pointer into lists, and to escaped names', async () => {
    const nested = '{"a/b":[0,{"x":{"y":1}}],"c":2}';
    expect(await read(readJsonRecords(inChunks(nested, 4), { pointer: '/a~1b/1/x' }))).toEqual([
      [1, { y: 1 }],
    ]);
  });

  it('keeps integers that a double cannot hold', async () => {
    const big = '[{"id": 9007199254740993, "s": "9007199254740993", "f": 1234567890123456.5}]';
    expect(await read(readJsonRecords(inChunks(big, 9)))).toEqual([
      [1, { id: 9007199254740993n, s: '9007199254740993', f: 1234567890123456.5 }],
    ]);
  });

  it.each([
    ['[{"a":1},\n{"a":2}', 2],
    ['[{"a":1}\n{"a":2}]', 2],
    ['[{"a":1},]', 1],
    ['[{"a":1}]\n\n]', 3],
    ['[{"a":1},\n{"a":nul}]', 2],
    ['{"a":1', 1],
    ['{"a" 1}', 1],
    ['', 1],
    ['[{"a": "\\x"}]', 1],
  ])('refuses %j and names the line', async (bad, line) => {
    await expect(read(readJsonRecords(inChunks(bad, 2)))).rejects.toMatchObject({
      code: 'ImportFailed',
      details: { line },
    });
  });

  it('accepts exactly what JSON.parse accepts, however it is damaged and cut', async () => {
    const damaged = fc.record({
      value: fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 }),
      space: fc.constantFrom(0, 1),
      at: fc.nat(),
      removed: fc.nat({ max: 2 }),
      inserted: fc.constantFrom('', '', '"', '[', ']', '{', '}', ',', ':', '1', '\\', 'null', '\n'),
      size: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(damaged, async ({ value, space, at, removed, inserted, size }) => {
        const whole = JSON.stringify(value, null, space);
        const cut = at % (whole.length + 1);
        const text = whole.slice(0, cut) + inserted + whole.slice(cut + removed);
        const parsed = parseOrUndefined(text);
        const records = await read(readJsonRecords(inChunks(text, size))).catch(
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'ImportFailed' });
            return undefined;
          },
        );
        expect(records === undefined, text).toBe(parsed === undefined);
        if (records === undefined || !Array.isArray(parsed)) return;
        const values = records.map((record) => (Array.isArray(record) ? record[1] : undefined));
        const isObject = (item: unknown): boolean =>
          typeof item === 'object' && item !== null && !Array.isArray(item);
        expect(values.filter(isObject).map(rounded)).toEqual(parsed.filter(isObject));
        expect(values).toHaveLength(parsed.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('says when nothing stands at the pointer', async () => {
    await expect(
      read(readJsonRecords(inChunks('{"a":[]}', 99), { pointer: '/b' })),
    ).rejects.toMatchObject({ code: 'ImportFailed', message: 'The file has nothing at /b.' });
  });
});

describe('NDJSON', () => {
  it('reads one record a line, skips blank ones, and keeps the place of bad ones', async () => {
    const text = '{"a":1}\r\n\n{"a":}\n[1]\n{"a":2}';
    const records = await collect(readNdjsonRecords(inChunks(text, 4)));
    expect(records.map((record) => [record.line, 'values' in record])).toEqual([
      [1, true],
      [3, false],
      [4, false],
      [5, true],
    ]);
  });
});

describe('CSV', () => {
  it('reads quotes, line breaks in cells, CRLF and blank lines, and counts lines as an editor does', async () => {
    const text = 'a,b\r\n"x ""y""","1\r\n2"\r\n\r\nz,3\r\n';
    expect(await read(readCsvRecords(inChunks(text, 3), { delimiter: ',' }))).toEqual([
      [2, { a: 'x "y"', b: '1\r\n2' }],
      [5, { a: 'z', b: '3' }],
    ]);
  });

  it('names rows that have more or fewer cells than the header', async () => {
    expect(await read(readCsvRecords(inChunks('a,b\n1\n1,2,3\n1,2\n', 99)))).toEqual([
      [2, 'The row has 1 cells, the header has 2.'],
      [3, 'The row has 3 cells, the header has 2.'],
      [4, { a: '1', b: '2' }],
    ]);
  });

  it('tells repeated and empty headers apart', async () => {
    expect(await read(readCsvRecords(inChunks('a,a,,a\n1,2,3,4\n', 99)))).toEqual([
      [2, { a: '1', 'a 2': '2', 'column 3': '3', 'a 3': '4' }],
    ]);
  });

  it.each([
    [';', '"x,y";b\n1;2\n'],
    ['\t', 'x,y\tb\tc\n1\t2\t3\n'],
    ['|', 'a|b\n1|2\n'],
  ])('finds out that %j separates the columns', async (_delimiter, text) => {
    const records = await collect(readCsvRecords(inChunks(text, 99)));
    expect(records.every((record) => 'values' in record)).toBe(true);
    expect(
      Object.keys(records[0] !== undefined && 'values' in records[0] ? records[0].values : {})
        .length,
    ).toBeGreaterThan(1);
  });

  it('refuses a quote that is never closed, with the line', async () => {
    await expect(read(readCsvRecords(inChunks('a,b\n1,2\n"x,3\n', 99)))).rejects.toMatchObject({
      code: 'ImportFailed',
      details: { line: expect.any(Number) },
    });
  });

  it('has no records in an empty text and in a header alone', async () => {
    expect(await read(readCsvRecords(inChunks('', 9)))).toEqual([]);
    expect(await read(readCsvRecords(inChunks('a,b\n', 9)))).toEqual([]);
  });
});

describe('text of a source', () => {
  const streamed = (bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> =>
    (async function* () {
      for (let start = 0; start < bytes.length; start += size) {
        yield bytes.subarray(start, start + size);
      }
    })();
  const textOf = async (bytes: Uint8Array, size = 1): Promise<string> =>
    (await collect(readText({ stream: streamed(bytes, size) }))).join('');

  it('drops the byte order mark, inflates gzip and reads UTF-16 with a mark', async () => {
    expect(await textOf(Buffer.from('\uFEFFgrüße 😀'))).toBe('grüße 😀');
    expect(await textOf(gzipSync('\uFEFFgrüße'))).toBe('grüße');
    expect(await textOf(Buffer.from('\uFEFFab', 'utf16le'))).toBe('ab');
    expect((await collect(readText({ text: '\uFEFFab' }))).join('')).toBe('ab');
  });

  it('refuses other encodings, damaged gzip and missing files', async () => {
    await expect(textOf(Buffer.from('caf\xe9', 'latin1'))).rejects.toMatchObject({
      code: 'ImportFailed',
      message: 'The text is not UTF-8 text.',
    });
    await expect(textOf(gzipSync('hello').subarray(0, 12), 99)).rejects.toMatchObject({
      code: 'ImportFailed',
    });
    await expect(collect(readText({ path: 'no-such-file.csv' }))).rejects.toMatchObject({
      code: 'ImportFailed',
    });
  });

  it('knows formats by the names of files', () => {
    expect(
      ['A.CSV', 'b.tsv', 'c.ndjson.gz', 'd.geojson', 'e.jsonl', 'f.json', 'g.txt', 'h'].map(
        formatOfFile,
      ),
    ).toEqual(['csv', 'tsv', 'ndjson', 'json', 'ndjson', 'json', undefined, undefined]);
  });
});
