import type pg from "pg";
import { changedFields, toldChanges } from "../flows/changed-fields.ts";
import type { Webhook, Webhooks, WebhookStatus } from "../flows/integration.ts";
import { type EventType, publicId } from "../domain/kernel/index.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { recordChange } from "./events.ts";
import { postgresDeliveries } from "./deliveries.ts";

/** Secrets are written here and read where messages are signed (deliveries.ts); what people see never has them. */
const CREATE = statement("create_webhook", `
  insert into webhook_subscription (tenant_id, id, url, description, types, secret, start_position)
  select current_tenant(), $1, $2, $3, $4, $5, position from event_counter where tenant_id = current_tenant()
  returning id, url, description, types, status, status_reason, created_at, null::timestamptz as previous_secret_until`);
const LIST = statement("list_webhooks", `
  select id, url, description, types, status, status_reason, created_at, case when previous_secret_until > clock_timestamp() then previous_secret_until end as previous_secret_until
  from webhook_subscription where tenant_id = current_tenant() and ($1::uuid is null or id = $1) order by id`);
/** A person who sets the status has seen why it was disabled, so the reason goes. */
const CHANGE = statement("change_webhook", `
  update webhook_subscription set url = coalesce($2, url), description = coalesce($3, description), types = case when $4 then $5::text[] else types end,
    status = coalesce($6, status), status_reason = case when $6::text is null then status_reason end
  where tenant_id = current_tenant() and id = $1`);
const REMOVE = statement("remove_webhook", `delete from webhook_subscription where tenant_id = current_tenant() and id = $1`);
const ROTATE = statement("rotate_webhook_secret", `
  update webhook_subscription set previous_secret = secret, previous_secret_until = clock_timestamp() + make_interval(secs => $3), secret = $2
  where tenant_id = current_tenant() and id = $1`);

interface WebhookDb {
  id: string; url: string; description: string; types: EventType[] | null; status: WebhookStatus; status_reason: string | null; created_at: Date; previous_secret_until: Date | null;
}

const readWebhook = (row: WebhookDb): Webhook => ({
  id: row.id, url: row.url, description: row.description, types: row.types, status: row.status, statusReason: row.status_reason, createdAt: row.created_at.getTime(),
  previousSecretUntil: row.previous_secret_until?.getTime() ?? null,
});

async function find(session: Session, id: string): Promise<Webhook | null> {
  const [row] = await session.rows<WebhookDb>(LIST, [id]);
  return row ? readWebhook(row) : null;
}

/** An address may carry a token. */
const SECRET = ["url"];

export function postgresWebhooks(pool: pg.Pool): Webhooks {
  return {
    ...postgresDeliveries(pool),
    create: (tenantId, { id, url, description, types, secret }, by) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<WebhookDb>(CREATE, [id, url, description, types, secret]);
      if (!row) throw new Error("the tenant has no event counter");
      await recordChange(session, by, "WebhookSaved", { webhook: publicId("webhook", id), status: row.status });
      return readWebhook(row);
    }),
    list: (tenantId) => inTransaction(pool, tenantId, async (session) => (await session.rows<WebhookDb>(LIST, [null])).map(readWebhook)),
    find: (tenantId, id) => inTransaction(pool, tenantId, (session) => find(session, id)),
    change: (tenantId, id, { url, description, types, status }, by) => inTransaction(pool, tenantId, async (session) => {
      const before = await find(session, id);
      await session.run(CHANGE, [id, url ?? null, description ?? null, types !== undefined, types ?? null, status ?? null]);
      const after = await find(session, id);
      if (before && after) await recordChange(session, by, "WebhookSaved", { webhook: publicId("webhook", id), status: after.status, ...toldChanges(changedFields(before, after, SECRET)) });
      return after;
    }),
    remove: (tenantId, id, by) => inTransaction(pool, tenantId, async (session) => {
      const isGone = (await session.run(REMOVE, [id])) > 0;
      if (isGone) await recordChange(session, by, "WebhookDeleted", { webhook: publicId("webhook", id) });
      return isGone;
    }),
    rotate: (tenantId, id, secret, overlapMs, by) => inTransaction(pool, tenantId, async (session) => {
      await session.run(ROTATE, [id, secret, overlapMs / 1000]);
      const rotated = await find(session, id);
      if (rotated) await recordChange(session, by, "WebhookSaved", { webhook: publicId("webhook", id), status: rotated.status, changed: { secret: "hidden" } });
      return rotated;
    }),
  };
}
