import type pg from 'pg';
import type { SandboxStore } from '../flows/sandbox.ts';
import { instant } from './columns.ts';
import { codeOf, withConnection } from './connect.ts';
import { inTransaction, statement } from './database.ts';

const READ = statement('read_sandbox', `select clock_offset_ms::float8 as offset, wiped_at from sandbox where tenant_id = (select current_tenant())`);
const BEGIN = statement('begin_sandbox', `insert into sandbox (tenant_id, began_at) values ((select current_tenant()), $1) on conflict (tenant_id) do nothing`);
const SET_CLOCK = statement('set_sandbox_clock', `update sandbox set clock_offset_ms = $1 where tenant_id = (select current_tenant()) and wiped_at is null`);

/** What is kept of a tenant's demonstration. */
export const postgresSandbox = (pool: pg.Pool): SandboxStore => ({
  read: (tenantId) => inTransaction(pool, tenantId, async (session) => {
    const [row] = await session.rows<{ offset: number; wiped_at: Date | null }>(READ, []);
    return row ? { clockOffsetMs: row.offset, wipedAt: row.wiped_at?.getTime() ?? null } : null;
  }),
  begin: (tenantId, now) => inTransaction(pool, tenantId, async (session) => void (await session.run(BEGIN, [instant(now)]))),
  setClock: (tenantId, offsetMs) => inTransaction(pool, tenantId, async (session) => void (await session.run(SET_CLOCK, [offsetMs]))),
});

const TRIES = 5;
const deadlock = '40P01';

/** Empties the tenant of a demonstration, as the owner of the tables; people and keys stay. Throws where it is none, or was emptied before. */
export async function wipeDemonstration(ownerUrl: string, tenantId: number): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await withConnection(ownerUrl, async (owner) => void (await owner.query('select ordo.wipe_demonstration($1)', [tenantId])));
    } catch (error) {
      // Live work may hold one table and wait for another; it goes first.
      if (codeOf(error) !== deadlock || left <= 1) throw error;
    }
  }
}
