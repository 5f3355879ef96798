import type pg from "pg";
import type { RebuildProgress } from "../flows/search.ts";
import { openPool } from "./database.ts";
import { findTenants } from "./each-tenant.ts";
import { postgresOrderSearch } from "./order-search.ts";
import { postgresReports } from "./reports.ts";

export interface Rebuilt {
  readonly tenant: string;
  readonly orders: number;
}

type Progress = (tenant: string, progress: RebuildProgress) => void;

/** Keeps the words of every order of every tenant anew, beside live work, with as much memory as one page takes. */
export const rebuildSearch = (ownerUrl: string, onProgress: Progress): Promise<Rebuilt[]> => eachTenant(ownerUrl, "ordo search rebuild", (pool) => postgresOrderSearch(pool).rebuild, onProgress);

/** The same for what reports count of them. */
export const rebuildReports = (ownerUrl: string, onProgress: Progress): Promise<Rebuilt[]> => eachTenant(ownerUrl, "ordo reports rebuild", (pool) => postgresReports(pool).rebuild, onProgress);

async function eachTenant(ownerUrl: string, applicationName: string, work: (pool: pg.Pool) => (tenantId: number, onProgress: (progress: RebuildProgress) => void) => Promise<number>, onProgress: Progress): Promise<Rebuilt[]> {
  const { tenants, runtimeUrl } = await findTenants(ownerUrl);
  const pool = openPool({ url: runtimeUrl, connections: 1, plans: "generic", applicationName });
  try {
    const rebuilt: Rebuilt[] = [];
    for (const { tenantId, code } of tenants) rebuilt.push({ tenant: code, orders: await work(pool)(tenantId, (progress) => onProgress(code, progress)) });
    return rebuilt;
  } finally {
    await pool.end();
  }
}
