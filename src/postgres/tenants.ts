import type pg from "pg";
import { V7Generator } from "uuidv7";

/** Creates the tenant, its event counter, or nothing where it is there already; returns its number. Runs as the owner. */
export async function ensureTenant(owner: pg.Client | pg.PoolClient, code: string, name: string): Promise<number> {
  await owner.query("select set_config('ordo.tenant_id', '', false)");
  await owner.query("insert into ordo.tenant (code, name) values ($1, $2) on conflict (code) do nothing", [code, name]);
  const { rows } = await owner.query<{ tenant_id: number }>("select tenant_id from ordo.tenant where code = $1", [code]);
  const tenantId = rows[0]?.tenant_id ?? 0;
  await owner.query("select set_config('ordo.tenant_id', $1, false)", [String(tenantId)]);
  await owner.query("insert into ordo.event_counter (tenant_id) values ($1) on conflict do nothing", [tenantId]);
  await owner.query("insert into ordo.fact_version (tenant_id) values ($1) on conflict do nothing", [tenantId]);
  return tenantId;
}

/** Randomness for ids is fetched a page at a time: one system call for a thousand numbers instead of one each. */
const page = new Uint32Array(1024);
let used = page.length;
const generator = new V7Generator({
  nextUint32: () => {
    if (used === page.length) {
      crypto.getRandomValues(page);
      used = 0;
    }
    return page[used++] ?? 0;
  },
});

/** A new UUID of version 7: sorted by time, made in the application. */
export const newId = (): string => generator.generate().toString();
