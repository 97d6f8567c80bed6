import { describe, expect, it } from 'vitest';
import { AuroraError } from '#engine';
import { describeError } from './error-text.ts';

const source = { name: 'films.aql', text: 'query {\n\tfilms(whre: {}) { title }\n}\n' };

describe('errors of AQL', () => {
  it('show the line, a caret under the place, and what to do', () => {
    const start = source.text.indexOf('whre');
    const error = new AuroraError('UnknownArgument', 'There is no argument "whre".', {
      span: { start, end: start + 4 },
      hint: 'Did you mean "where"?',
    });
    expect(describeError(error, source)).toBe(
      [
        'error: UnknownArgument: There is no argument "whre".',
        ' --> films.aql:2:8',
        '  |',
        '2 |  films(whre: {}) { title }',
        '  |        ^^^^',
        'hint: Did you mean "where"?',
        '',
      ].join('\n'),
    );
  });

  it('show every finding, but no warning', () => {
    const span = { start: 0, end: 5 };
    const error = new AuroraError('SyntaxError', 'Two errors.', {
      diagnostics: [
        { code: 'SyntaxError', severity: 'error', span, message: 'First.' },
        { code: 'UnusedVariable', severity: 'warning', span, message: 'Warned.' },
        { code: 'UnknownField', severity: 'error', span, message: 'Second.' },
      ],
    });
    const text = describeError(error, source);
    expect(text.match(/^error: .*/gm)).toEqual([
      'error: SyntaxError: First.',
      'error: UnknownField: Second.',
    ]);
    expect(text.match(/\^+/g)).toEqual(['^^^^^', '^^^^^']);
  });

  it('mark the end of the text, and a place over several lines on its first', () => {
    const atEnd = { start: source.text.length, end: source.text.length };
    const whole = { start: 0, end: source.text.length };
    const describeAt = (span: { readonly start: number; readonly end: number }): string =>
      describeError(new AuroraError('SyntaxError', 'x', { span }), source);
    expect(describeAt(atEnd)).toContain('films.aql:4:1');
    expect(describeAt(whole)).toContain('1 | query {\n  | ^^^^^^^\n');
  });

  it('of other kinds are one line', () => {
    expect(describeError(new Error('No such file.'))).toBe('error: No such file.\n');
  });
});
