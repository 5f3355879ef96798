import type { CapacityRow } from "../../domain/inventory/index.ts";
import { statement } from "../database.ts";
import type { Reader } from "./reader.ts";

const TAKEN = statement("capacity_taken", `
  select node_id as "nodeId", ship_date::text as date, hour, orders, units from node_capacity
  where tenant_id = (select current_tenant()) and node_id = (select id from node where tenant_id = (select current_tenant()) and code = $1 limit 1) and ship_date between $2::date and $3::date
  order by ship_date, hour`);

/** What is claimed of a node's days and hours, the whole day before its hours. */
export const capacityTaken = (reader: Reader, tenantId: number, node: string, from: string, to: string): Promise<CapacityRow[]> =>
  reader.rows<CapacityRow>(tenantId, TAKEN, [node, from, to]);
