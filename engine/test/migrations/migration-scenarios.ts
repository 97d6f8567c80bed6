/*
 * What people do to a database, and what goes wrong with it: the fixtures of migration-scenarios.test.ts. A scenario is
 * a folder of migration files that changes from stage to stage; the last stage is applied, and everything is undone.
 */
import type { JsonValue } from '#engine/aql';

type Document = { readonly [field: string]: JsonValue };

/** The folder as it is at one time: texts by file name. */
type Files = { readonly [file: string]: string };

interface ScenarioStage {
  readonly files: Files;
  /** What `plan` and `up` complain about; nothing changes then. Absent when the files can be applied. */
  readonly complaint?: RegExp;
  /** How `up` says it when it does not say it as `plan` does. */
  readonly failure?: RegExp;
}

export interface MigrationScenario {
  readonly name: string;
  readonly schema: string;
  readonly documents: (count: number) => readonly Document[];
  readonly count: number;
  readonly stages: readonly ScenarioStage[];
  /** A document of `people` as it can be inserted afterwards, and what is left of it when all is undone. */
  readonly newcomer: Document;
  readonly survives: Document;
}

const schema = 'schema { define collection people { name: String! score: String } }';

const named = (count: number): readonly Document[] =>
  Array.from({ length: count }, (_, number) => ({ name: `p${number}`, score: `${number % 7}` }));

const version = (name: string, steps: string): string => `migrate { "${name}": { ${steps} } }`;

const nickname = version('1', 'alter collection people { add nick: String }');
const usual = { schema, documents: named, count: 40 };
const plainNewcomer = {
  newcomer: { name: 'new', score: '9' },
  survives: { name: 'new', score: '9' },
};

/** @param backfillCount over how many documents the backfill goes */
export function migrationScenarios(backfillCount: number): readonly MigrationScenario[] {
  return [
    {
      ...usual,
      name: 'add a field with a default',
      stages: [
        {
          files: {
            '1.aql': version(
              '1',
              'alter collection people { add role: String! @default(value: "member") @indexed }',
            ),
          },
        },
      ],
      newcomer: { name: 'new', role: 'admin' },
      survives: { name: 'new' },
    },
    {
      ...usual,
      name: 'rename a field',
      stages: [
        { files: { '1.aql': version('1', 'alter collection people { rename score to points }') } },
      ],
      newcomer: { name: 'new', points: '12' },
      survives: { name: 'new', score: '12' },
    },
    {
      name: 'split a field',
      schema: 'schema { define collection people { name: String! home: Object } }',
      documents: (count) =>
        Array.from({ length: count }, (_, number) =>
          number % 5 === 0
            ? { name: `p${number}` }
            : { name: `p${number}`, home: { city: `c${number % 3}`, zip: `${number}` } },
        ),
      count: 40,
      stages: [
        {
          files: {
            '1.aql': version(
              '1',
              `alter collection people { add city: String @indexed add zip: String }
               migrate data in people { set city = home.city set zip = home.zip }
               alter collection people { drop home }`,
            ),
          },
        },
      ],
      newcomer: { name: 'new', city: 'Rome', zip: '1' },
      survives: { name: 'new' },
    },
    {
      ...usual,
      name: 'retype values of which some cannot be converted',
      documents: (count) => [...named(count), { name: 'odd', score: 'seven' }],
      stages: [
        {
          files: { '1.aql': version('1', 'alter collection people { modify score: Int }') },
          complaint: /people [0-9a-f-]{36}: .*"score"/,
          failure: /1 document does not allow it \(modify score: Int\)/,
        },
        {
          files: {
            '1.aql': version(
              '1',
              `migrate data in people { set score = "7" where { score: { eq: "seven" } } }
               alter collection people { modify score: Int }`,
            ),
          },
        },
      ],
      newcomer: { name: 'new', score: 10 },
      survives: { name: 'new', score: '10' },
    },
    {
      ...usual,
      name: 'add a unique index over duplicates',
      stages: [
        {
          files: {
            '1.aql': version('1', 'alter collection people { modify score: String @unique }'),
          },
          complaint: /shares its value of \(score\) with another/,
          failure: /Nothing was changed: \d+ documents do not allow it/,
        },
        {
          files: {
            '1.aql': version(
              '1',
              `migrate data in people { set score = concat(name, score) }
               alter collection people { modify score: String @unique }`,
            ),
          },
        },
      ],
      ...plainNewcomer,
    },
    {
      ...usual,
      name: 'backfill a field',
      count: backfillCount,
      stages: [
        {
          files: {
            '1.aql': version('1', 'alter collection people { add label: String }'),
            '2.aql': version(
              '2',
              'migrate data in people { set label = concat(name, " ", score) }',
            ),
          },
        },
      ],
      newcomer: { name: 'new', score: '9', label: 'l' },
      survives: { name: 'new', score: '9' },
    },
    {
      ...usual,
      name: 'a step that fails after others of its version',
      stages: [
        {
          files: {
            '1.aql': version(
              '1',
              `create collection teams { name: String! }
               migrate data in people { set score = "0" }
               alter collection people { drop score add team: Uuid! }`,
            ),
          },
          complaint: /"team"/,
          failure: /40 documents do not allow it/,
        },
        {
          files: {
            '1.aql': version(
              '1',
              `create collection teams { name: String! }
               migrate data in people { set score = "0" }
               alter collection people { drop score add team: Uuid }`,
            ),
          },
        },
      ],
      newcomer: { name: 'new' },
      survives: { name: 'new' },
    },
    {
      ...usual,
      name: 'an applied file that was edited',
      stages: [
        { files: { '1.aql': nickname } },
        {
          files: { '1.aql': nickname.replace('String', 'Int') },
          complaint: /1 is not what was applied under its name/,
        },
        { files: { '1.aql': `# as it was\n${nickname}` } },
      ],
      ...plainNewcomer,
    },
    {
      ...usual,
      name: 'an applied file that is missing',
      stages: [
        {
          files: {
            '1.aql': nickname,
            '2.aql': version('2', 'migrate data in people { set nick = upper(name) }'),
          },
        },
        { files: { '1.aql': nickname }, complaint: /2 is applied, and no file has it/ },
      ],
      ...plainNewcomer,
    },
    {
      ...usual,
      name: 'a file that comes out of order',
      stages: [
        { files: { '2.aql': nickname } },
        {
          files: {
            '1.aql': version('late', 'migrate data in people { set score = "1" }'),
            '2.aql': nickname,
          },
          complaint: /late is pending, and stands before a version that is applied/,
        },
        {
          files: {
            '2.aql': nickname,
            '3.aql': version('late', 'migrate data in people { set score = "1" }'),
          },
        },
      ],
      ...plainNewcomer,
    },
  ];
}
