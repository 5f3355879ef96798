import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../../src/postgres/embedded/index.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import { ensureTenant } from "../../src/postgres/tenants.ts";
import { progress } from "./report.ts";

export interface BenchDatabase {
  /** The folder of the database, for what else a bench writes; it goes with the database. */
  readonly directory: string;
  readonly ownerUrl: string;
  readonly runtimeUrl: string;
  readonly owner: pg.Client;
  readonly tenantId: number;
}

/** An embedded database with the schema and one tenant, for as long as `use` takes. */
export async function withDatabase<T>(use: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "ordo-bench-"));
  const { ownerUrl, stop } = await startEmbedded({ dataDirectory: directory, log: progress });
  const owner = new pg.Client({ connectionString: ownerUrl });
  // What fails first is what is told, not the connection that ends with the server.
  owner.on("error", () => undefined);
  try {
    const { runtimeUrl } = await migrate(ownerUrl);
    await owner.connect();
    return await use({ directory, ownerUrl, runtimeUrl, owner, tenantId: await ensureTenant(owner, "main", "Main") });
  } finally {
    await owner.end();
    await stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
