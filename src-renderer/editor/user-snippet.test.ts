import { describe, expect, it } from 'vitest';
import { decodeSnippets, insertTextOf, problemsOfSnippet, snippetsAt } from './user-snippet.ts';

const top = { name: 'Top rows', prefix: 'top', text: `query { $1(limit: $\{2:10}) { $0 } }` };

describe('a snippet of one’s own', () => {
  it('keeps its places, and lets every other sign stand for itself', () => {
    const texts = [
      top.text,
      'query ($from: Int) { films(where: { year: { gte: $from } }) { $0 } }',
      `price: "\\$5" "a\\\\b" } $\{3} $\{1:a b}`,
    ];
    expect(texts.map(insertTextOf)).toEqual([
      `query { $1(limit: $\{2:10}) { $0 \\} \\}`,
      'query (\\$from: Int) { films(where: { year: { gte: \\$from \\} \\}) { $0 \\} \\}',
      `price: "\\$5" "a\\\\\\\\b" \\} $\{3:} $\{1:a b}`,
    ]);
  });

  it('is offered for a word, not inside strings, comments and variables', () => {
    const offered = (text: string) => snippetsAt(text, text.length, [top]).length;
    const texts = ['', '{ to', '"a" { ', '# a\n', '"to', '# to', '"""\n"to', '$to', '@to'];
    expect(texts.map(offered)).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0]);
    expect(snippetsAt('{ top }', 4, [top])).toMatchObject([
      { label: 'top', detail: 'Top rows', replaceSpan: { start: 2, end: 5 } },
    ]);
  });

  it('says of each field what is wrong with it', () => {
    const all = problemsOfSnippet({ name: ' ', prefix: '2 top', text: `\n$\{x}` }, []);
    expect(Object.keys(all)).toEqual(['name', 'prefix', 'text']);
    expect(all.text).toMatch(/^Line 2: /);
    // Closed only by a brace of the query: it would have swallowed what stands between.
    const open = { ...top, text: `{ films(limit: $\{1:3) { title } }` };
    expect(problemsOfSnippet(open, []).text).toMatch(/^Line 1: /);
    expect(problemsOfSnippet(top, [{ ...top, name: 'Best' }])).toEqual({
      prefix: '"top" is the prefix of "Best" already.',
    });
    expect(problemsOfSnippet(top, [{ ...top, prefix: 'best' }])).toEqual({
      name: 'Another snippet is called "Top rows".',
    });
    expect(problemsOfSnippet(top, [])).toEqual({});
  });

  it('is read from settings only when it is whole', () => {
    const saved = [top, null, 'x', { name: 'a', prefix: 'b' }, { ...top, prefix: 'no word' }];
    expect(decodeSnippets(saved)).toEqual([top]);
    expect(decodeSnippets({ top })).toEqual([]);
  });
});
