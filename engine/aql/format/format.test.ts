import { describe, expect, it } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { meaningOf } from '../testdata/meaning.ts';
import { sampleTexts } from '../testdata/sample-texts.ts';
import { format } from './format.ts';

describe('format', () => {
  it.each(sampleTexts)(
    'keeps the meaning of sample text %#, and does nothing the second time',
    (text) => {
      const formatted = format(text);
      expect(parse(formatted).diagnostics).toEqual([]);
      expect(meaningOf(formatted)).toBe(meaningOf(text));
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

  it('lays out definitions with one statement a line and operators set apart', () => {
    const text = `schema{alter collection users{add a:Int=3 drop b}define handler "x"{on:"insert users",action:{a}}}
migrate{"v1":{migrate data in users{set total=price*(qty+1)-2/x set b=c -1 where{c:{gt:-1}}set d=coalesce(a,-1)==- 1
# last
set e=-x}}}`;
    expect(format(text)).toBe(`schema {
    alter collection users {
        add a: Int = 3
        drop b
    }
    define handler "x" {
        on: "insert users"
        action: { a }
    }
}

migrate {
    "v1": {
        migrate data in users {
            set total = price * (qty + 1) - 2 / x
            set b = c - 1 where { c: { gt: -1 } }
            set d = coalesce(a, -1) == -1
            # last
            set e = -x
        }
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
