import type { Lease, Leases } from "../../flows/integration.ts";
import type { Metrics } from "../metrics.ts";
import { describeError } from "./loop.ts";
import type { WorkerLog } from "./ports.ts";

/** A lease this process holds. Work checks `valid` before every effect; the database checks the fence with every write. */
export interface Held {
  readonly lease: Lease;
  /** By this machine's steady clock: false early rather than late, and false at once after a pause of the process. */
  valid(): boolean;
}

export interface LeaseKeeper {
  /** The lease, taken if it is free; null while somebody else holds it. */
  hold(tenantId: number, name: string): Promise<Held | null>;
  /** A write found the fence stale: somebody else has it. */
  lost(held: Held): void;
  /** Gives every lease back, so that another process need not wait for it to run out. */
  stop(): Promise<void>;
}

export interface LeaseKeeperOptions {
  readonly leases: Leases;
  readonly holder: string;
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly metrics: Metrics;
  readonly log: WorkerLog;
}

interface Entry {
  readonly lease: Lease;
  validUntil: number;
}

const steadyNow = (): number => performance.now();

export function createLeaseKeeper({ leases, holder, ttlMs, renewMs, metrics, log }: LeaseKeeperOptions): LeaseKeeper {
  const entries = new Map<string, Entry>();
  const triedAt = new Map<string, number>();
  /** The database counts from a moment after the request left, so this ends before the lease does. */
  const usableMs = ttlMs - Math.min(1_000, ttlMs / 5);
  const keyOf = (tenantId: number, name: string): string => `${tenantId} ${name}`;

  function drop({ lease }: Entry | Held): void {
    const key = keyOf(lease.tenantId, lease.name);
    if (entries.get(key)?.lease.fence !== lease.fence) return;
    entries.delete(key);
    metrics.count("ordo_leases_lost_total", { name: lease.name });
    log.warn({ lease: lease.name, tenant: lease.tenantId, fence: lease.fence }, "lease lost");
  }

  async function renewAll(): Promise<void> {
    for (const entry of entries.values()) {
      const asked = steadyNow();
      try {
        if (await leases.renew(entry.lease, ttlMs)) entry.validUntil = asked + usableMs;
        else drop(entry);
      } catch (error) {
        // Nothing is known: it stays usable until its time is over, and the next renewal may still come through.
        log.warn({ lease: entry.lease.name, error: describeError(error) }, "lease not renewed");
      }
    }
  }

  async function acquire(tenantId: number, name: string): Promise<Entry | null> {
    const key = keyOf(tenantId, name);
    const asked = steadyNow();
    if (asked - (triedAt.get(key) ?? -Infinity) < renewMs / 5) return null;
    triedAt.set(key, asked);
    const lease = await leases.acquire(tenantId, name, holder, ttlMs);
    if (lease === null) return null;
    const entry = { lease, validUntil: asked + usableMs };
    entries.set(key, entry);
    metrics.count("ordo_leases_taken_total", { name });
    return entry;
  }

  let renewing = Promise.resolve();
  const timer = setInterval(() => void (renewing = renewing.then(renewAll)), renewMs);

  return {
    async hold(tenantId, name) {
      const key = keyOf(tenantId, name);
      const known = entries.get(key);
      if (known && known.validUntil <= steadyNow()) drop(known);
      const entry = entries.get(key) ?? (await acquire(tenantId, name));
      return entry === null ? null : { lease: entry.lease, valid: () => entries.get(key) === entry && entry.validUntil > steadyNow() };
    },
    lost: drop,
    async stop() {
      clearInterval(timer);
      await renewing;
      for (const { lease } of entries.values()) {
        await leases.release(lease).catch((error: unknown) => log.warn({ lease: lease.name, error: describeError(error) }, "lease not given back; it runs out"));
      }
      entries.clear();
    },
  };
}
