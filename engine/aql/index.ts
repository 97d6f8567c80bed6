/** The door of the AQL language: a leaf that runs in the engine, in a worker and in a page alike. */

export {
  type BindResult,
  bind,
  bindFilterValue,
  bindOrderValue,
} from './binding/bind.ts';
export { typeNames, typeText } from './binding/field-access.ts';
export type {
  BoundCondition,
  BoundField,
  BoundFilter,
  BoundJoin,
  BoundMetaField,
  BoundOrder,
  BoundPlainField,
  BoundQueryRoot,
  BoundRead,
  BoundRoot,
  BoundSearch,
  BoundSelected,
  BoundStatement,
  BoundVariable,
  FieldPath,
  Operand,
} from './bound.ts';
export type { BoundExpression } from './bound-expression.ts';
export type { BoundMutationField, BoundWrite } from './bound-mutation.ts';
export type {
  BoundAggregate,
  BoundEdgeField,
  BoundGroupBy,
  BoundGroupField,
  BoundHaving,
  BoundPart,
  GroupInterval,
  GroupMeasure,
} from './bound-parts.ts';
export type {
  BoundAlteration,
  BoundAssignment,
  BoundMigrationStep,
  BoundMigrationVersion,
  BoundSchemaChange,
} from './bound-schema.ts';
export type {
  CatalogShape,
  CollectionDefinition,
  FieldDefault,
  FieldDefinition,
  IndexDefinition,
  ValidationRules,
} from './catalog-shape.ts';
export { changeEffects, isWriting, mutationKind, type WritingKind } from './changes.ts';
export type { Diagnostic, DiagnosticCode, Span } from './diagnostic.ts';
export { findEngineCollection } from './engine-collections.ts';
export type { FieldType, JsonValue, ScalarTypeName } from './field-type.ts';
export {
  type FilterOperator,
  type FilterOperatorInfo,
  filterOperators,
  findFilterOperator,
  operatorApplies,
} from './filter-operators.ts';
export { type DocumentEdit, editText, literalText } from './format/edit-text.ts';
export { format } from './format/format.ts';
export { meaningLines, versionDifference } from './format/meaning-lines.ts';
export { answerIntrospection } from './introspection/answer.ts';
export { aqlLimits } from './limits.ts';
export { applyEdits, type CodeAction, codeActions } from './service/code-actions.ts';
export { type CompletionItem, complete } from './service/complete.ts';
export type { CompletionKind } from './service/draft.ts';
export { type Hover, hover } from './service/hover.ts';
export type {
  CatalogSamples,
  DistinctCounts,
  LanguageCatalog,
} from './service/language-catalog.ts';
export {
  type DocumentSymbol,
  documentSymbols,
  type FoldingRange,
  foldingRanges,
  selectionRanges,
} from './service/outline.ts';
export {
  type SemanticToken,
  type SemanticTokenKind,
  semanticTokens,
} from './service/semantic-tokens.ts';
export { type SignatureHelp, signatureHelp } from './service/signature-help.ts';
export { type StatementAt, statementAt } from './service/statement-at.ts';
export {
  definition,
  type Rename,
  type RenameTarget,
  references,
  rename,
  renameTarget,
  type TextEdit,
} from './service/symbols.ts';
export type { DocumentNode, ValueNode } from './syntax/ast.ts';
export { type ParsedStatement, type ParseResult, parse } from './syntax/parse.ts';
