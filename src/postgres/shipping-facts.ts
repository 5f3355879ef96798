import { type DatedShippingFact, type ShippingFact, type ShippingFactChange, type ShippingFacts, shippingFactsOf } from "../domain/shipping/index.ts";
import { instant, json, millis } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { raiseFactVersion } from "./facts.ts";

const LOAD = statement("load_shipping_facts", `
  select kind, code, valid_from, valid_to, document from shipping_fact
  where tenant_id = (select current_tenant()) and valid_from <= $1 and $1 < valid_to order by valid_from, code`);
const LOAD_VERSIONS = statement("load_shipping_fact_versions", `
  select kind, code, valid_from, valid_to, document from shipping_fact
  where tenant_id = (select current_tenant()) and $1 < valid_to order by valid_from, code`);
/** The tenant's version row is what everybody who changes facts writes. */

const END = statement("end_shipping_fact", `
  update shipping_fact set valid_to = $3
  where tenant_id = (select current_tenant()) and kind = $1 and code = $2 and valid_from < $3 and valid_to > $3`);
const DELETE_LATER = statement("delete_later_shipping_facts", `
  delete from shipping_fact where tenant_id = (select current_tenant()) and kind = $1 and code = $2 and valid_from >= $3`);
const INSERT = statement("insert_shipping_fact", `
  insert into shipping_fact (tenant_id, kind, code, valid_from, valid_to, document)
  values ((select current_tenant()), $1, $2, $3,
    coalesce((select min(n.valid_from) from shipping_fact n where n.tenant_id = (select current_tenant()) and n.kind = $1 and n.code = $2 and n.valid_from > $3), 'infinity'), $4)
  on conflict (tenant_id, kind, code, valid_from) do update set valid_to = excluded.valid_to, document = excluded.document`);

interface FactDb { kind: ShippingFact["kind"]; code: string; valid_from: Date; valid_to: Date | number; document: unknown }

/** What was written is what is read: a document has the shape of its kind. */
export const readShippingFact = ({ kind, code, document }: Pick<FactDb, "kind" | "code" | "document">): ShippingFact => ({ kind, code, document }) as ShippingFact;

export async function loadShippingFacts(session: Session, now: number): Promise<ShippingFacts> {
  return shippingFactsOf((await session.rows<FactDb>(LOAD, [instant(now)])).map(readShippingFact));
}

export async function loadShippingFactVersions(session: Session, from: number): Promise<readonly DatedShippingFact[]> {
  const rows = await session.rows<FactDb>(LOAD_VERSIONS, [instant(from)]);
  return rows.map((row) => ({ fact: readShippingFact(row), validFrom: row.valid_from.getTime(), validTo: millis(row.valid_to) }));
}

/** One by one, because each has to find where those before it end; they are few. */
export async function saveShippingFacts(session: Session, changes: readonly ShippingFactChange[]): Promise<void> {
  for (const { fact: { kind, code, document }, validFrom, ended } of changes) {
    const key = [kind, code, instant(validFrom)];
    await session.run(END, key);
    await (ended ? session.run(DELETE_LATER, key) : session.run(INSERT, [...key, json(document)]));
  }
  await raiseFactVersion(session, changes);
}
