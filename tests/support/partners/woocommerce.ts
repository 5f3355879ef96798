import { openPartner, type Partner, type Received, type Reply } from "./server.ts";

export interface WooOrder {
  readonly id: number;
  status: string;
  meta_data: { key: string; value: unknown }[];
  /** In UTC, without a zone: what the list of orders is sorted by. */
  readonly date_modified_gmt?: string;
}

/** A note to a customer: WooCommerce's only record of what left. */
export interface WooNote {
  readonly order: number;
  readonly note: string;
}

export interface WooProduct {
  readonly id: number;
  readonly type: "simple" | "variation";
  readonly parent_id: number;
  manage_stock: boolean | "parent";
  stock_quantity: number | null;
}

export interface WooCommerce extends Partner {
  readonly orders: ReadonlyMap<number, WooOrder>;
  readonly fulfilments: readonly WooNote[];
  readonly stock: ReadonlyMap<number, WooProduct>;
  addOrder(id: number, status?: string): WooOrder;
  /** A whole order, as the list answers it. */
  putOrder(order: WooOrder): void;
  addProduct(product: Partial<WooProduct> & { readonly id: number }): WooProduct;
  /** Picks out requests by method and the end of the path, for `misbehave`. */
  about(method: string, ending?: string): (received: Received) => boolean;
}

interface Books {
  readonly orders: Map<number, WooOrder>;
  readonly fulfilments: WooNote[];
  readonly stock: Map<number, WooProduct>;
}

export async function openWooCommerce({ key, secret }: { readonly key: string; readonly secret: string }): Promise<WooCommerce> {
  const books: Books = { orders: new Map(), fulfilments: [], stock: new Map() };
  const credentials = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
  const partner = await openPartner((received) => (received.headers.authorization === credentials ? work(received, books) : refused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")));
  return {
    ...partner, ...books,
    addOrder: (id, status = "processing") => kept(books.orders, { id, status, meta_data: [] }),
    putOrder: (order) => void kept(books.orders, order),
    addProduct: (product) => kept(books.stock, { type: "simple", parent_id: 0, manage_stock: true, stock_quantity: 0, ...product }),
    about: (method, ending = "") => (received) => received.method === method && received.path.endsWith(ending),
  };
}

function kept<T extends { readonly id: number }>(map: Map<number, T>, one: T): T {
  map.set(one.id, one);
  return one;
}

const refused = (status: number, code: string, message: string): Reply => ({ status, json: { code, message, data: { status } } });
const STATUSES = new Set(["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash"]);

/** The oldest change first, after an instant; the id decides between changes of one second. */
function listOrders({ query }: Received, { orders }: Books): Reply {
  const [perPage, page] = [Number(query.get("per_page")), Number(query.get("page"))];
  if (query.get("orderby") !== "modified" || query.get("order") !== "asc" || query.get("dates_are_gmt") !== "true" || !(perPage <= 100)) return refused(400, "rest_invalid_param", "Invalid parameter(s): orderby");
  const found = [...orders.values()].filter((order) => order.status !== "trash" && (order.date_modified_gmt ?? "") > (query.get("modified_after") ?? ""))
    .toSorted((a, b) => (a.date_modified_gmt ?? "").localeCompare(b.date_modified_gmt ?? "") || a.id - b.id);
  return { status: 200, json: found.slice((page - 1) * perPage, page * perPage) };
}

function work(received: Received, books: Books): Reply {
  if (received.method === "GET" && received.path === "/wp-json/wc/v3/orders") return listOrders(received, books);
  const order = /^\/wp-json\/wc\/v3\/orders\/([^/]+)(\/notes)?$/.exec(received.path);
  if (order !== null) return workOnOrder(received, books, Number(order[1]), order[2] !== undefined);
  const many = /^\/wp-json\/wc\/v3\/products(?:\/(\d+)\/variations)?(\/batch)?$/.exec(received.path);
  if (many !== null) return workOnProducts(received, books, many[1] === undefined ? null : Number(many[1]), many[2] !== undefined);
  const product = /^\/wp-json\/wc\/v3\/products\/([^/]+)(?:\/variations\/([^/]+))?$/.exec(received.path);
  if (product !== null) return workOnProduct(received, books, Number(product[1]), product[2] === undefined ? null : Number(product[2]));
  return refused(404, "rest_no_route", "No route was found matching the URL and request method.");
}

function workOnOrder({ method, body, query }: Received, { orders, fulfilments }: Books, id: number, notes: boolean): Reply {
  const order = orders.get(id);
  if (order === undefined) return refused(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.");
  const { status, note, customer_note, meta_data } = { ...(body as { status?: string; note?: string; customer_note?: boolean; meta_data?: WooOrder["meta_data"] } | undefined) };
  if (notes && method === "GET") return { status: 200, json: query.get("type") === "internal" ? [] : fulfilments.filter((one) => one.order === id).map((one) => ({ note: one.note })) };
  if (notes && method === "POST") {
    if (note === undefined || customer_note !== true) return refused(400, "rest_missing_callback_param", "Missing parameter(s): note");
    fulfilments.push({ order: id, note });
    return { status: 201, json: { note } };
  }
  if (method === "PUT") {
    if (status !== undefined && !STATUSES.has(status)) return refused(400, "rest_invalid_param", "Invalid parameter(s): status");
    order.status = status ?? order.status;
    order.meta_data = [...order.meta_data.filter(({ key }) => !meta_data?.some((one) => one.key === key)), ...(meta_data ?? [])];
  }
  return { status: 200, json: order };
}

function workOnProduct({ method, body }: Pick<Received, "method" | "body">, { stock }: Books, id: number, variation: number | null): Reply {
  const product = stock.get(variation ?? id);
  if (product === undefined || (variation !== null && product.parent_id !== id)) return refused(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");
  if (method === "GET") return { status: 200, json: product };
  if (variation === null && product.type === "variation") {
    return refused(404, "woocommerce_rest_invalid_product_id", "To manipulate product variations you should use the /products/<product_id>/variations/<id> endpoint.");
  }
  const { manage_stock, stock_quantity } = body as { manage_stock: boolean; stock_quantity: number };
  product.manage_stock = manage_stock;
  product.stock_quantity = stock_quantity;
  return { status: 200, json: product };
}

const BATCH_MAX = 100;

/** Lists of products leave variations out; a batch answers for each by itself. */
function workOnProducts({ method, body, query }: Received, books: Books, parent: number | null, batch: boolean): Reply {
  if (method === "GET") {
    const wanted = (query.get("include") ?? "").split(",");
    if (!wanted.every((id) => /^\d+$/.test(id))) return refused(400, "rest_invalid_param", "Invalid parameter(s): include");
    const there = [...books.stock.values()].filter((one) => (parent === null ? one.type !== "variation" : one.parent_id === parent));
    return { status: 200, json: there.filter(({ id }) => wanted.includes(String(id))).slice(0, Number(query.get("per_page") ?? 10)) };
  }
  const { update } = body as { update: readonly { id: number }[] };
  if (!batch || update.length > BATCH_MAX) return refused(413, "woocommerce_rest_request_entity_too_large", `Unable to accept more than ${BATCH_MAX} items for this request.`);
  return { status: 200, json: { update: update.map(({ id, ...change }) => {
    const one = workOnProduct({ method: "PUT", body: change }, books, parent ?? id, parent === null ? null : id);
    return one.status === 200 ? one.json : { id, error: { ...(one.json as object) } };
  }) } };
}
