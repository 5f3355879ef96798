import { publicId } from "../../domain/kernel/index.ts";
import type { ClaimView } from "../../flows/queries.ts";
import { statement } from "../database.ts";
import { iso, type Reader } from "./reader.ts";

const CLAIM = statement("claim_detail", `
  select c.id, c.status, c.reference, c.created_at, c.expires_at,
    (select coalesce(json_agg(json_build_object(
        'sku', (select i.sku from item i where i.tenant_id = l.tenant_id and i.id = l.item_id limit 1),
        'node', (select n.code from node n where n.tenant_id = l.tenant_id and n.id = l.node_id limit 1), 'quantity', l.quantity) order by l.item_id, l.node_id), '[]')
      from soft_claim_line l where l.tenant_id = c.tenant_id and l.claim_id = c.id) as lines
  from soft_claim c where c.tenant_id = (select current_tenant()) and c.id = $1`);

interface ClaimDb { id: string; status: string; reference: string | null; created_at: Date; expires_at: Date; lines: ClaimView["lines"] }

export async function findClaim(reader: Reader, tenantId: number, claimId: string): Promise<ClaimView | null> {
  const [row] = await reader.rows<ClaimDb>(tenantId, CLAIM, [claimId]);
  return row ? { ...row, id: publicId("claim", row.id), created_at: iso(row.created_at), expires_at: iso(row.expires_at) } : null;
}
