import type pg from 'pg';
import { Session, type Statement, statement } from '../database.ts';

const SET_TENANT = statement('verify_tenant', "select set_config('ordo.tenant_id', $1, true)");
const EXPORT: Statement = statement('verify_export', 'select pg_export_snapshot() as name');

/**
 * Connections that all see the same moment: one opens a read-only snapshot and the others join it. Nothing is locked and
 * nothing is written, so work goes on beside it.
 */
export class Snapshot {
  readonly #clients: readonly pg.PoolClient[];
  readonly sessions: readonly Session[];

  private constructor(clients: readonly pg.PoolClient[]) {
    this.#clients = clients;
    this.sessions = clients.map((client) => new Session(client));
  }

  static async open(pool: pg.Pool, tenantId: number, lanes: number): Promise<Snapshot> {
    const clients: pg.PoolClient[] = [];
    try {
      for (let lane = 0; lane < lanes; lane += 1) clients.push(await pool.connect());
      const [first, ...others] = clients;
      if (first === undefined) throw new Error('a snapshot needs a connection');
      await begin(first, null);
      const name = (await new Session(first).rows<{ name: string }>(EXPORT, []))[0]?.name ?? '';
      for (const other of others) await begin(other, name);
      const snapshot = new Snapshot(clients);
      for (const session of snapshot.sessions) await session.run(SET_TENANT, [String(tenantId)]);
      return snapshot;
    } catch (error) {
      for (const client of clients) client.release(true);
      throw error;
    }
  }

  /** Ends the transactions; their connections are closed, because they carry settings of their own. */
  async close(): Promise<void> {
    for (const client of this.#clients) {
      await client.query('rollback').catch(() => {});
      client.release(true);
    }
  }
}

/**
 * Joins over ranges never gain from nested loops, and without fresh statistics one could take hours. Workers beside a lane
 * would take more than it may have. A lane that is done waits for the others for as long as they take, so no time limit of an idle
 * transaction may end it.
 */
async function begin(client: pg.PoolClient, snapshot: string | null): Promise<void> {
  await client.query('begin transaction isolation level repeatable read, read only');
  // A snapshot's name cannot be a parameter; the server gives it as digits and dashes, and nothing else is let through.
  if (snapshot !== null) {
    if (!/^[0-9A-F-]+$/i.test(snapshot)) throw new Error('the server named its snapshot unexpectedly');
    const join = `set transaction snapshot '${snapshot}'`;
    await client.query(join);
  }
  await client.query("set local enable_nestloop = off; set local max_parallel_workers_per_gather = 0; set local work_mem = '64MB'; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local jit = off");
}
