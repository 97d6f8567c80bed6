/*
 * Golden files: each case is a text under a title; behind it stand all findings with their places. UPDATE=1 rewrites
 * them, and the difference is reviewed like code.
 */
// biome-ignore lint/style/noRestrictedImports: golden files need a disk; what ships stays a leaf.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bind, type Diagnostic, parse } from './index.ts';
import { sampleCatalog } from './testdata/sample-catalog.ts';

interface Case {
  readonly title: string;
  readonly text: string;
  readonly expected: string;
}

function readCases(file: string): Case[] {
  return readFileSync(file, 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const titleEnd = section.indexOf('\n');
      const [text = '', expected = ''] = section.slice(titleEnd + 1).split(/^--->\n/m);
      return { title: section.slice(0, titleEnd), text: text.replace(/\n$/, ''), expected };
    });
}

function render(text: string, diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ code, severity, span, message, hint }) => {
      const before = text.slice(0, span.start).split('\n');
      const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
      const marked = JSON.stringify(text.slice(span.start, span.end));
      const mark = severity === 'warning' ? ' (warning)' : '';
      return `${place} ${marked} ${code}${mark}: ${message}${hint === undefined ? '' : ` | ${hint}`}\n`;
    })
    .join('');
}

function check(name: string, findings: (text: string) => readonly Diagnostic[]): void {
  const file = `${import.meta.dirname}/testdata/${name}.txt`;
  const cases = readCases(file);
  if (process.env['UPDATE'] === '1') {
    const sections = cases.map(
      ({ title, text }) => `=== ${title}\n${text}\n--->\n${render(text, findings(text))}`,
    );
    writeFileSync(file, sections.join(''));
    return;
  }
  for (const { title, text, expected } of cases) {
    it(title, () => expect(render(text, findings(text))).toBe(expected));
  }
}

describe('syntax errors', () => {
  check('syntax', (text) => parse(text).diagnostics);
  it('has its golden file', () =>
    expect(readCases(`${import.meta.dirname}/testdata/syntax.txt`)).not.toEqual([]));
});

describe('binding errors', () => {
  check('binding', (text) => {
    const { document, diagnostics } = parse(text);
    return [...diagnostics, ...bind(document, sampleCatalog).diagnostics];
  });
  it('has its golden file', () =>
    expect(readCases(`${import.meta.dirname}/testdata/binding.txt`)).not.toEqual([]));
});
