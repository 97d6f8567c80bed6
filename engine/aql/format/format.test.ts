import { describe, expect, it } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { sampleTexts } from '../testdata/sample-texts.ts';
import { format } from './format.ts';

/** The syntax tree without places. */
function meaning(text: string): string {
  return JSON.stringify(parse(text).document.definitions, (key, value: unknown) =>
    key === 'span' ? undefined : value,
  );
}

describe('format', () => {
  it.each(sampleTexts)(
    'keeps the meaning of sample text %#, and does nothing the second time',
    (text) => {
      const formatted = format(text);
      expect(parse(formatted).diagnostics).toEqual([]);
      expect(meaning(formatted)).toBe(meaning(text));
      expect(format(formatted)).toBe(formatted);
    },
  );

  it('lays out one item a line where a line would be too long', () => {
    const text =
      'query Page($min:Int=18){people:users(where:{and:[{role:{eq:"admin"}},{age:{gte:$min}}]},orderBy:[{age:DESC}],limit:20){id name address{city}}}';
    expect(format(text)).toBe(`query Page($min: Int = 18) {
    people: users(
        where: { and: [{ role: { eq: "admin" } }, { age: { gte: $min } }] },
        orderBy: [{ age: DESC }],
        limit: 20
    ) {
        id
        name
        address { city }
    }
}
`);
  });

  it('keeps every comment where it speaks of something', () => {
    const text = `# top
{ # users
users{ id # key
# before name
name
# last
}}
# end`;
    expect(format(text)).toBe(`# top
{
    # users
    users {
        id # key
        # before name
        name
        # last
    }
}

# end
`);
  });

  it('leaves a text with syntax errors as it is', () => {
    expect(format('{ users(  where: { age 3 }) {id}}')).toBe('{ users(  where: { age 3 }) {id}}');
  });
});
