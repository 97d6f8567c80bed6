import { describe, expect, it } from 'vitest';
import { typeText } from './import-conversion.ts';
import { parseLooseDateTime } from './import-date-time.ts';
import { TypeInference } from './import-inference.ts';
import { mapFieldNames, snakeName } from './import-names.ts';

/** The inferred type of a column that holds these values; `?` when it may be null. */
function typeOf(isTextual: boolean, ...values: readonly unknown[]): string {
  const inference = new TypeInference({ isTextual });
  for (const value of values) inference.observe(value === undefined ? {} : { column: value });
  const [column] = inference.columns();
  if (column === undefined) return 'no column';
  return typeText(column.type) + (column.isComplete ? '' : '?');
}

const uuid = '0190163d-8694-739b-aea5-966c26f8ad91';

describe('types of cells', () => {
  it.each([
    ['Int', ['1', '-20', '0']],
    ['Int?', ['1', '']],
    ['Float', ['1', '2.5', '.5', '1e3']],
    ['Float', ['1.0', '2.0']],
    ['String', ['007', '008']],
    ['String', ['1', 'NA']],
    ['String', ['1', '9007199254740993']],
    ['String', ['1e999']],
    ['Boolean', ['true', 'FALSE']],
    ['String', ['true', '1']],
    ['Uuid', [uuid, uuid.toUpperCase()]],
    ['DateTime', ['2001-02-03', '2001/02/03 04:05', 'Jun 12 1998']],
    ['String', ['2001-02-03', 'soon']],
    ['String', ['03/04/2001']],
    ['Object', ['{"a":1}', '{}']],
    ['[Int]', ['[1,2]', '[]']],
    ['String', ['[see below]']],
    ['String?', ['', '']],
  ])('is %s for %j', (type, cells) => {
    expect(typeOf(true, ...cells)).toBe(type);
  });
});

describe('types of JSON values', () => {
  it.each([
    ['Int', [1, 2]],
    ['Float', [1, 2.5]],
    ['Any', [1, 'x']],
    ['Any', [true, 1]],
    ['Any?', [null, null]],
    ['Int?', [1, undefined]],
    ['[String]', [['a'], []]],
    ['[Float]', [[1], [2.5]]],
    ['[Any]', [[1, null]]],
    ['[[Int]]', [[[1], [2]]]],
    ['[Any]', [[]]],
    ['[Object]', [[{ a: 1 }]]],
    ['Object', [{ a: 1 }]],
    ['DateTime', ['2001-02-03T04:05:06.789Z']],
    ['String', ['1']],
  ])('is %s for %j', (type, values) => {
    expect(typeOf(false, ...values)).toBe(type);
  });

  it('is String when an integer is too long for a double, so that no digit is lost', () => {
    expect(typeOf(false, 1, 9007199254740993n)).toBe('String');
  });
});

describe('dates', () => {
  it.each([
    ['1998-06-12', '1998-06-12T00:00:00.000Z'],
    ['1998-06-12T10:20', '1998-06-12T10:20:00.000Z'],
    ['1998-06-12 10:20:30.123456', '1998-06-12T10:20:30.123Z'],
    ['1998-06-12T10:20:30+02:00', '1998-06-12T08:20:30.000Z'],
    ['1998-06-12T00:20:30-0230', '1998-06-12T02:50:30.000Z'],
    ['2001/01/31 06:55', '2001-01-31T06:55:00.000Z'],
    ['Jun 12 1998', '1998-06-12T00:00:00.000Z'],
    ['September 1, 2001', '2001-09-01T00:00:00.000Z'],
    ['12-Jun-1998', '1998-06-12T00:00:00.000Z'],
    ['0044-03-15', '0044-03-15T00:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseLooseDateTime(text)).toBe(instant);
  });

  it.each([
    '1998-02-29',
    '1998-13-01',
    '1998-06-12T24:00',
    'Foo 12 1998',
    '06/12/1998',
    '1998',
    '12:30',
    '0000-01-01T00:00:00+05:00',
  ])('does not read %s', (text) => {
    expect(parseLooseDateTime(text)).toBeUndefined();
  });
});

describe('field names', () => {
  it('keeps all names when all can be field names', () => {
    const names = ['createdAt', 'US_Gross', 'x'];
    expect([...mapFieldNames(names, { idIsUuid: false }).values()]).toEqual(names);
  });

  it('writes all names in one style when one has to change, and tells them apart', () => {
    const names = [
      'Title',
      'US Gross',
      'us_gross',
      'IMDBRating',
      '2nd',
      'Größe %',
      '!',
      '_comment',
    ];
    expect([...mapFieldNames(names, { idIsUuid: false }).values()]).toEqual([
      'title',
      'us_gross',
      'us_gross_2',
      'imdb_rating',
      'field_2nd',
      'grosse_percent',
      'field',
      'comment',
    ]);
  });

  it('moves words that the language keeps for itself out of the way', () => {
    const names = ['id', 'edges', '_id'];
    expect([...mapFieldNames(names, { idIsUuid: false }).values()]).toEqual([
      'source_id',
      'source_edges',
      'source_id_2',
    ]);
    expect(mapFieldNames(['id', 'a'], { idIsUuid: true }).get('id')).toBe('id');
  });

  it('bounds the length', () => {
    expect(snakeName('x'.repeat(500)).length).toBeLessThanOrEqual(128);
  });
});
