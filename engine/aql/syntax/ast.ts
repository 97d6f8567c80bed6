/*
 * The syntax tree of AQL: the executable part is GraphQL's, the blocks `schema` and `migrate` are AQL's own. Every node
 * knows its span. A definition that holds a syntax error is marked `isBroken`; its insides may be
 * incomplete and are never read.
 */
import type { Span } from '../diagnostic.ts';

export interface NameNode {
  readonly value: string;
  readonly span: Span;
}

export type ValueNode =
  | { readonly kind: 'variable'; readonly name: NameNode; readonly span: Span }
  | { readonly kind: 'number'; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'null'; readonly span: Span }
  | { readonly kind: 'enum'; readonly value: string; readonly span: Span }
  | ListNode
  | ObjectNode;

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ValueNode[];
  readonly span: Span;
}

export interface ObjectNode {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntryNode[];
  readonly span: Span;
}

export interface ObjectEntryNode {
  readonly key: NameNode;
  readonly value: ValueNode;
  readonly span: Span;
}

export interface ArgumentNode {
  readonly name: NameNode;
  readonly value: ValueNode;
  readonly span: Span;
}

export interface DirectiveNode {
  readonly name: NameNode;
  readonly arguments: readonly ArgumentNode[];
  readonly span: Span;
}

export type TypeNode =
  | {
      readonly kind: 'named';
      readonly name: NameNode;
      readonly isRequired: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: 'list';
      readonly element: TypeNode;
      readonly isRequired: boolean;
      readonly span: Span;
    };

/** The string before a definition or a variable that describes it. */
export interface DescriptionNode {
  readonly value: string;
  readonly span: Span;
}

export interface VariableDefinitionNode {
  readonly description: DescriptionNode | undefined;
  readonly name: NameNode;
  readonly type: TypeNode;
  readonly defaultValue: ValueNode | undefined;
  readonly directives: readonly DirectiveNode[];
  readonly span: Span;
}

export interface SelectionSetNode {
  readonly selections: readonly SelectionNode[];
  readonly span: Span;
}

export interface FieldNode {
  readonly kind: 'field';
  readonly alias: NameNode | undefined;
  readonly name: NameNode;
  readonly arguments: readonly ArgumentNode[];
  readonly directives: readonly DirectiveNode[];
  readonly selectionSet: SelectionSetNode | undefined;
  readonly span: Span;
}

export type SelectionNode =
  | FieldNode
  | {
      readonly kind: 'fragmentSpread';
      readonly name: NameNode;
      readonly directives: readonly DirectiveNode[];
      readonly span: Span;
    }
  | {
      readonly kind: 'inlineFragment';
      readonly typeCondition: NameNode | undefined;
      readonly directives: readonly DirectiveNode[];
      readonly selectionSet: SelectionSetNode;
      readonly span: Span;
    };

export interface OperationNode {
  readonly kind: 'operation';
  readonly description: DescriptionNode | undefined;
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly name: NameNode | undefined;
  readonly variables: readonly VariableDefinitionNode[];
  readonly directives: readonly DirectiveNode[];
  readonly selectionSet: SelectionSetNode;
  readonly span: Span;
}

export interface FragmentNode {
  readonly kind: 'fragment';
  readonly description: DescriptionNode | undefined;
  readonly name: NameNode;
  readonly typeCondition: NameNode;
  readonly directives: readonly DirectiveNode[];
  readonly selectionSet: SelectionSetNode;
  readonly span: Span;
}

export interface FieldDefinitionNode {
  readonly name: NameNode;
  readonly type: TypeNode;
  readonly defaultValue: ValueNode | undefined;
  readonly directives: readonly DirectiveNode[];
  readonly span: Span;
}

export interface CollectionDefinitionNode {
  readonly kind: 'defineCollection';
  readonly name: NameNode;
  readonly ifNotExists: boolean;
  readonly directives: readonly DirectiveNode[];
  readonly fields: readonly FieldDefinitionNode[];
  readonly span: Span;
}

export interface CollectionDropNode {
  readonly kind: 'dropCollection';
  readonly name: NameNode;
  readonly ifExists: boolean;
  readonly span: Span;
}

export interface CollectionAlterationNode {
  readonly kind: 'alterCollection';
  readonly name: NameNode;
  readonly actions: readonly AlterActionNode[];
  readonly span: Span;
}

export type AlterActionNode =
  | { readonly kind: 'addField'; readonly field: FieldDefinitionNode; readonly span: Span }
  | { readonly kind: 'modifyField'; readonly field: FieldDefinitionNode; readonly span: Span }
  | { readonly kind: 'dropField'; readonly name: NameNode; readonly span: Span }
  | {
      readonly kind: 'renameField';
      readonly from: NameNode;
      readonly to: NameNode;
      readonly span: Span;
    }
  | {
      readonly kind: 'addIndex';
      /** Names or dotted paths. */
      readonly fields: readonly NameNode[];
      readonly isUnique: boolean;
      /** Absent where it is not said, so that what is recorded of older texts stays the same. */
      readonly isText?: true;
      readonly span: Span;
    }
  | {
      readonly kind: 'dropIndex';
      readonly fields: readonly NameNode[];
      readonly isText?: true;
      readonly span: Span;
    };

/** `define handler "name" { on: "insert users", action: { … } }`. */
export interface HandlerDefinitionNode {
  readonly kind: 'defineHandler';
  /** The text of the string, with the span of the literal; `on` likewise. */
  readonly name: NameNode;
  readonly on: NameNode;
  readonly action: SelectionSetNode;
  /** The action as it is written, without layout and comments. */
  readonly actionText: string;
  readonly span: Span;
}

export interface HandlerDropNode {
  readonly kind: 'dropHandler';
  readonly name: NameNode;
  readonly span: Span;
}

export type SchemaStatementNode =
  | CollectionDefinitionNode
  | CollectionAlterationNode
  | CollectionDropNode
  | HandlerDefinitionNode
  | HandlerDropNode;

export interface SchemaNode {
  readonly kind: 'schema';
  readonly statements: readonly SchemaStatementNode[];
  readonly span: Span;
}

export interface MigrateNode {
  readonly kind: 'migrate';
  readonly versions: readonly MigrationVersionNode[];
  readonly span: Span;
}

export interface MigrationVersionNode {
  /** The text of the string, with the span of the literal. */
  readonly version: NameNode;
  readonly steps: readonly MigrationStepNode[];
  readonly span: Span;
}

/** `create collection` gives a `defineCollection` node. */
export type MigrationStepNode =
  | CollectionDefinitionNode
  | CollectionAlterationNode
  | CollectionDropNode
  | DataMigrationNode;

/** `migrate data in users { set … }`. */
export interface DataMigrationNode {
  readonly kind: 'migrateData';
  readonly collection: NameNode;
  readonly assignments: readonly AssignmentNode[];
  readonly span: Span;
}

/** `set field = expression where { … }`. */
export interface AssignmentNode {
  readonly path: readonly NameNode[];
  readonly expression: ExpressionNode;
  readonly where: ObjectNode | undefined;
  readonly span: Span;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '==' | '!=' | '<' | '<=' | '>' | '>=';

/** An expression of `migrate data` or of `compute`. Parentheses leave no node. */
export type ExpressionNode =
  | { readonly kind: 'number'; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'null'; readonly span: Span }
  | { readonly kind: 'reference'; readonly path: readonly NameNode[]; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly name: NameNode;
      readonly arguments: readonly ExpressionNode[];
      readonly span: Span;
    }
  | { readonly kind: 'negation'; readonly operand: ExpressionNode; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly operatorSpan: Span;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
      readonly span: Span;
    }
  | {
      readonly kind: 'expressionList';
      readonly items: readonly ExpressionNode[];
      readonly span: Span;
    }
  | {
      readonly kind: 'expressionObject';
      readonly entries: readonly ExpressionEntryNode[];
      readonly span: Span;
    };

export interface ExpressionEntryNode {
  readonly key: NameNode;
  readonly value: ExpressionNode;
  readonly span: Span;
}

/** A definition whose text was too broken to build anything from. */
export interface UnreadableNode {
  readonly kind: 'unreadable';
  readonly keyword: 'query' | 'mutation' | 'subscription' | 'schema' | 'migrate' | 'fragment';
  readonly span: Span;
}

export type DefinitionNode =
  | OperationNode
  | FragmentNode
  | SchemaNode
  | MigrateNode
  | UnreadableNode;

export interface DocumentNode {
  readonly definitions: readonly {
    readonly node: DefinitionNode;
    /** True when a syntax error lies in it. Only its kind and span can be trusted then. */
    readonly isBroken: boolean;
  }[];
  /** Length of the text in UTF-16 code units. */
  readonly length: number;
}
