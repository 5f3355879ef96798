import type { MailFacts, MailKind, MailLine, MailTemplate } from "../flows/mails.ts";
import type { LineDocument, OrderDocument, ShipmentDocument } from "../domain/order/index.ts";
import { columns } from "./columns.ts";
import { channelMails, templatesOf } from "./channel-mail.ts";
import { type Session, statement } from "./database.ts";

/** Locked, so that whoever erases a contact waits until what was written from it can be erased too. */
const CONTACTS = statement("mail_contacts", `
  select order_id, data from order_contact where tenant_id = current_tenant() and order_id = any($1::uuid[]) order by order_id for share`);
const ORDERS = statement("mail_orders", `
  select o.id, o.number, o.channel_id, o.external_id, o.currency, o.total_minor, o.placed_at, o.document,
    (select coalesce(json_agg(row_to_json(l) order by l.line_no), '[]') from (
      select l.line_no, l.parent_line_no, l.ordered, l.cancelled, l.pending + l.backordered + l.preordered as waiting,
        l.pending + l.backordered + l.preordered + l.reserved + l.released + l.picked + l.packed as open, l.document, i.name, i.quantity_scale
      from order_line l left join lateral (
        select i.name, i.quantity_scale from item i where i.tenant_id = current_tenant() and i.id = l.item_id order by i.valid_from desc limit 1) i on true
      where l.tenant_id = current_tenant() and l.order_id = o.id) l) as lines
  from sales_order o where o.tenant_id = current_tenant() and o.id = any($1::uuid[])`);
/** The shipment of a number, or (0) the last one that left. */
const SHIPMENTS = statement("mail_shipments", `
  select k.order_id, k.shipment_no as wanted, s.document, s.lines
  from (select * from unnest($1::uuid[], $2::smallint[]) limit cardinality($1)) as k (order_id, shipment_no)
    cross join lateral (
      select s.document, (select coalesce(json_agg(json_build_object('line_no', p.line_no, 'quantity', p.shipped) order by p.line_no), '[]') from shipment_line p
          where p.tenant_id = current_tenant() and p.order_id = s.order_id and p.shipment_no = s.shipment_no and p.shipped > 0) as lines
      from shipment s where s.tenant_id = current_tenant() and s.order_id = k.order_id and (s.shipment_no = k.shipment_no or k.shipment_no = 0)
      order by s.status in ('SHIPPED', 'DELIVERED') desc, s.shipment_no desc limit 1) s`);
/** What the causes of each mail cancelled, those that were joined to it included. */
const CANCELLED = statement("mail_cancellations", `
  select k.id, c.line_no, sum(c.quantity) as quantity from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (
      select m.order_id, m.position from mail m where m.tenant_id = current_tenant() and m.id = k.id
      union all select m.order_id, m.position from mail m where m.tenant_id = current_tenant() and m.joined_to = k.id offset 0) m
    cross join lateral (select e.id from event e where e.tenant_id = current_tenant() and e.position = m.position offset 0) e
    cross join lateral (select c.line_no, c.quantity from line_movement c
      where c.tenant_id = current_tenant() and c.order_id = m.order_id and c.event_id = e.id and c.to_bucket = 'cancelled' offset 0) c
  group by k.id, c.line_no`);

/** One mail whose facts are wanted; without an id it is one that might be sent. */
export interface MailWanted {
  readonly mailId: string | null;
  readonly orderId: string;
  /** Null for the order's own. */
  readonly channelId: string | null;
  readonly kind: MailKind;
  readonly cause: string;
}

interface LineDb { line_no: number; parent_line_no: number | null; ordered: number; cancelled: number; waiting: number; open: number; document: LineDocument; name: string | null; quantity_scale: number | null }
interface OrderDb { id: string; number: number; channel_id: string; external_id: string; currency: string; total_minor: number; placed_at: Date; document: OrderDocument; lines: LineDb[] }
interface ShipmentDb { order_id: string; wanted: number; document: ShipmentDocument; lines: { line_no: number; quantity: number }[] }

const readLine = ({ line_no: lineNo, parent_line_no: kitLineNo, ordered, cancelled, waiting, open, document, name, quantity_scale: scale }: LineDb): MailLine => ({
  lineNo, kitLineNo, ordered: document.kit?.quantity ?? ordered, cancelled, waiting, open, name: name ?? document.title ?? document.sku, properties: document.properties ?? [], quantityScale: scale ?? 0, unit: document.unit,
  unitFactor: document.unit_factor, totalMinor: document.total_minor,
});

/** Locks the contacts of orders, by their ids. Comes before their mails are locked. */
export const holdContacts = async (session: Session, orderIds: readonly string[]): Promise<void> => void (await session.run(CONTACTS, [[...new Set(orderIds)].toSorted()]));

/** What each mail can say, in the order they are asked for; undefined where the order is gone. */
export async function loadMailFacts(session: Session, wanted: readonly MailWanted[]): Promise<readonly (MailFacts | undefined)[]> {
  const orderIds = [...new Set(wanted.map(({ orderId }) => orderId))].toSorted();
  // Statements of one session are sent together and answered in turn, the locking one first.
  const [contacts, orders, shipments, cancelled] = await Promise.all([
    session.rows<{ order_id: string; data: Record<string, unknown> | null }>(CONTACTS, [orderIds]), session.rows<OrderDb>(ORDERS, [orderIds]),
    loadShipments(session, wanted), loadCancelled(session, wanted),
  ]);
  const channelIds = [...new Set([...orders.map((row) => row.channel_id), ...wanted.flatMap(({ channelId }) => channelId ?? [])])];
  const [channels, templates] = await Promise.all([channelMails(session, channelIds), templatesOf(session, channelIds)]);
  const contactOf = new Map(contacts.map(({ order_id: id, data }) => [id, data]));
  const orderOf = new Map(orders.map((row) => [row.id, row]));
  return wanted.map((one): MailFacts | undefined => {
    const row = orderOf.get(one.orderId);
    const channelId = one.channelId ?? row?.channel_id ?? "";
    const channel = channels.get(channelId);
    if (!row || !channel) return undefined;
    const lines = row.lines.map(readLine);
    const own = templates.filter((template) => template.channelId === channelId && template.kind === one.kind);
    return {
      kind: one.kind, order: orderFacts(row), lines, shipment: shipments.get(`${one.orderId}/${shipmentNoOf(one)}`) ?? null, contact: contactOf.get(one.orderId) ?? null,
      cancelled: one.mailId === null ? new Map(lines.map((line) => [line.lineNo, line.cancelled])) : cancelled.get(one.mailId) ?? new Map(),
      channel, templates: new Map(own.map(({ language, template }): [string, MailTemplate] => [language, template])),
    };
  });
}

const orderFacts = ({ number, external_id: externalId, currency, total_minor: totalMinor, placed_at: placedAt, document }: OrderDb): MailFacts["order"] => ({
  number, externalId, currency, totalMinor, placedAt: placedAt.getTime(), attributes: document.attributes, shippingMinor: document.shipping_minor, discountMinor: document.discount_minor,
  taxMinor: document.tax_minor, taxIncluded: document.tax_included,
});

const shipmentNoOf = ({ cause, mailId }: MailWanted): number => (mailId === null ? 0 : Number(cause));

async function loadShipments(session: Session, wanted: readonly MailWanted[]): Promise<ReadonlyMap<string, MailFacts["shipment"]>> {
  const shipped = wanted.filter(({ kind }) => kind === "shipped");
  if (shipped.length === 0) return new Map();
  const rows = await session.rows<ShipmentDb>(SHIPMENTS, columns(shipped, [({ orderId }) => orderId, shipmentNoOf]));
  return new Map(rows.map(({ order_id: orderId, wanted: no, document, lines }) => [`${orderId}/${no}`, {
    packages: document.packages.map(({ carrier, tracking_number: trackingNumber }) => ({ carrier, trackingNumber })),
    lines: lines.map(({ line_no: lineNo, quantity }) => ({ lineNo, quantity })),
  }]));
}

async function loadCancelled(session: Session, wanted: readonly MailWanted[]): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const ids = wanted.flatMap(({ kind, mailId }) => (kind === "cancelled" && mailId !== null ? [mailId] : []));
  const rows = ids.length === 0 ? [] : await session.rows<{ id: string; line_no: number; quantity: string }>(CANCELLED, [ids]);
  const byMail = new Map<string, Map<number, number>>();
  for (const { id, line_no: lineNo, quantity } of rows) byMail.set(id, (byMail.get(id) ?? new Map<number, number>()).set(lineNo, Number(quantity)));
  return byMail;
}
