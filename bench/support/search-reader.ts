import type pg from "pg";
import type { Lease } from "../../src/flows/integration.ts";
import { SEARCH_CONSUMER } from "../../src/flows/search.ts";
import { postgresOrderSearch } from "../../src/postgres/order-search.ts";
import { postgresOutbox } from "../../src/postgres/outbox.ts";
import { WORDS_AT_ONCE } from "../../src/server/workers/fan-out.ts";

let fence = 0;

/** Reads the log into the search as a worker does, one turn a call; answers how many events it took. */
export async function openSearchReader(pool: pg.Pool, tenantId: number): Promise<() => Promise<number>> {
  const lease: Lease = { tenantId, name: SEARCH_CONSUMER, holder: "bench", fence: (fence += 1) };
  await postgresOutbox(pool).adopt(lease, SEARCH_CONSUMER);
  const search = postgresOrderSearch(pool);
  return async () => (await search.feed(lease, SEARCH_CONSUMER, WORDS_AT_ONCE))?.events ?? 0;
}
