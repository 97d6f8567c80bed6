import { randomUUID } from 'node:crypto';
import {
  type CatalogInfo,
  type CollectionInfo,
  type DatabaseConnectionInfo,
  type FieldInfo,
  type ResultPart,
  toWireDetails,
  WireError,
  type WireErrorShape,
  type WireFieldType,
} from '#contract';
import { AuroraError, type Database, type DatabaseConnection, type RunPart } from '#engine';
import type { FieldDefinition, FieldType } from '#engine/aql';
import type { SubscriptionHead } from './subscription-run.ts';

/*
 * The only place where the engine's types become those of the wire. What is not translated here does not cross.
 */

export async function toCatalogInfo(database: Database): Promise<CatalogInfo> {
  const collections = await database.collections();
  const { version, migrations = [] } = database.catalog();
  return { version, collections: collections.map(toCollectionInfo), migrations };
}

function toCollectionInfo(
  collection: Awaited<ReturnType<Database['collections']>>[number],
): CollectionInfo {
  const { definition, documentCount, indexes } = collection;
  return {
    name: definition.name,
    open: definition.open,
    documentCount,
    fields: definition.fields.map(toFieldInfo),
    definedIndexes: definition.indexes.map(({ fields, unique, text }) => ({
      fields,
      unique,
      ...(text && { text }),
    })),
    indexes: indexes.map(({ name, fields, unique, text, state }) => ({
      name,
      fields,
      unique,
      ...(text && { text }),
      state,
    })),
  };
}

export function toFieldInfo(field: FieldDefinition): FieldInfo {
  return {
    name: field.name,
    type: toFieldType(field.type),
    nullable: field.nullable,
    unique: field.unique,
    indexed: field.indexed,
    ...(field.references === undefined ? {} : { references: field.references }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.validate === undefined ? {} : { validate: field.validate }),
  };
}

export function toFieldType(type: FieldType): WireFieldType {
  return type.kind === 'scalar'
    ? { kind: 'scalar', name: type.name }
    : { kind: 'list', element: toFieldType(type.element) };
}

/** A database that is closed is listed nowhere; until its page hears of that, it is as good as lost. */
export function toConnectionInfo(connection: DatabaseConnection): DatabaseConnectionInfo {
  const { state, ownerPid, reason } = connection;
  return {
    state: state === 'closed' ? 'lost' : state,
    ...(ownerPid === undefined ? {} : { ownerPid }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** One part of a run. Spans are those of the text that was sent to be run, as the engine gives them. */
export function toResultPart(
  part: RunPart | SubscriptionHead,
  toWireError: (error: unknown) => WireErrorShape,
): ResultPart {
  switch (part.kind) {
    case 'head':
      return {
        kind: 'head',
        head: {
          result: part.result,
          statementKind: part.statementKind,
          title: part.title,
          ...(part.collection === undefined ? {} : { collection: part.collection }),
          columns: part.columns.map((column) => ({
            name: column.name,
            path: column.path,
            type: toFieldType(column.type),
            nullable: column.nullable,
            ...(column.origin === undefined ? {} : { origin: column.origin }),
          })),
          span: { start: part.span.start, end: part.span.end },
          ...(part.plan === undefined ? {} : { plan: part.plan }),
        },
      };
    case 'rows':
      return {
        kind: 'rows',
        result: part.result,
        batch: {
          rowCount: part.rowCount,
          columns: part.columns,
          ...(part.missing === undefined ? {} : { missing: part.missing }),
          ...(part.origins === undefined ? {} : { origins: part.origins }),
        },
      };
    case 'summary':
      return {
        kind: 'summary',
        result: part.result,
        summary: {
          rowCount: part.rowCount,
          rowsRead: part.rowsRead,
          elapsedMs: part.elapsedMs,
          ...(part.message === undefined ? {} : { message: part.message }),
          truncated: part.truncated,
        },
      };
    case 'failed':
      return {
        kind: 'failed',
        ...(part.span === undefined
          ? {}
          : { span: { start: part.span.start, end: part.span.end } }),
        error: toWireError(part.error),
      };
  }
}

/**
 * Makes the mapping of errors. An expected failure crosses with its code and facts, and so does what the operating
 * system refused, such as a folder that may not be written. Anything else is a fault of the program: it is logged here with its stack under an incident id, and only that id crosses.
 */
export function createErrorMapping(
  log: (line: string) => void,
): (error: unknown) => WireErrorShape {
  return (error) => {
    if (error instanceof WireError) return error.toShape();
    if (error instanceof AuroraError) return fromAuroraError(error);
    if (error instanceof Error && error.name === 'AbortError') {
      return { code: 'Cancelled', message: 'The operation was cancelled.' };
    }
    if (isSystemError(error)) return fromSystemError(error);
    const incident = randomUUID();
    log(
      `Incident ${incident}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return {
      code: 'Internal',
      message: `Something went wrong inside Aurora Studio. The host's log has it as incident ${incident}.`,
      details: { incident },
    };
  };
}

/** Node's form of a failed system call: EACCES, ENOSPC, EROFS and their like. */
function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

function fromSystemError(error: Error & { readonly code: string }): WireErrorShape {
  return {
    code: 'StorageFailure',
    message: `The operating system refused it: ${error.message}.`,
    hint: 'Check the permissions of the folder, and that the disk is not full.',
    details: { reason: error.code },
  };
}

const detailItemsMax = 200;

function fromAuroraError(error: AuroraError): WireErrorShape {
  const details = toWireDetails(error.details, detailItemsMax);
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.span === undefined ? {} : { span: { start: error.span.start, end: error.span.end } }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
    ...(error.diagnostics.length === 0
      ? {}
      : {
          diagnostics: error.diagnostics.map(({ code, severity, span, message, hint }) => ({
            code,
            severity,
            span: { start: span.start, end: span.end },
            message,
            ...(hint === undefined ? {} : { hint }),
          })),
        }),
  };
}
