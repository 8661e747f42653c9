/** Says what becomes of statements that no read-only server runs, in PostgreSQL's words. */
import { PgError } from '../pg-error.ts';
import type { Tree } from '../words.ts';
import { isRecord, kindOf } from './tree.ts';

/** What PostgreSQL calls a statement (its command tag), by the kind of its tree. */
const WRITING_TAGS: Readonly<Record<string, string>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  TruncateStmt: 'TRUNCATE TABLE',
  CreateStmt: 'CREATE TABLE',
  CreateTableAsStmt: 'CREATE TABLE AS',
  IndexStmt: 'CREATE INDEX',
  CreateSchemaStmt: 'CREATE SCHEMA',
  CreateSeqStmt: 'CREATE SEQUENCE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  CreateFunctionStmt: 'CREATE FUNCTION',
  CreateTrigStmt: 'CREATE TRIGGER',
  CreateEnumStmt: 'CREATE TYPE',
  CompositeTypeStmt: 'CREATE TYPE',
  CreateRangeStmt: 'CREATE TYPE',
  CreateDomainStmt: 'CREATE DOMAIN',
  CreateExtensionStmt: 'CREATE EXTENSION',
  CreateRoleStmt: 'CREATE ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  DropRoleStmt: 'DROP ROLE',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  AlterTableStmt: 'ALTER TABLE',
  AlterDatabaseStmt: 'ALTER DATABASE',
  AlterDatabaseSetStmt: 'ALTER DATABASE',
  RenameStmt: 'ALTER TABLE',
  AlterObjectSchemaStmt: 'ALTER TABLE',
  AlterOwnerStmt: 'ALTER TABLE',
  AlterEnumStmt: 'ALTER TYPE',
  CommentStmt: 'COMMENT',
  GrantStmt: 'GRANT',
  GrantRoleStmt: 'GRANT ROLE',
  AlterDefaultPrivilegesStmt: 'ALTER DEFAULT PRIVILEGES',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  ReindexStmt: 'REINDEX',
  VacuumStmt: 'VACUUM',
  ClusterStmt: 'CLUSTER',
  RuleStmt: 'CREATE RULE',
  CreatePolicyStmt: 'CREATE POLICY',
  DefineStmt: 'CREATE AGGREGATE',
  SecLabelStmt: 'SECURITY LABEL',
  DropOwnedStmt: 'DROP OWNED',
  ReassignOwnedStmt: 'REASSIGN OWNED',
};

const DROPPED: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_INDEX: 'INDEX',
  OBJECT_SCHEMA: 'SCHEMA',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_TYPE: 'TYPE',
  OBJECT_EXTENSION: 'EXTENSION',
};

/** Statements that no server with this architecture has: code on the server, other servers, replication. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  DoStmt: 'DO',
  CallStmt: 'CALL',
  LoadStmt: 'LOAD',
  AlterSystemStmt: 'ALTER SYSTEM',
  CheckPointStmt: 'CHECKPOINT',
  CreateFdwStmt: 'CREATE FOREIGN DATA WRAPPER',
  CreateForeignServerStmt: 'CREATE SERVER',
  CreateForeignTableStmt: 'CREATE FOREIGN TABLE',
  ImportForeignSchemaStmt: 'IMPORT FOREIGN SCHEMA',
  CreateUserMappingStmt: 'CREATE USER MAPPING',
  CreatePublicationStmt: 'CREATE PUBLICATION',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
  CreatePLangStmt: 'CREATE LANGUAGE',
};

/** 25006. @param what a command tag, such as INSERT. */
export function readOnly(what: string): PgError {
  return new PgError('25006', `cannot execute ${what} in a read-only transaction`, {
    hint: 'redquery serves Redis for reading',
  });
}

/** Gives the refusal of a statement by its kind; every kind has one. */
export function refusalOf(tree: Tree): PgError {
  const kind = kindOf(tree);
  const writing = WRITING_TAGS[kind];
  if (kind === 'CreateTableAsStmt') return readOnly(createdTableTag(tree));
  if (writing !== undefined) return readOnly(writing);
  if (kind === 'DropStmt') {
    const fields = tree[kind];
    const type = isRecord(fields) ? String(fields['removeType']) : '';
    return readOnly(`DROP ${DROPPED[type] ?? type.replace('OBJECT_', '').replaceAll('_', ' ')}`);
  }
  const unsupported =
    UNSUPPORTED[kind] ??
    kind
      .replace(/Stmt$/, '')
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toUpperCase();
  return new PgError('0A000', `${unsupported} is not supported`);
}

function createdTableTag(tree: Tree): string {
  const fields = tree['CreateTableAsStmt'];
  return isRecord(fields) && fields['objtype'] === 'OBJECT_MATVIEW' ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS';
}

const LOCKS: Readonly<Record<string, string>> = {
  LCS_FORUPDATE: 'SELECT FOR UPDATE',
  LCS_FORNOKEYUPDATE: 'SELECT FOR NO KEY UPDATE',
  LCS_FORSHARE: 'SELECT FOR SHARE',
  LCS_FORKEYSHARE: 'SELECT FOR KEY SHARE',
};

/** @throws {PgError} 25006 where a query writes, makes a table or locks rows. */
export function refuseWrites(found: {
  readonly writes: readonly string[];
  readonly hasInto: boolean;
  readonly locking: string | null;
}): void {
  const write = found.writes[0];
  if (write !== undefined) throw readOnly(WRITING_TAGS[write] ?? write);
  if (found.hasInto) throw readOnly('SELECT INTO');
  if (found.locking !== null) throw readOnly(LOCKS[found.locking] ?? 'SELECT FOR UPDATE');
}
