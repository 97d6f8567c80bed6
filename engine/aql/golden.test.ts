/*
 * Golden files: each case is a text under a title; behind it stand all findings with their places. UPDATE=1 rewrites
 * them, and the difference is reviewed like code.
 */
// biome-ignore lint/style/noRestrictedImports: golden files need a disk; what ships stays a leaf.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fix } from './diagnostic.ts';
import { bind, type CatalogShape, type Diagnostic, parse } from './index.ts';
import { sampleCatalog } from './testdata/sample-catalog.ts';
import { shopCatalog } from './testdata/shop-catalog.ts';

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
    .map(({ code, severity, span, message, hint, fix }) => {
      const before = text.slice(0, span.start).split('\n');
      const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
      const marked = JSON.stringify(text.slice(span.start, span.end));
      const mark = severity === 'warning' ? ' (warning)' : '';
      const said = `${place} ${marked} ${code}${mark}: ${message}`;
      const advice = hint === undefined ? '' : ` | ${hint}`;
      const change = fix === undefined ? '' : `\n    ${fix.title} → ${line(fixed(text, fix))}`;
      return `${said}${advice}${change}\n`;
    })
    .join('');
}

function fixed(text: string, { edits }: Fix): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((all, { span, text: inserted }) => {
      return all.slice(0, span.start) + inserted + all.slice(span.end);
    }, text);
}

function line(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function check(name: string, findings: (text: string) => readonly Diagnostic[]): void {
  const file = `${import.meta.dirname}/testdata/${name}.txt`;
  const cases = readCases(file);
  if (process.env['UPDATE'] === '1') {
    it('writes its golden file', () => expect(cases).not.toEqual([]));
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

function findingsOf(text: string, catalog: CatalogShape): readonly Diagnostic[] {
  const { document, diagnostics } = parse(text);
  return [...diagnostics, ...bind(document, catalog).diagnostics];
}

const files = ['binding', 'filters', 'reads', 'variables', 'writes', 'schema'] as const;
const catalogOf = (name: string): CatalogShape =>
  name === 'binding' ? sampleCatalog : shopCatalog;

describe('binding errors', () => {
  for (const name of files) {
    describe(name, () => {
      check(name, (text) => findingsOf(text, catalogOf(name)));
    });
  }

  it('are shown for at least 150 wrong texts', () => {
    const wrong = ['syntax', ...files].flatMap((name) =>
      readCases(`${import.meta.dirname}/testdata/${name}.txt`)
        .filter(({ expected }) => expected !== '')
        .map(({ text }) => text),
    );
    expect(new Set(wrong).size).toBeGreaterThanOrEqual(150);
  });

  it('are gone where their fix was applied', () => {
    let count = 0;
    for (const name of files) {
      for (const { text } of readCases(`${import.meta.dirname}/testdata/${name}.txt`)) {
        const before = findingsOf(text, catalogOf(name));
        for (const { fix, message, code } of before) {
          if (fix === undefined) continue;
          count++;
          const after = findingsOf(fixed(text, fix), catalogOf(name));
          const [had, has] = [before, after].map(
            (list) => list.filter((each) => each.message === message).length,
          );
          const isLeft = had === has;
          const isBroken = after.some((each) => each.code === 'SyntaxError');
          expect({ text, code, message, isLeft, isBroken }).toEqual({
            text,
            code,
            message,
            isLeft: false,
            isBroken: false,
          });
        }
      }
    }
    expect(count).toBeGreaterThan(50);
  });
});
