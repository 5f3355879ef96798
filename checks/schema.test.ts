import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/postgres.ts';
import { withConnection } from '../src/postgres/connect.ts';
import { readSchema, SCHEMA_FILE, type SchemaText } from './support/schema-text.ts';
import { readProjectFile } from './support/source.ts';

/** A change of each kind, and the line that must show it. */
const CHANGES = [
  ['a column', 'alter table ordo.stock add column extra int default 1', '  extra integer default 1'],
  ['a grant', 'grant truncate on ordo.event to public', '  grant truncate on table to public'],
  ['a check', 'alter table ordo.stock add constraint odd check (on_hand <> 7)', '  constraint odd CHECK ((on_hand <> 7))'],
  ['an index', 'create index odd on ordo.event (type)', '  CREATE INDEX odd ON ordo.event USING btree (type)'],
  ['row level security', 'alter table ordo.stock no force row level security', '  row level security enabled'],
  ['a policy', 'create policy odd on ordo.stock for select using (true)', '  policy odd for select to public using (true)'],
  ['a function', "create function ordo.odd() returns int language sql as 'select 1'", 'function ordo.odd() returns integer sql volatile'],
  ['a view', 'create view ordo.odd_view as select number from ordo.sales_order', 'view ordo.odd_view (number bigint) body'],
] as const;

describe('schema', () => {
  let database: TestDatabase;
  let before: SchemaText;
  let after: SchemaText;

  beforeAll(async () => {
    database = await createTestDatabase();
    before = await readSchema(database.ownerUrl, database.runtimeUrl);
    await withConnection(database.ownerUrl, async (owner) => {
      for (const [, change] of CHANGES) await owner.query(change);
    });
    after = await readSchema(database.ownerUrl, database.runtimeUrl);
  });
  afterAll(() => database.drop());

  it('is committed as the migrations make it', () => {
    expect(before.tables, 'tables in the migrated database').toBeGreaterThanOrEqual(20);
    expect(readProjectFile(SCHEMA_FILE).text, `${SCHEMA_FILE}: run npm run generate and commit the result`).toBe(before.text);
  });

  it.each(CHANGES)('shows %s', (_what, _change, line) => {
    expect(before.text).not.toContain(line);
    expect(after.text).toContain(line);
  });
});
