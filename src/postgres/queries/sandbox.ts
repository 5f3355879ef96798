import type { SandboxContents, SandboxQueries } from "../../flows/sandbox.ts";
import { statement } from "../database.ts";
import type { Reader } from "./reader.ts";

/** Counted up to a bound: whether there is any, and about how much, is all that is asked. */
const CONTENTS = statement("sandbox_contents", `
  select (select count(*) from (select from sales_order where tenant_id = (select current_tenant()) limit 100000) o)::int as orders,
    (select count(distinct i.sku) from item i where i.tenant_id = (select current_tenant()) and i.valid_to = 'infinity')::int as items,
    (select count(*) from node n where n.tenant_id = (select current_tenant()) and n.valid_to = 'infinity')::int as nodes,
    (select count(*) from channel c where c.tenant_id = (select current_tenant()) and c.valid_to = 'infinity')::int as channels,
    (select count(*) from (select from stock where tenant_id = (select current_tenant()) limit 100000) s)::int as stock,
    (select count(distinct v.code) from routing_strategy_version v where v.tenant_id = (select current_tenant()) and v.published_at is not null)::int as strategies,
    (select count(*) from connection c where c.tenant_id = (select current_tenant()))::int as connections,
    (select count(*) from webhook_subscription w where w.tenant_id = (select current_tenant()))::int as webhooks,
    (select greatest(0, count(*) - 1) from app_user u where u.tenant_id = (select current_tenant()))::int as people`);

/** How much there is of what people count. */
export const sandboxQueries = (reader: Reader): SandboxQueries => ({
  sandboxContents: async (tenantId) => {
    const [row] = await reader.rows<SandboxContents & Record<string, number>>(tenantId, CONTENTS, []);
    if (row === undefined) throw new Error("a query without a table has always one row");
    return row;
  },
});
