import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type HostProcess, startProcess } from '../hosts/host-process.ts';

/* GraphiQL, as it is published, in a browser against a running `aurora serve`. */

const aurora = resolve(import.meta.dirname, '../../out/cli/aurora.js');
const token = 'writer-secret';
const content = `schema { define collection users { name: String! @unique  age: Int @indexed } }
mutation { insertMany(collection: "users", data: [{ name: "Ada", age: 36 }, { name: "Bob", age: 20 }]) { id } }`;

let folder: string;
let server: HostProcess;
let url: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-graphiql-'));
  const database = join(folder, 'served.db');
  execFileSync(process.execPath, [aurora, 'exec', database, '-q', content]);
  server = startProcess([aurora, 'serve', database, '--token', `write:${token}`]);
  [, url = ''] = await server.outputMatching(/Serving at (http:\/\/[^/]+)\/graphql/);
});

test.afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, maxRetries: 3 });
});

/** Puts a text in the place of what an editor of GraphiQL holds. */
async function fill(page: Page, editor: string, text: string): Promise<void> {
  await page.getByRole('region', { name: editor }).locator('.CodeMirror').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

test('GraphiQL asks, explains the schema and follows changes, with nothing from elsewhere', async ({
  page,
}) => {
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!/^(data:|blob:)/.test(request.url()) && !request.url().startsWith(url)) {
      elsewhere.push(request.url());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${url}/graphiql`);
  await page.getByLabel('Token').fill('nobodys-secret');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(/not one of this server/);
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  const answer = page.locator('.result-window');
  await expect(page.getByRole('button', { name: /Execute query/ })).toBeVisible();

  await fill(
    page,
    'Query Editor',
    'query Older($min: Int!) { users(where: { age: { gt: $min } }) { name age } }',
  );
  await page.getByRole('button', { name: 'Variables' }).click();
  await fill(page, 'Variables', '{ "min": 30 }');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(answer).toContainText('"Ada"');
  await expect(answer).not.toContainText('"Bob"');

  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const docs = page.locator('.graphiql-doc-explorer');
  await docs.getByRole('link', { name: 'Query' }).click();
  await docs.getByRole('link', { name: 'users', exact: true }).first().click();
  await expect(docs).toContainText('where');

  // In a tab of its own, whose name shows that GraphiQL has read the text: until then it runs the operation of before.
  await page.getByRole('button', { name: 'New tab' }).click();
  await fill(page, 'Query Editor', 'subscription Followed { users { name age } }');
  await expect(page.getByRole('tab', { name: 'Followed' })).toBeVisible();
  await page.getByRole('button', { name: /Execute query/ }).click();
  await expect(page.getByRole('button', { name: /Stop query/ })).toBeVisible();
  await expect(async () => {
    const response = await page.request.post(`${url}/users`, {
      headers: { Authorization: `Bearer ${token}` },
      data: { name: `Eve ${Date.now()}`, age: 50 },
    });
    expect(response.status()).toBe(201);
    await expect(answer).toContainText('"Eve ', { timeout: 1_000 });
  }).toPass();
  await page.getByRole('button', { name: /Stop query/ }).click();
  expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
});
