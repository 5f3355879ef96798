import type { Records } from "./oracle-reads.ts";
import type { DatabaseProxy } from "./proxy.ts";

/**
 * Guards taken out of the running program, through its database or on the way to it: a storm that does not notice proves
 * nothing. Each answers how often the planted fault took effect where that can be counted.
 */

/** The second look at stock always finds plenty, a moment later than it would, and the CHECK behind it is gone. */
export async function withoutStockGuards(records: Records, proxy: DatabaseProxy): Promise<() => number> {
  await records.run("alter table ordo.stock drop constraint stock_reserved_is_there");
  let planted = 0;
  proxy.rewrite = (name, statement) => {
    if (!/^lock_\w*stock$/.test(name) || !statement.includes("s.on_hand, s.reserved")) return statement;
    planted += 1;
    return statement.replace("s.on_hand, s.reserved", "s.on_hand + 1000000 + (select count(*) from pg_sleep(0.02)) as on_hand, s.reserved");
  };
  proxy.cutAll();
  return () => planted;
}

/** Answers are forgotten as soon as they are given, so that a repetition finds nothing. */
export async function withoutIdempotency(records: Records): Promise<() => Promise<void>> {
  await records.run("create function ordo.forget_at_once() returns trigger language plpgsql as $$ begin return null; end $$");
  await records.run("create trigger forget_at_once before insert on ordo.idempotency for each row execute function ordo.forget_at_once()");
  return async () => void (await records.run("drop trigger forget_at_once on ordo.idempotency"));
}

/** Commits are acknowledged before they are on disk, and written there rarely. */
export async function withoutDurability(records: Records): Promise<void> {
  await records.run("alter database ordo set synchronous_commit = off");
  await records.run("alter system set wal_writer_delay = '10s'");
  await records.run("alter system set wal_writer_flush_after = '1GB'");
  await records.run("select pg_reload_conf()");
}

/** Every so many commits, the program is told that it committed, and the server is told to roll back. */
export function withEarlyAcknowledgement(proxy: DatabaseProxy, every: number): () => number {
  let [commits, swallowed] = [0, 0];
  proxy.swallowCommit = () => {
    commits += 1;
    if (commits % every !== 0) return false;
    swallowed += 1;
    return true;
  };
  return () => {
    proxy.swallowCommit = null;
    return swallowed;
  };
}
