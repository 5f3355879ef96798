import type { RebuildProgress } from "../flows/search.ts";
import { openPool } from "./database.ts";
import { findTenants } from "./each-tenant.ts";
import { postgresOrderSearch } from "./order-search.ts";

export interface RebuiltSearch {
  readonly tenant: string;
  readonly orders: number;
}

/** Keeps the words of every order of every tenant anew, beside live work, with as much memory as one page takes. */
export async function rebuildSearch(ownerUrl: string, onProgress: (tenant: string, progress: RebuildProgress) => void): Promise<RebuiltSearch[]> {
  const { tenants, runtimeUrl } = await findTenants(ownerUrl);
  const pool = openPool({ url: runtimeUrl, connections: 1, plans: "generic", applicationName: "ordo search rebuild" });
  try {
    const rebuilt: RebuiltSearch[] = [];
    for (const { tenantId, code } of tenants) rebuilt.push({ tenant: code, orders: await postgresOrderSearch(pool).rebuild(tenantId, (progress) => onProgress(code, progress)) });
    return rebuilt;
  } finally {
    await pool.end();
  }
}
