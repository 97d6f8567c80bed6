/* What schema blocks and migrations do, bound. Each change is bound to the catalog that the ones before it leave. */
import type { BoundFilter, FieldPath } from './bound.ts';
import type { BoundExpression } from './bound-expression.ts';
import type { BoundMutationField } from './bound-mutation.ts';
import type { CollectionDefinition, FieldDefinition, IndexDefinition } from './catalog-shape.ts';
import type { Span } from './diagnostic.ts';

/** One action of `alter collection`. */
export type BoundAlteration = { readonly span: Span } & (
  | {
      readonly kind: 'addField';
      readonly field: FieldDefinition;
      /** True when the field is there already with the same type; the action then does nothing. */
      readonly isThere: boolean;
    }
  | { readonly kind: 'dropField'; readonly name: string }
  | { readonly kind: 'renameField'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'modifyField';
      readonly before: FieldDefinition;
      readonly field: FieldDefinition;
    }
  | { readonly kind: 'addIndex'; readonly index: IndexDefinition; readonly isThere: boolean }
  | {
      readonly kind: 'dropIndex';
      readonly fields: readonly string[];
      readonly text?: true;
    }
);

/** What calls a handler: a kind of change to the documents of one collection. */
export interface HandlerTrigger {
  readonly event: 'insert' | 'update' | 'delete';
  readonly collection: string;
}

/** One change of a schema block. */
export type BoundSchemaChange = { readonly span: Span } & (
  | {
      readonly kind: 'defineCollection';
      readonly definition: CollectionDefinition;
      readonly ifNotExists: boolean;
    }
  | {
      readonly kind: 'dropCollection';
      readonly collection: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'alterCollection';
      readonly collection: string;
      readonly actions: readonly BoundAlteration[];
      /** The collection as it is after all actions. */
      readonly definition: CollectionDefinition;
    }
  | {
      readonly kind: 'defineHandler';
      readonly name: string;
      readonly trigger: HandlerTrigger;
      /** Its variables `$_id`, `$_field` … are the fields of the document that changed. */
      readonly action: BoundMutationField;
      /** The action as it is written, without layout and comments: it is bound again when the schema changes. */
      readonly actionText: string;
    }
  | { readonly kind: 'dropHandler'; readonly name: string }
);

/** `set field = expression where { … }`: for every document, or those that match. */
export interface BoundAssignment {
  readonly path: FieldPath;
  readonly expression: BoundExpression;
  readonly where?: BoundFilter;
  readonly span: Span;
}

export type BoundMigrationStep =
  | Exclude<BoundSchemaChange, { kind: 'defineHandler' | 'dropHandler' }>
  | {
      readonly kind: 'migrateData';
      readonly collection: string;
      /** Applied in order to each document; each sees what those before it set. */
      readonly assignments: readonly BoundAssignment[];
      readonly span: Span;
    };

export interface BoundMigrationVersion {
  readonly version: string;
  /** The version's steps without layout and comments: what its checksum is made of. */
  readonly meaning: string;
  /** Empty for a version that is recorded as applied: it is skipped, and names in it may be gone since. */
  readonly steps: readonly BoundMigrationStep[];
  readonly isRecorded: boolean;
  readonly span: Span;
}
