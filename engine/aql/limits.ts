/**
 * Bounds of the language. They keep a hostile or accidental text from exhausting memory or the stack; a text beyond
 * one of them gets a `LimitExceeded` diagnostic and is not parsed further.
 */
export const aqlLimits = {
  /** Length of one text in UTF-16 code units. */
  textLengthMax: 32 * 1024 * 1024,
  tokenCountMax: 4_000_000,
  /** Nesting of brackets in a text, and of lists and objects in a JSON value. */
  depthMax: 100,
  /** Operators of one level in an expression. */
  operatorCountMax: 500,
  nameLengthMax: 128,
  /** Findings reported for one text. */
  diagnosticCountMax: 200,
  /** Fields of one statement after fragments were put in place of their spreads. */
  selectionCountMax: 20_000,
  variableCountMax: 500,
  /** Nodes in the answer of one introspection. */
  introspectionNodesMax: 1_000_000,
  fieldsPerCollectionMax: 1_000,
} as const;
