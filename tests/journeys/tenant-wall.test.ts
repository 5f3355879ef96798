import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { savePriceLists, savePrices } from "../../src/flows/save-prices.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import { assertRuntimeRole } from "../../src/postgres/migrate.ts";
import { ensureTenant } from "../../src/postgres/tenants.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";

/** The second wall: whatever SQL the program's own role is made to run, it never sees or moves another tenant's row. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let attacker: pg.Client;
let ours = 0;
let theirs = 0;
let tables: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  theirs = world.tenantId;
  await world.facts({ items: [anItem("SECRET")], nodes: [aNode("vault")], channels: [aChannel("web")] });
  await world.receive("SECRET", "vault", 5);
  await world.capture(anOrder([{ sku: "SECRET", quantity: 1 }], { contact: { customer: { name: "Canary Zq7" } }, idempotencyKey: "theirs", requestedHolds: [{ kind: "CUSTOMER", reason: "wait", dueAt: null }] }));
  await savePriceLists(world.store, theirs, [{ idempotencyKey: null, bodyHash: "00", actor: "test", list: { code: "SECRET", name: "", currency: "EUR", taxIncluded: false, channels: null, customerClass: null } }], world.ambient);
  const price = { idempotencyKey: null, bodyHash: "00", actor: "test", priceList: "SECRET", sku: "SECRET", unit: null, minimumQuantity: "0", unitPrice: "1", validFrom: null, validTo: null };
  await savePrices(world.store, theirs, [price], world.ambient);
  await saveShippingFacts(world.store, theirs, [{ idempotencyKey: null, bodyHash: "00", actor: "test", action: "save", validFrom: null,
    fact: { kind: "exchange_rates", code: "SECRET", document: { base: "EUR", perMillion: {} } } }], world.ambient);
  ours = await ensureTenant(world.owner, "attacker", "Attacker");
  attacker = new pg.Client({ connectionString: database.runtimeUrl, options: "-c search_path=ordo" });
  await attacker.connect();
  const { rows } = await world.owner.query<{ name: string }>(
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' where n.nspname = 'ordo' and c.relkind in ('r', 'p') and not c.relispartition order by 1");
  tables = rows.map((row) => row.name);
});
afterAll(async () => {
  await attacker.end();
  await world.close();
  await database.drop();
});

/** Runs one statement as our tenant in a transaction that never commits. */
async function attack(text: string, values: unknown[] = [], tenant: string | null = String(ours)): Promise<pg.QueryResult> {
  await attacker.query("begin");
  try {
    if (tenant !== null) await attacker.query("select set_config('ordo.tenant_id', $1, true)", [tenant]);
    return await attacker.query(text, values);
  } finally {
    await attacker.query("rollback");
  }
}

test("there is something to steal, and many tables to steal it from", async () => {
  expect(tables.length).toBeGreaterThan(25);
  const [row] = await world.query<{ n: string }>("select count(*) as n from ordo.order_contact");
  expect(Number(row?.n)).toBe(1);
});

describe("every tenant table", () => {
  test("forces row-level security with a policy, and belongs to somebody else", async () => {
    await expect(assertRuntimeRole(database.runtimeUrl)).resolves.toBeUndefined();
    const { rows } = await world.owner.query<{ relname: string }>(
      "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = 'ordo' and relname = any($1) and not (relrowsecurity and relforcerowsecurity)", [tables]);
    expect(rows).toEqual([]);
  });

  test("shows nothing of another tenant, however it is asked", async () => {
    for (const table of tables) {
      for (const condition of [`tenant_id = ${theirs}`, `tenant_id <> ${ours}`, "true or true", `tenant_id = any(array[${theirs}])`, `tenant_id::text like '%'`]) {
        const { rows } = await attack(`select tenant_id from ${table} where ${condition}`);
        expect(rows.filter((row) => Number(row.tenant_id) !== ours), `${table} where ${condition}`).toEqual([]);
      }
    }
  });

  test("shows nothing at all where no tenant is set, or an empty one", async () => {
    for (const table of tables) {
      for (const tenant of [null, ""]) expect((await attack(`select 1 from ${table}`, [], tenant)).rowCount, table).toBe(0);
    }
  });

  test("cannot be changed, emptied, locked or removed for another tenant", async () => {
    for (const table of tables) {
      for (const text of [`delete from ${table} where tenant_id = ${theirs}`, `update ${table} set tenant_id = ${ours} where tenant_id = ${theirs}`]) {
        const touched = await attack(text).then((result) => result.rowCount, (error: { code?: string }) => (error.code === "42501" ? 0 : -1));
        expect(touched, text).toBe(0);
      }
      for (const text of [`truncate ${table}`, `drop table ${table}`, `alter table ${table} disable row level security`, `alter table ${table} no force row level security`,
        `drop policy tenant_only on ${table}`, `create policy mine on ${table} using (true)`, `alter table ${table} add column x int`, `create index on ${table} (tenant_id)`]) {
        await expect(attack(text), text).rejects.toMatchObject({ code: expect.stringMatching(/^42/) });
      }
    }
  });
});

const REFUSED = [
  "set role ordo", "set session authorization ordo", "alter role current_user superuser", "alter role current_user bypassrls", "create role helper", "create schema mine",
  "create table ordo.mine (a int)", "create function ordo.mine() returns int language sql as 'select 1'", "create view ordo.mine as select 1", "create extension pg_trgm",
  "copy ordo.order_contact to program 'cat'", "copy ordo.order_contact from '/etc/passwd'", "select pg_read_file('/etc/passwd')", "select lo_import('/etc/passwd')", "select pg_ls_dir('.')",
  "select ordo.grant_runtime('postgres')", "select ordo.protect_tenant_tables()", "alter function ordo.current_tenant() owner to current_user",
  "create or replace function ordo.current_tenant() returns int language sql as 'select 1'", "update ordo.event set actor = 'nobody'", "delete from ordo.event",
  "update ordo.line_movement set quantity = 1", "delete from ordo.line_movement", "update ordo.stock_movement set on_hand = 1", "delete from ordo.stock_movement",
  "update ordo.routing_decision set reason = 'x'", "delete from ordo.routing_decision", "insert into ordo.tenant (code, name) values ('x', 'x')", "update ordo.tenant set name = 'x'",
  "delete from ordo.tenant", "delete from ordo.event_counter", "alter system set fsync = off", "alter database current set x.y = 'z'", "security label on table ordo.event is 'x'",
  "select * from pg_authid", "select * from pg_shadow", "reassign owned by current_user to postgres", "select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user",
];

test.each(REFUSED)("the program's role may not: %s", async (text) => {
  await expect(attack(text)).rejects.toBeDefined();
});

test("turning row security off gives an error, not rows", async () => {
  await attacker.query("begin");
  await attacker.query("set local row_security = off");
  await expect(attacker.query("select * from sales_order")).rejects.toMatchObject({ code: "42501" });
  await attacker.query("rollback");
});

test("rows of another tenant cannot be written, and their keys cannot be guessed by a clash", async () => {
  await expect(attack("insert into idempotency (tenant_id, key, body_hash, status, answer) values ($1, 'theirs', '', 200, '{}')", [theirs])).rejects.toMatchObject({ code: "42501" });
  const same = await attack("insert into idempotency (tenant_id, key, body_hash, status, answer) values ($1, 'theirs', '', 200, '{}')", [ours]);
  expect(same.rowCount).toBe(1);
});

test("statistics, definitions and function lookups tell nothing of another tenant", async () => {
  await world.owner.query("analyze");
  const stats = await attack("select most_common_vals::text as v, histogram_bounds::text as h from pg_stats where schemaname = 'ordo'");
  expect(JSON.stringify(stats.rows)).not.toMatch(/SECRET|Canary|theirs/);
  expect((await attack("select * from find_api_key('\\x00')")).rowCount).toBe(0);
  const definers = await attack("select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where nspname = 'ordo' and prosecdef order by 1");
  expect(definers.rows.map((row) => row.proname)).toEqual(["connection_tenant", "find_api_key", "find_browser_token", "list_tenants", "prepare_decision_partitions", "search_orders"]);
});

test("a connection that failed, rolled back or committed keeps no tenant for whoever gets it next", async () => {
  for (const end of ["rollback", "commit"]) {
    await attacker.query("begin");
    await attacker.query("select set_config('ordo.tenant_id', $1, true)", [String(theirs)]);
    await attacker.query("select 1/0").catch(() => undefined);
    await attacker.query(end);
    expect((await attacker.query("select current_setting('ordo.tenant_id', true) as t")).rows[0]?.t ?? "").toBe("");
    expect((await attacker.query("select 1 from sales_order")).rowCount).toBe(0);
  }
});

test("mutant: a table without the forced policy is noticed at start", async () => {
  const copy = await createTestDatabase();
  const owner = new pg.Client({ connectionString: copy.ownerUrl });
  await owner.connect();
  await owner.query("alter table ordo.order_contact no force row level security");
  await owner.end();
  await expect(assertRuntimeRole(copy.runtimeUrl)).rejects.toMatchObject({ code: "DATABASE_ROLE_TOO_POWERFUL" });
  await copy.drop();
});
