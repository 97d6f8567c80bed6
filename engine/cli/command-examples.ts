import type { Command } from 'commander';

/** What a command's help shows at its end, by the words of the command; those that have their own are not here. */
const examples: Readonly<Record<string, readonly string[]>> = {
  exec: [
    "aurora exec my.db -q '{ users(limit: 3) { name } }'",
    'aurora exec my.db script.aql --variables \'{"min": 25}\'',
    "aurora exec my.db -q '{ users { name } }' --format ndjson | head",
    "aurora exec my.db -q 'subscription { users { name } }' --limit 10",
    'aurora exec my.db report.aql --timeout 30',
  ],
  import: [
    'aurora import my.db people people.csv',
    'aurora import my.db quakes quakes.geojson --pointer /features',
    'gunzip -c log.ndjson.gz | aurora import my.db log - --format ndjson --on-error skip',
  ],
  export: [
    'aurora export my.db my-files && aurora import copy.db my-files',
    'aurora export my.db adults.csv --collection users --where \'{"age":{"gte":18}}\'',
    'aurora export my.db - --collection users | gzip > users.ndjson.gz',
  ],
  inspect: [
    'aurora inspect my.db',
    "aurora inspect my.db --json | jq '.collections[].definition.name'",
  ],
  test: [
    'aurora test my.db tests --json',
    "echo '# expect count: 12' > tests/a.aql && echo '{ users { name } }' >> tests/a.aql && aurora test my.db tests",
    '# Also: # expect rows [{ "name": "Ann" }] and # expect error UnknownField',
  ],
  verify: ['aurora verify my.db && echo sound'],
  backup: ['aurora backup my.db backups/monday.db'],
  restore: ['aurora restore backups/monday.db my.db --force'],
  compact: ['aurora compact my.db'],
  stats: ['aurora stats my.db'],
  sample: ['aurora sample sample.db', 'aurora studio sample.db'],
  studio: ['aurora studio my.db', 'aurora studio my.db --web --no-open --port 4000'],
  'migrate status': ['aurora migrate status my.db migrations'],
  'migrate plan': ['aurora migrate plan my.db migrations && aurora migrate up my.db migrations'],
  'migrate up': ['aurora migrate up my.db migrations'],
  'jobs list': ['aurora jobs list my.db --status DeadLetter --limit 10'],
  'jobs show': ['aurora jobs show my.db 0193a1c0-7c5e-7cc3-98c4-dc0c0c07398f'],
  'jobs cancel': ['aurora jobs cancel my.db --where \'{ job_type: { eq: "send_email" } }\''],
  'jobs retry': ['aurora jobs retry my.db --where \'{ status: { eq: "DeadLetter" } }\''],
  'jobs enqueue': ['aurora jobs enqueue my.db send_email \'{"to": "alice@example.com"}\''],
  'jobs stats': ['aurora jobs stats my.db --json'],
  'jobs pause': ['aurora jobs pause my.db mails'],
  'jobs resume': ['aurora jobs resume my.db mails'],
};

/** Gives every command below this one its examples. */
export function addExamples(command: Command, words: readonly string[] = []): void {
  for (const each of command.commands) {
    const path = [...words, each.name()];
    const lines = examples[path.join(' ')];
    if (lines !== undefined) each.addHelpText('after', `\nExamples:\n  ${lines.join('\n  ')}`);
    addExamples(each, path);
  }
}
