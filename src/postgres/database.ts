import pg from "pg";

/** A whole, constant SQL statement. The name makes PostgreSQL keep its plan per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export const statement = (name: string, text: string): Statement => ({ name, text });

export type Row = Readonly<Record<string, unknown>>;

/** Counted quantities and minor units are bounded far below 2^53 (see domain/kernel/decimal.ts), so bigint reads as a number. */
const types = {
  getTypeParser(oid: number, format?: "text" | "binary"): unknown {
    if (oid === 20) return Number;
    return pg.types.getTypeParser(oid, format ?? "text");
  },
};

export interface DatabaseOptions {
  readonly url: string;
  readonly connections: number;
  /** "generic" keeps plans of array statements (planning each call anew halves throughput); "custom" suits filters. */
  readonly plans: "generic" | "custom";
  readonly applicationName: string;
}

/**
 * Generic plans are made once a connection, often while tables are still empty, when reading all of nothing looks cheapest;
 * such a plan stays until statistics change. The flows find everything by key, so their plans may say so from the start.
 * A join of keys with a table says `limit cardinality($1)`, which leaves out nothing and makes the planner think of one key
 * rather than ten: with ten, reading a tenant's whole (empty) table once looks cheaper. A sub-query with `offset 0` stays a look-up.
 */
const BY_KEY = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

/**
 * Statements of one transaction that do not wait for each other's rows are sent together (see Session): a group of
 * orders then takes six round trips instead of two dozen, which decides its latency wherever processors are busy.
 */
export function openPool({ url, connections, plans, applicationName }: DatabaseOptions): pg.Pool {
  const config: pg.PoolConfig & { readonly pipeline: boolean } = {
    pipeline: true, connectionString: url, max: connections, application_name: applicationName, types,
    connectionTimeoutMillis: 5_000, idleTimeoutMillis: 60_000, keepAlive: true,
    options: `-c plan_cache_mode=force_${plans}_plan -c search_path=ordo -c idle_in_transaction_session_timeout=10000 -c jit=off${plans === "generic" ? BY_KEY : ""}`,
  };
  const pool = new pg.Pool(config);
  // A server that goes away is met again by the next query; an idle connection's error must not end the process.
  pool.on("error", () => undefined);
  // So must one of a connection in use: it also fails the query in flight, or the next one.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}

/**
 * One statement, with a promise of our own. Of the one that pg makes (its query is handed the callback after it was made), V8
 * keeps every answer until its next full collection: a pause of 100 ms every few seconds of capture.
 */
const ask = <T>(client: pg.PoolClient, query: pg.QueryConfig | pg.QueryArrayConfig): Promise<pg.QueryResult<T & pg.QueryResultRow>> => new Promise((resolve, reject) => {
  client.query<T & pg.QueryResultRow>(query, (error: Error | null, result) => (error ? reject(error) : resolve(result)));
});

/**
 * One transaction's connection, bound to one tenant. Statements are executed in the order in which they are called;
 * calls need not wait for earlier ones (use Promise.all, so that every failure is met).
 */
export class Session {
  readonly #client: pg.PoolClient;
  #failure: unknown = null;
  #ended = false;
  #gathering = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async rows<T extends object = Row>(what: Statement, values: readonly unknown[]): Promise<T[]> {
    return (await this.#first(() => ask<T>(this.#client, { name: what.name, text: what.text, values: [...values] }))).rows;
  }

  /** Rows as arrays in column order: for statements that read thousands of them. */
  async arrays<T extends unknown[]>(what: Statement, values: readonly unknown[]): Promise<T[]> {
    return (await this.#first(() => ask<T>(this.#client, { name: what.name, text: what.text, values: [...values], rowMode: "array" }))).rows;
  }

  async run(what: Statement, values: readonly unknown[]): Promise<number> {
    return (await this.#first(() => ask(this.#client, { name: what.name, text: what.text, values: [...values] }))).rowCount ?? 0;
  }

  /** The transaction is over: whoever still goes on in it is stopped, because the connection is somebody else's now. */
  end(): void {
    this.#ended = true;
  }

  /** What is asked in one turn leaves in one write: on both sides a write costs about as much as a row. */
  #gather(): void {
    if (this.#gathering) return;
    const { stream } = this.#client.connection;
    this.#gathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }

  /** Whatever fails after a failed statement fails because of it, and says so by naming the first cause. */
  async #first<T>(send: () => Promise<T>): Promise<T> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#ended) throw new Error("the transaction has ended");
    this.#gather();
    try {
      return await send();
    } catch (error) {
      this.#failure ??= error;
      throw this.#failure;
    }
  }
}

const BEGIN = statement("begin", "begin");
/** Everything is read as it was at the first statement. */
const BEGIN_LOOK = statement("begin_look", "begin transaction isolation level repeatable read, read only");
const SET_TENANT = statement("set_tenant", "select set_config('ordo.tenant_id', $1, true)");

/** The commit was sent and its answer never came: it may be done. Repeating the same key finds out. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}

/**
 * Runs work in one transaction of one tenant. Whatever fails before COMMIT is rolled back and thrown; a failure of
 * COMMIT itself is OutcomeUnknown, because the server may have done it.
 */
export const inTransaction = <T>(pool: pg.Pool, tenantId: number, work: (session: Session) => Promise<T>): Promise<T> => begun(pool, BEGIN, tenantId, work);

/** The same for work that only reads, and sees one moment however long it takes. */
export const atOneMoment = <T>(pool: pg.Pool, tenantId: number, work: (session: Session) => Promise<T>): Promise<T> => begun(pool, BEGIN_LOOK, tenantId, work);

async function begun<T>(pool: pg.Pool, begin: Statement, tenantId: number, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  const onError = (): void => void (broken = true);
  client.on("error", onError);
  const session = new Session(client);
  try {
    const opened = Promise.all([session.run(begin, []), session.run(SET_TENANT, [String(tenantId)])]);
    const [result] = await Promise.all([work(session), opened]);
    session.end();
    await commit(client);
    return result;
  } catch (error) {
    session.end();
    if (!(error instanceof OutcomeUnknown)) await client.query("rollback").catch(onError);
    else broken = true;
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

const NO_FLUSH = statement("no_flush", "select set_config('synchronous_commit', 'off', true)");

/**
 * A transaction whose commit does not wait for the disk: for what is done again, and harmlessly, where the server's machine
 * forgets its last moments. Whoever reads sees it at once; it costs no flush beside those of live orders.
 */
export const unflushed = <T>(pool: pg.Pool, tenantId: number, work: (session: Session) => Promise<T>): Promise<T> =>
  inTransaction(pool, tenantId, async (session) => (await Promise.all([session.run(NO_FLUSH, []), work(session)]))[1]);

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await ask(client, { text: "commit" });
  } catch (error) {
    // An answer with an SQLSTATE of class 23 or 40 means the server rolled back; silence means nobody knows.
    const code = sqlState(error);
    if (code !== null && (code.startsWith("23") || code.startsWith("40"))) throw error;
    throw new OutcomeUnknown("the connection was lost during commit", { cause: error });
  }
}

export function sqlState(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  // Every state has a digit; EPIPE, an error of the system, has none.
  return typeof error.code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

/** Refusals of the database that a fresh look resolves: deadlock, serialization, lock time-out, and a key or counter somebody else was quicker with. */
const RETRY = new Set(["40001", "40P01", "55P03", "23505", "23514"]);

/** What a decision was made on is no longer so. The transaction starts again, and locks before it reads. */
export class DecisionOutdated extends Error {}

/** Tries again what a fresh look resolves; from the second attempt on `locking` is true: locks come before decisions. */
export async function withRetry<T>(attempt: (locking: boolean) => Promise<T>, attempts = 6): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt(n > 1);
    } catch (error) {
      const code = sqlState(error);
      const again = error instanceof DecisionOutdated || (code !== null && RETRY.has(code));
      if (n >= attempts || !again) throw error;
    }
  }
}

/** Whether an error says that the database cannot be reached or is restarting, rather than that something is wrong. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return state.startsWith("57P") || state.startsWith("08") || state === "53300";
  if (!(error instanceof Error)) return false;
  return /ECONNREFUSED|ECONNRESET|EPIPE|terminated|Connection terminated|timeout exceeded when trying to connect|Client has encountered/i.test(error.message)
    || ("code" in error && typeof error.code === "string" && error.code.startsWith("E"));
}
