import pg from "pg";
import { uuidv7 } from "uuidv7";
import { measure, type Rate } from "./measure.ts";
import { ITEMS, NODES } from "./seed.ts";

/**
 * What the machine can do at most for this job: a bare loop in one Node process on the same database, group commit of
 * whatever waits (up to 200) with `unnest` over two connections, and only the rows that cannot be left out: order,
 * three lines, three guarded updates, three reservations, one event. No rules, no row-level security, no answers.
 */
export async function measureLimit(ownerUrl: string, seconds: number): Promise<Rate> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2, options: "-c plan_cache_mode=force_generic_plan -c search_path=bare" });
  await prepare(pool);
  const waiting: { lines: [number, number][]; resolve: () => void }[] = [];
  let flying = 0;
  const fly = async (): Promise<void> => {
    if (flying >= 2 || waiting.length === 0) return;
    flying += 1;
    const group = waiting.splice(0, 200);
    await commitGroup(pool, group.map(({ lines }) => lines));
    for (const { resolve } of group) resolve();
    flying -= 1;
    void fly();
  };
  const submit = (lines: [number, number][]): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ lines, resolve });
      setImmediate(() => void fly());
    });
  let n = 0;
  const rate = await measure(256, seconds, () => submit([0, 1, 2].map((k): [number, number] => [(n++ * 7919 + k) % ITEMS, (n + k) % NODES])));
  await pool.end();
  return rate;
}

async function prepare(pool: pg.Pool): Promise<void> {
  await pool.query(`
    drop schema if exists bare cascade; create schema bare;
    create table bare.o (id uuid primary key, external_id text not null, total bigint not null);
    create table bare.l (order_id uuid, line_no int, item int not null, quantity bigint not null, primary key (order_id, line_no));
    create table bare.s (item int, node int, on_hand bigint not null, reserved bigint not null default 0 check (reserved <= on_hand), primary key (item, node)) with (fillfactor = 70);
    create table bare.r (order_id uuid, line_no int, node int not null, quantity bigint not null, primary key (order_id, line_no));
    create table bare.e (position bigint generated always as identity primary key, order_id uuid not null, type text not null, data json not null);`);
  await pool.query("insert into bare.s (item, node, on_hand) select i, n, 1000000000 from generate_series(0, $1) i, generate_series(0, $2) n", [ITEMS - 1, NODES - 1]);
  await pool.query("vacuum analyze bare.s");
}

async function commitGroup(pool: pg.Pool, orders: [number, number][][]): Promise<void> {
  const ids = orders.map(() => uuidv7());
  const lineIds = ids.flatMap((id) => [id, id, id]);
  const lineNos = ids.flatMap(() => [1, 2, 3]);
  const lines = orders.flat();
  const taken = new Map<string, [number, number, number]>();
  for (const [item, node] of lines) {
    const key = `${item}|${node}`;
    const one = taken.get(key);
    if (one) one[2] += 1;
    else taken.set(key, [item, node, 1]);
  }
  const sorted = [...taken.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const client = await pool.connect();
  const run = (name: string, text: string, values: unknown[]): Promise<pg.QueryResult> => client.query({ name, text, values });
  await client.query("begin");
  await run("lo", "select from s where (item, node) in (select * from unnest($1::int[], $2::int[])) order by item, node for no key update", [sorted.map((s) => s[0]), sorted.map((s) => s[1])]);
  await run("us", "update s set reserved = reserved + d.q from unnest($1::int[], $2::int[], $3::bigint[]) as d (item, node, q) where s.item = d.item and s.node = d.node and s.reserved + d.q <= s.on_hand",
    [sorted.map((s) => s[0]), sorted.map((s) => s[1]), sorted.map((s) => s[2])]);
  await run("io", "insert into o select * from unnest($1::uuid[], $2::text[], $3::bigint[])", [ids, ids, ids.map(() => 3000)]);
  await run("il", "insert into l select * from unnest($1::uuid[], $2::int[], $3::int[], $4::bigint[])", [lineIds, lineNos, lines.map((l) => l[0]), lines.map(() => 1)]);
  await run("ir", "insert into r select * from unnest($1::uuid[], $2::int[], $3::int[], $4::bigint[])", [lineIds, lineNos, lines.map((l) => l[1]), lines.map(() => 1)]);
  await run("ie", "insert into e (order_id, type, data) select id, 'OrderCaptured', data from unnest($1::uuid[], $2::json[]) as x (id, data)", [ids, ids.map(() => '{"lines":3}')]);
  await client.query("commit");
  client.release();
}
