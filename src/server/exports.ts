import { type Exported, type ExportFormat, type ExportKind, exportWriter } from "../files/export/write.ts";
import { formatScaled, isPrivateEvent, parsePublicId } from "../domain/kernel/index.ts";
import type { AuditEntry, AuditPage, AuditWanted } from "../flows/audit.ts";
import type { OrderFilter, OrderView, Page, Queries, StockFilter, StockView } from "../flows/queries.ts";

/** Things of one page: what a page costs is spread, and memory stays flat. */
const PAGE = 250;
const EVENTS_PAGE = 1000;

export type ExportQueries = Pick<Queries, "listOrders" | "findOrders" | "listItems" | "listNodes" | "listStock" | "readAudit" | "followAudit">;
type Pages = AsyncGenerator<readonly Exported[]>;
type Unpaged<F> = Omit<F, "limit" | "after">;

/** The text of an export, page by page. */
export async function* exported(kind: ExportKind, format: ExportFormat, pages: Pages, mark: boolean): AsyncGenerator<string> {
  const writer = exportWriter(kind, format);
  const beginning = `${mark ? "\uFEFF" : ""}${writer.heading}`;
  if (beginning !== "") yield beginning;
  for await (const page of pages) if (page.length > 0) yield page.map((one) => writer.write(one)).join("");
}

async function* pagesOf<T>(page: (after: readonly string[] | null) => Promise<Page<T>>, each: (rows: readonly T[]) => Promise<readonly Exported[]> | readonly Exported[]): Pages {
  for (let after: readonly string[] | null = null; ; ) {
    const { rows, next }: Page<T> = await page(after);
    yield await each(rows);
    if (next === null) return;
    after = next;
  }
}

/** Newest first. An order that comes while it goes on is not in it. */
export const exportedOrders = (queries: ExportQueries, tenantId: number, filter: Unpaged<OrderFilter>, personal: boolean): Pages =>
  pagesOf((after) => queries.listOrders(tenantId, { ...filter, limit: PAGE, after }), async (rows) => {
    const ids = rows.flatMap(({ id }) => parsePublicId("order", id) ?? []);
    return (await queries.findOrders(tenantId, ids, personal)).map(orderOf);
  });

/** Kits last: their components have to be there before them. */
export async function* exportedItems(queries: ExportQueries, tenantId: number, now: number): Pages {
  for (const areKits of [false, true]) {
    yield* pagesOf((after) => queries.listItems(tenantId, { code: null, limit: PAGE, after }, now), (rows) => rows.flatMap(({ id: _id, valid_from: _from, ...item }) =>
      ((item.components !== null) === areKits ? [{ body: given(item), told: {} }] : [])));
  }
}

export const exportedNodes = (queries: ExportQueries, tenantId: number, now: number): Pages =>
  pagesOf((after) => queries.listNodes(tenantId, { code: null, limit: PAGE, after }, now), (rows) => rows.map(({ id: _id, valid_from: _from, ...node }) => ({ body: given(node), told: {} })));

export const exportedStock = (queries: ExportQueries, tenantId: number, filter: Unpaged<StockFilter>): Pages =>
  pagesOf((after) => queries.listStock(tenantId, { ...filter, limit: PAGE, after }), (rows) => rows.map(stockOf));

/** Oldest first, from after a position on, as the audit log finds them. */
export async function* exportedEvents(queries: ExportQueries, tenantId: number, { after, orderId, ...wanted }: AuditWanted & { readonly after: number }, all: boolean): Pages {
  const shown = (rows: readonly AuditEntry[]): Exported[] => rows.filter(({ type, position }) => (all || !isPrivateEvent(type)) && position > after).map(eventOf);
  if (orderId === null) yield* pagesOf((from) => queries.followAudit(tenantId, wanted, Number(from?.[0] ?? after), EVENTS_PAGE), shown);
  // An order has few, and they are found without walking through those of all others.
  else yield shown((await everyOfOrder(queries, tenantId, { ...wanted, orderId })).toReversed());
}

async function everyOfOrder(queries: ExportQueries, tenantId: number, wanted: AuditWanted): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  for (let before: number | null = null; ; ) {
    const { rows, next }: AuditPage = await queries.readAudit(tenantId, { ...wanted, before, limit: PAGE });
    found.push(...rows);
    if (next === null) return found;
    before = next;
  }
}

const eventOf = ({ object: _object, changes: _changes, ...event }: AuditEntry): Exported => ({ body: {}, told: { ...event } });

/** Without what is not there: bodies leave such things out. */
const given = (fields: object): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

function orderOf(order: OrderView): Exported {
  const { money, contact } = order;
  // Components are left out: importing the line of the kit makes them again.
  const lines = order.lines.filter(({ parent_line: kit }) => kit === null);
  const scaled = lines.map(({ buckets, quantity_scale: scale }) => ({
    line_cancelled: formatScaled(buckets["cancelled"] ?? 0, scale), line_shipped: formatScaled((buckets["shipped"] ?? 0) + (buckets["handed_over"] ?? 0), scale),
  }));
  return {
    body: given({
      channel: order.channel, external_id: order.external_id, currency: order.currency, placed_at: order.placed_at, service_level: order.service_level, deliver_by: order.deliver_by, ship_by: order.ship_by,
      lines: lines.map((line) => given({
        external_id: line.external_id, sku: line.sku, quantity: line.quantity, unit: line.unit, unit_price: line.unit_price, discount_minor: line.discount_minor, tax_minor: line.tax_minor, node: line.node,
      })),
      totals: {
        total_minor: money.total_minor, shipping_minor: money.shipping_minor, discount_minor: money.discount_minor, tax_minor: money.tax_minor, other_minor: money.other_minor,
        tax_included: money.tax_included,
      },
      payment: { state: order.payment_state, ...(money.payments.length === 0 ? {} : { payments: money.payments.map(given) }) },
      customer: customerOf(order), ship_to: part(contact, "ship_to", ADDRESS), bill_to: part(contact, "bill_to", ADDRESS), note: contact?.["note"],
      attributes: Object.keys(order.attributes).length === 0 ? null : order.attributes,
    }),
    told: { id: order.id, number: order.number, order_status: order.status, captured_at: order.captured_at }, toldOfLines: scaled,
  };
}

const PERSON: ReadonlySet<string> = new Set(["name", "email", "phone", "locale", "ip"]);
const ADDRESS: ReadonlySet<string> = new Set(["name", "company", "street", "street2", "city", "region", "postcode", "country", "coordinates"]);

/** The class is the order's, and nothing about the person. */
function customerOf({ contact, customer_class: named }: OrderView): object | null {
  const person = part(contact, "customer", PERSON);
  return named === null ? person : { ...person, class: named };
}

/** What the API takes of a part of the contact; channels may tell more. Null where nothing is left. */
function part(contact: OrderView["contact"], name: string, taken: ReadonlySet<string>): object | null {
  const whole = contact?.[name];
  if (typeof whole !== "object" || whole === null) return null;
  const kept = Object.fromEntries(Object.entries(given(whole)).filter(([key]) => taken.has(key)));
  return Object.keys(kept).length === 0 ? null : kept;
}

function stockOf({ sku, node, owner, condition, on_hand: onHand, reserved, soft, short, quantity_scale: scale }: StockView): Exported {
  const text = (units: number): string => formatScaled(units, scale);
  return { body: { sku, node, quantity: text(onHand), condition, ...(owner === "" ? {} : { owner }) }, told: { reserved: text(reserved), soft: text(soft), short: text(short) } };
}
