import type { Diagnostic, Span } from '../diagnostic.ts';
import type { DefinitionNode, DocumentNode } from './ast.ts';
import { readText } from './read-text.ts';

/** One operation or block of a text. Fragments are no statements. */
export interface ParsedStatement {
  readonly kind: 'query' | 'mutation' | 'subscription' | 'schema' | 'migrate';
  readonly name?: string;
  readonly span: Span;
}

export interface ParseResult {
  readonly document: DocumentNode;
  /** Every syntax error, in text order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Operations and blocks in text order, those with errors included. */
  readonly statements: readonly ParsedStatement[];
}

/**
 * Parses AQL text into a syntax tree. Never throws: what is wrong comes as diagnostics, all of it at once, and the
 * definitions without errors stay usable. Linear in the length of the text.
 */
export function parse(text: string): ParseResult {
  const { reading, diagnostics } = readText(text, (parser, tokens) => parser.read(text, tokens));
  const definitions = reading?.definitions ?? [];
  return {
    document: { definitions: markBroken(definitions, diagnostics), length: text.length },
    diagnostics,
    statements: definitions.flatMap((node) => statementOf(node) ?? []),
  };
}

function markBroken(
  nodes: readonly DefinitionNode[],
  diagnostics: readonly Diagnostic[],
): DocumentNode['definitions'] {
  return nodes.map((node, index) => {
    const next = nodes[index + 1]?.span.start ?? Number.POSITIVE_INFINITY;
    const isBroken = diagnostics.some(
      ({ span }) => span.start >= node.span.start && span.start < next,
    );
    return { node, isBroken };
  });
}

function statementOf(node: DefinitionNode): ParsedStatement | undefined {
  switch (node.kind) {
    case 'fragment':
      return undefined;
    case 'unreadable':
      return node.keyword === 'fragment' ? undefined : { kind: node.keyword, span: node.span };
    case 'operation': {
      const base = { kind: node.operation, span: node.span } as const;
      return node.name === undefined ? base : { ...base, name: node.name.value };
    }
    default:
      return { kind: node.kind, span: node.span };
  }
}
