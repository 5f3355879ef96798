import type { AnswerBody, StoredAnswer } from "../flows/ports.ts";
import { bytes, columns, documents } from "./columns.ts";
import { type Session, statement } from "./database.ts";

const LOAD = statement("load_answers", `
  select key, encode(body_hash, 'hex') as body_hash, status, answer from idempotency
  where tenant_id = (select current_tenant()) and key = any($1::text[])`);

const SAVE = statement("save_answers", `
  insert into idempotency (tenant_id, key, body_hash, status, answer)
  select (select current_tenant()), * from rows from (unnest($1::text[], $2::bytea[], $3::smallint[]), json_array_elements($4::json))`);

const FORGET = statement("forget_answers", `
  delete from idempotency where tenant_id = (select current_tenant()) and created_at < now() - interval '30 days'
    and key in (select key from idempotency where tenant_id = (select current_tenant()) and created_at < now() - interval '30 days' limit $1)`);

export async function loadAnswers(session: Session, keys: readonly string[]): Promise<ReadonlyMap<string, StoredAnswer>> {
  const rows = await session.rows<{ key: string; body_hash: string; status: number; answer: AnswerBody }>(LOAD, [keys]);
  return new Map(rows.map((row) => [row.key, { bodyHash: row.body_hash, created: row.status === 201, body: row.answer }]));
}

export async function saveAnswers(session: Session, answers: ReadonlyMap<string, StoredAnswer>): Promise<void> {
  const rows = [...answers];
  await session.run(SAVE, [...columns(rows, [([key]) => key, ([, a]) => bytes(a.bodyHash), ([, a]) => (a.created ? 201 : 200)]), documents(rows, ([, a]) => a.body)]);
}

/** Keys live 30 days; the order's own external id lives for ever. Returns how many went. */
export const forgetOldAnswers = (session: Session, limit: number): Promise<number> => session.run(FORGET, [limit]);
