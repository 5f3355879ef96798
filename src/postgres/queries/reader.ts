import type pg from "pg";
import { openPool, type Statement, statement } from "../database.ts";

/**
 * Reading outside of transactions. A reader's connections are its own: each is bound to the tenant it last served and
 * bound anew before it serves another, so that a read costs one round trip; they cannot write, and their plans follow the
 * values of filters where that pays.
 */
export class Reader {
  readonly #pool: pg.Pool;
  readonly #bound = new WeakMap<pg.PoolClient, number>();

  constructor(options: { readonly url: string; readonly connections: number }) {
    this.#pool = openPool({ ...options, plans: "custom", applicationName: "ordo queries" });
  }

  async rows<T extends object>(tenantId: number, what: Statement, values: readonly unknown[]): Promise<T[]> {
    return this.#with(tenantId, async (client) => (await client.query<T>({ name: what.name, text: what.text, values: [...values] })).rows);
  }

  /** Rows as arrays in column order, for statements that read thousands of them. */
  async arrays<T extends unknown[]>(tenantId: number, what: Statement, values: readonly unknown[]): Promise<T[]> {
    return this.#with(tenantId, async (client) => (await client.query<T>({ name: what.name, text: what.text, values: [...values], rowMode: "array" })).rows);
  }

  async #with<R>(tenantId: number, read: (client: pg.PoolClient) => Promise<R>): Promise<R> {
    const client = await this.#pool.connect();
    let failed = true;
    try {
      if (this.#bound.get(client) !== tenantId) {
        this.#bound.delete(client);
        await client.query({ name: BIND.name, text: BIND.text, values: [String(tenantId)] });
        this.#bound.set(client, tenantId);
      }
      const result = await read(client);
      failed = false;
      return result;
    } finally {
      // A connection on which something went wrong is not used again: what it is bound to is no longer sure.
      client.release(failed);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

const BIND = statement("bind_reader", `
  select set_config('ordo.tenant_id', $1, false), set_config('plan_cache_mode', 'auto', false), set_config('default_transaction_read_only', 'on', false),
    set_config('statement_timeout', '30s', false)`);

/** A page's rows of one more than its limit, and the key of its last row where there are more. */
export function pageOf<R, T>(rows: readonly R[], limit: number, read: (row: R) => T, keyOf: (row: R) => readonly string[]): { rows: T[]; next: readonly string[] | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept.map(read), next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}

/** Instants leave as ISO text in UTC. */
export const iso = (at: Date): string => at.toISOString();
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
/** The text PostgreSQL writes into JSON, in our form. */
export const isoText = (at: string | number): string => new Date(at).toISOString();
export const isoTextOrNull = (at: string | number | null | undefined): string | null => (at === null || at === undefined ? null : isoText(at));
/** A cursor's milliseconds as a parameter. */
export const fromMillis = (millis: string | undefined): string | null => (millis === undefined ? null : new Date(Number(millis)).toISOString());
