import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeApiReference } from './api-reference.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-reference-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the reference of a door', () => {
  // LiveOptions, RowChange and ChangeFacts were named and nowhere told: what the options of `db.live` are stood nowhere.
  it('shows what a declaration is made of, also where that is not exported', () => {
    writeFileSync(
      join(folder, 'index.d.ts'),
      "export type { QueryOptions } from './options.js';\n",
    );
    writeFileSync(
      join(folder, 'options.d.ts'),
      `import type { JsonValue } from './values.js';
/** What both take. */
interface LiveOptions extends Base {
    /** Ends it. */
    readonly signal?: AbortSignal;
}
interface Base {
    readonly name: string;
}
/** As Unmentioned has it in words only. */
export interface QueryOptions extends LiveOptions {
    readonly value: JsonValue;
}
interface Unmentioned {
    readonly never: true;
}
export {};
`,
    );
    const file = join(folder, 'reference.md');
    expect(writeApiReference(folder, [{ name: 'lib', file: 'index.d.ts' }], file)).toEqual([
      'QueryOptions',
    ]);
    const [, declarations = ''] = readFileSync(file, 'utf8').split('````');
    expect(declarations).toBe(`ts
interface QueryOptions extends LiveOptions {
    readonly value: JsonValue;
}

/** What both take. */
interface LiveOptions extends Base {
    /** Ends it. */
    readonly signal?: AbortSignal;
}

interface Base {
    readonly name: string;
}
`);
  });
});
