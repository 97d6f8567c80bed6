import { expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo, WireFieldType } from '#contract';
import { referencesOf } from './references.ts';

const uuid: WireFieldType = { kind: 'scalar', name: 'Uuid' };
const field = (name: string, type: WireFieldType, references?: string): FieldInfo => ({
  ...{ name, type, nullable: true, unique: false, indexed: false },
  ...(references === undefined ? {} : { references }),
});
const collection = (name: string, fields: readonly FieldInfo[]): CollectionInfo => ({
  ...{ name, fields, open: false, documentCount: 1, definedIndexes: [], indexes: [] },
});
const users = collection('users', [field('team', uuid, 'teams'), field('boss', uuid, 'users')]);
const teams = collection('teams', []);
const games = collection('games', [field('players', { kind: 'list', element: uuid }, 'users')]);

it('the references of a document lead both ways', () => {
  const values = new Map([
    ['id', 'u1'],
    ['team', 't1'],
  ]);
  const found = referencesOf(users, [users, teams, games], (name) => values.get(name));
  expect(found.map(({ label, place }) => [label, place.collection, place.where])).toEqual([
    ['team → teams', 'teams', '{ id: { eq: "t1" } }'],
    ['users by boss', 'users', '{ boss: { eq: "u1" } }'],
    ['games by players', 'games', '{ players: { contains: "u1" } }'],
  ]);
});
