/*
 * SQLite, whose promises are known: with a write-ahead log and `synchronous=FULL` it loses nothing, with `NORMAL` a
 * power cut takes the last commits. A harness that finds otherwise is wrong or blind.
 */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { allAccounts, type WorkDocument, type WorkStep } from './work-plan.ts';
import { canonicalText, type WorkState, type WorkTarget } from './work-target.ts';

/** Opens, or makes, a database in a folder. */
export function openSqliteTarget(folder: string, synchronous: 'FULL' | 'NORMAL'): WorkTarget {
  makeFolder(folder);
  const db = new DatabaseSync(join(folder, 'data.sqlite'));
  db.exec(
    `PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous}; PRAGMA wal_autocheckpoint=40`,
  );
  const tables = `CREATE TABLE IF NOT EXISTS work(id TEXT PRIMARY KEY, caller INT, grp INT, body TEXT);
    CREATE TABLE IF NOT EXISTS accounts(id TEXT PRIMARY KEY, balance INT)`;
  const inTransaction = (action: () => void): void => {
    db.exec('BEGIN IMMEDIATE');
    action();
    db.exec('COMMIT');
  };
  return {
    async prepare(callerCount) {
      inTransaction(() => {
        db.exec(tables);
        const insert = db.prepare('INSERT OR IGNORE INTO accounts VALUES (?, 0)');
        for (const id of allAccounts(callerCount)) insert.run(id);
      });
    },
    upkeep: async () => undefined,
    async apply(step) {
      inTransaction(() => applyStep(db, step));
    },
    async read() {
      return readState(db);
    },
    async verify() {
      const rows = db.prepare('PRAGMA integrity_check').all();
      return rows.map((row) => String(row['integrity_check'])).filter((text) => text !== 'ok');
    },
    async close() {
      db.close();
    },
  };
}

/** SQLite wants its folder to be there, so it is put on disk before. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder);
  const parent = openSync(dirname(folder), 'r');
  fsyncSync(parent);
  closeSync(parent);
}

function applyStep(db: DatabaseSync, step: WorkStep): void {
  switch (step.kind) {
    case 'insert':
      insert(db, step.document);
      return;
    case 'bulk':
      for (const document of step.documents) insert(db, document);
      return;
    case 'update': {
      const row = db.prepare('SELECT body FROM work WHERE id = ?').get(step.id);
      const before: object = JSON.parse(String(row?.['body']));
      const body = JSON.stringify({ ...before, ...step.changes });
      db.prepare('UPDATE work SET body = ? WHERE id = ?').run(body, step.id);
      return;
    }
    case 'delete':
      db.prepare('DELETE FROM work WHERE id = ?').run(step.id);
      return;
    case 'deleteGroup':
      db.prepare('DELETE FROM work WHERE grp = ?').run(step.group);
      return;
    case 'increment':
      for (const id of step.accounts) add(db, id, 1);
      return;
    case 'transfer':
      add(db, step.from, -step.amount);
      insert(db, step.document);
      add(db, step.to, step.amount);
  }
}

function insert(db: DatabaseSync, document: WorkDocument): void {
  const { id, caller, group } = document;
  const statement = db.prepare('INSERT INTO work VALUES (?, ?, ?, ?)');
  statement.run(id, caller, group, JSON.stringify(document));
}

function add(db: DatabaseSync, id: string, amount: number): void {
  db.prepare('UPDATE accounts SET balance = balance + ? WHERE id = ?').run(amount, id);
}

function readState(db: DatabaseSync): WorkState {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  if (tables.length === 0) return { documents: new Map(), balances: new Map() };
  const documents = db.prepare('SELECT id, caller, body FROM work').all();
  const accounts = db.prepare('SELECT id, balance FROM accounts').all();
  return {
    documents: new Map(
      documents.map((row) => [
        String(row['id']),
        { caller: Number(row['caller']), text: canonicalText(JSON.parse(String(row['body']))) },
      ]),
    ),
    balances: new Map(accounts.map((row) => [String(row['id']), Number(row['balance'])])),
  };
}
