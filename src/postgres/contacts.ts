import { type Session, statement } from "./database.ts";

const LOCK = statement("lock_contacts", `
  select from order_contact where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) order by order_id for update`);
/** What hangs on a contact (mails, notes, words, traces) goes by its triggers; of one that was erased before, what came since. */
const ERASE = statement("erase_contacts", `
  update order_contact c set data = null, erased_hash = coalesce(c.erased_hash, sha256(convert_to(c.data::text, 'UTF8')))
  where c.tenant_id = (select current_tenant()) and c.order_id = any($1::uuid[])`);
const KEEP = statement("keep_contact", `select from order_contact where tenant_id = (select current_tenant()) and order_id = $1 for share`);

/** Nobody erases whom the order is for before this transaction ends: whoever does meets what it has written beside the contact. */
export const keepContact = (session: Session, orderId: string): Promise<unknown> => session.rows(KEEP, [orderId]);

/** Erases whom orders are for. Their hash stays, so that what was erased can be recognised. */
export async function eraseContacts(session: Session, orderIds: readonly string[]): Promise<void> {
  await Promise.all([session.rows(LOCK, [orderIds]), session.run(ERASE, [orderIds])]);
}
