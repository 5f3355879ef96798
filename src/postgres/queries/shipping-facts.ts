import type { ShippingFactKind } from "../../domain/shipping/index.ts";
import type { CodeFilter, Page } from "../../flows/queries.ts";
import type { StoredShippingFact } from "../../flows/shipping-queries.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import { readShippingFact } from "../shipping-facts.ts";
import { iso, pageOf, type Reader } from "./reader.ts";

const FACTS = statement("shipping_fact_list", `
  select kind, code, document, valid_from from shipping_fact
  where tenant_id = (select current_tenant()) and kind = $1 and valid_from <= $2 and $2 < valid_to and ($3::text is null or code > $3) and ($4::text is null or code = $4)
  order by code limit $5`);

type FactDb = Parameters<typeof readShippingFact>[0] & { readonly valid_from: Date };

export async function listShippingFacts(reader: Reader, tenantId: number, kind: ShippingFactKind, { after, code, limit }: CodeFilter, now: number): Promise<Page<StoredShippingFact>> {
  const rows = await reader.rows<FactDb>(tenantId, FACTS, [kind, instant(now), after?.[0] ?? null, code, limit + 1]);
  return pageOf(rows, limit, (row) => ({ fact: readShippingFact(row), valid_from: iso(row.valid_from) }), (row) => [row.code]);
}
