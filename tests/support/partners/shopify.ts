import { openPartner, type Partner, type Received, type Reply } from "./server.ts";
import { nextId, orderFrom, page, type FulfilmentOrder, type ShopifyFulfilment, type ShopifyOrder, type ShopifySeed } from "./shopify-state.ts";

export interface Shopify extends Partner {
  readonly orders: ReadonlyMap<string, ShopifyOrder>;
  /** Orders as REST lists them, by id; `updated_at` says when they changed. */
  readonly listed: Map<number, ListedOrder>;
  readonly fulfilments: readonly ShopifyFulfilment[];
  /** "inventory item@location" to what can be sold there. */
  readonly stock: Map<string, number>;
  /** Every quantity that was set, in order. */
  readonly stockSet: readonly string[];
  addOrder(seed: ShopifySeed): ShopifyOrder;
  /** The variant's inventory item has the id `item-` and the variant's. */
  addVariant(id: string, quantities: Readonly<Record<string, number>>): void;
  /** Picks out requests whose document has the field, for `misbehave`. */
  about(field: string): (received: Received) => boolean;
}

export interface ListedOrder { readonly id: number; readonly updated_at: string }

interface Books {
  readonly orders: Map<string, ShopifyOrder>;
  readonly listed: Map<number, ListedOrder>;
  readonly fulfilments: ShopifyFulfilment[];
  readonly stock: Map<string, number>;
  readonly stockSet: string[];
  readonly variants: Set<string>;
}

type Variables = Readonly<Record<string, unknown>>;
type Resolve = (books: Books, variables: Variables, document: string) => unknown;

const GRAPHQL = "/admin/api/2026-07/graphql.json";

export async function openShopify({ accessToken }: { readonly accessToken: string }): Promise<Shopify> {
  const books: Books = { orders: new Map(), listed: new Map(), fulfilments: [], stock: new Map(), stockSet: [], variants: new Set() };
  const partner = await openPartner((received) => work(received, books, accessToken));
  return {
    ...partner, ...books,
    addOrder: (seed) => {
      const order = orderFrom(seed);
      books.orders.set(seed.id, order);
      return order;
    },
    addVariant: (id, quantities) => {
      books.variants.add(id);
      for (const [location, quantity] of Object.entries(quantities)) books.stock.set(`item-${id}@${location}`, quantity);
    },
    about: (field) => ({ body }) => documentOf(body).query.includes(`${field}(`),
  };
}

const documentOf = (body: unknown): { readonly query: string; readonly variables: Variables } => ({ query: "", variables: {}, ...(body as object | undefined) });

const ORDERS = "/admin/api/2026-07/orders.json";

/** By growing id after `since_id`, at most `limit`. */
function listOrders({ query }: Received, { listed }: Books): Reply {
  const [after, since, limit] = [Number(query.get("since_id")), Date.parse(query.get("updated_at_min") ?? ""), Number(query.get("limit"))];
  if (query.get("status") !== "any" || !(after > 0) || !(limit <= 250)) return { status: 400, json: { errors: "Bad Request" } };
  const found = [...listed.values()].filter((order) => order.id > after && Date.parse(order.updated_at) >= since).toSorted((a, b) => a.id - b.id);
  return { status: 200, json: { orders: found.slice(0, limit) } };
}

function work(received: Received, books: Books, accessToken: string): Reply {
  const { method, path, headers, body } = received;
  if (headers["x-shopify-access-token"] !== accessToken) return { status: 401, json: { errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" } };
  if (method === "GET" && path === ORDERS) return listOrders(received, books);
  if (method !== "POST" || path !== GRAPHQL) return { status: 404, json: { errors: "Not Found" } };
  const { query, variables } = documentOf(body);
  const resolve = FIELDS.find(([field]) => query.includes(`${field}(`))?.[1];
  if (resolve === undefined) return { status: 200, json: { errors: [{ message: "No such field", extensions: { code: "undefinedField" } }] } };
  try {
    return { status: 200, json: { data: resolve(books, variables, query) } };
  } catch (error) {
    return { status: 200, json: { errors: [{ message: (error as Error).message, extensions: { code: "BAD_REQUEST" } }] } };
  }
}

/** By the first of these fields that a document has. */
const FIELDS: readonly (readonly [string, Resolve])[] = [
  ["fulfillmentCreate", createFulfilment], ["metafieldsSet", setMetafields], ["orderCancel", cancelOrder], ["inventorySetQuantities", setQuantities],
  ["fulfillmentOrders", listFulfilmentOrders], ["fulfillments", listFulfilments], ["fulfillmentOrder", moreLines], ["fulfillment", fulfilmentLines],
  ["inventoryLevel", levelsAt], ["nodes", findVariants], ["tagsAdd", addTags], ["order", findOrder],
];

const plain = (id: unknown): string => String(id).slice(String(id).lastIndexOf("/") + 1);
const orderOf = ({ orders }: Books, { order }: Variables): ShopifyOrder | undefined => orders.get(plain(order));
const lineItem = (orderLine: string): object => ({ id: `gid://shopify/LineItem/${orderLine}` });

function findOrder(books: Books, variables: Variables): unknown {
  const order = orderOf(books, variables);
  return { order: order === undefined ? null : { cancelledAt: order.cancelledAt } };
}

function listFulfilments(books: Books, variables: Variables): unknown {
  const order = orderOf(books, variables);
  if (order === undefined) return { order: null };
  const value = order.metafields.get(String(variables["shipment"]));
  const fulfillments = books.fulfilments.filter((one) => one.order === order.id).slice(0, 50)
    .map(({ id, numbers }) => ({ id, status: "SUCCESS", trackingInfo: numbers.slice(0, 15).map((number) => ({ number })) }));
  return { order: { fulfillments, metafield: value === undefined ? null : { value } } };
}

const asLine = ({ id, remaining, orderLine }: FulfilmentOrder["lines"][number]): object => ({ id, remainingQuantity: remaining, lineItem: lineItem(orderLine) });

function listFulfilmentOrders(books: Books, variables: Variables): unknown {
  const order = orderOf(books, variables);
  if (order === undefined) return { order: null };
  const nodes = order.fulfilmentOrders.map(({ id, status, updatedAt, holds, actions, location, lines }) => ({
    id, status, updatedAt, fulfillmentHolds: holds.map((reason) => ({ reason })), supportedActions: actions.map((action) => ({ action })), assignedLocation: { location: { id: `gid://shopify/Location/${location}` } },
    lineItems: page(lines.map(asLine), 40, null),
  }));
  return { order: { fulfillmentOrders: page(nodes, 8, variables["after"]) } };
}

const fulfilmentOrderOf = ({ orders }: Books, id: unknown): [ShopifyOrder, FulfilmentOrder] | undefined => {
  for (const order of orders.values()) for (const one of order.fulfilmentOrders) if (one.id === id) return [order, one];
  return undefined;
};

function moreLines(books: Books, { fulfilmentOrder, after }: Variables): unknown {
  const found = fulfilmentOrderOf(books, fulfilmentOrder);
  if (found === undefined) return { fulfillmentOrder: null };
  const [order, { lines }] = found;
  return { fulfillmentOrder: { order: { id: `gid://shopify/Order/${order.id}` }, lineItems: page(lines.map(asLine), 200, after) } };
}

function fulfilmentLines({ fulfilments }: Books, { fulfilment, after }: Variables): unknown {
  const lines = fulfilments.find(({ id }) => id === fulfilment)?.lines ?? [];
  return { fulfillment: { fulfillmentLineItems: page(lines.map(({ orderLine, quantity }) => ({ quantity, lineItem: lineItem(orderLine) })), 200, after) } };
}

function setMetafields({ orders }: Books, { metafields }: Variables): unknown {
  for (const { ownerId, key, value } of metafields as readonly { ownerId: string; key: string; value: string }[]) orders.get(plain(ownerId))?.metafields.set(key, value);
  return { metafieldsSet: { userErrors: [] } };
}

interface FulfillmentInput {
  readonly lineItemsByFulfillmentOrder: readonly { fulfillmentOrderId: string; fulfillmentOrderLineItems: readonly { id: string; quantity: number }[] }[];
  readonly trackingInfo?: { readonly company?: string; readonly numbers?: readonly string[] };
}

/** All or nothing, never above what remains, and of one location, like the real one. */
function createFulfilment(books: Books, { fulfillment }: Variables): unknown {
  const { lineItemsByFulfillmentOrder, trackingInfo } = fulfillment as FulfillmentInput;
  const parts = lineItemsByFulfillmentOrder.map((part) => ({ part, owner: fulfilmentOrderOf(books, part.fulfillmentOrderId) }));
  const refused = (message: string): unknown => ({ fulfillmentCreate: { fulfillment: null, userErrors: [{ message }] } });
  const taken: { line: FulfilmentOrder["lines"][number]; quantity: number }[] = [];
  for (const { part, owner } of parts) {
    if (owner === undefined) return refused("Fulfillment order does not exist.");
    if (!owner[1].actions.includes("CREATE_FULFILLMENT")) return refused("Fulfillment order is not in a state that can be fulfilled.");
    for (const { id, quantity } of part.fulfillmentOrderLineItems) {
      const line = owner[1].lines.find((one) => one.id === id);
      if (line === undefined || quantity > line.remaining) return refused("Invalid fulfillment order line item quantity requested.");
      taken.push({ line, quantity });
    }
  }
  if (new Set(parts.map(({ owner }) => owner?.[1].location)).size > 1) return refused("All fulfillment orders must have the same assigned location.");
  for (const { line, quantity } of taken) line.remaining -= quantity;
  const id = nextId("Fulfillment");
  books.fulfilments.push({
    id, order: parts[0]?.owner?.[0].id ?? "", company: trackingInfo?.company ?? null, numbers: trackingInfo?.numbers ?? [],
    lines: taken.map(({ line, quantity }) => ({ orderLine: line.orderLine, quantity })),
  });
  return { fulfillmentCreate: { fulfillment: { id }, userErrors: [] } };
}

function cancelOrder(books: Books, variables: Variables): unknown {
  const order = orderOf(books, variables);
  const refused = (code: string, message: string): unknown => ({ orderCancel: { orderCancelUserErrors: [{ code, message }] } });
  if (order === undefined) return refused("NOT_FOUND", "Order does not exist.");
  if (order.cancelledAt !== null) return refused("INVALID", "Order has already been cancelled.");
  if (books.fulfilments.some((one) => one.order === order.id)) return refused("INVALID", "Cannot cancel an order with fulfilled items.");
  order.cancelledAt = "2026-08-01T10:00:00Z";
  order.cancellation = variables;
  for (const one of order.fulfilmentOrders) one.status = "CANCELLED";
  return { orderCancel: { orderCancelUserErrors: [] } };
}

function addTags({ orders }: Books, { order, tags }: Variables): unknown {
  const found = orders.get(plain(order));
  for (const tag of found ? (tags as readonly string[]) : []) found?.tags.add(tag);
  return { tagsAdd: { userErrors: found ? [] : [{ message: "Order does not exist" }] } };
}

const IDS_MAX = 250;
function idsOf({ ids }: Variables, kind: string): readonly string[] {
  const all = ids as readonly string[];
  if (all.length > IDS_MAX) throw new Error(`The input array size of ${all.length} is greater than the maximum allowed of ${IDS_MAX}.`);
  if (!all.every((id) => new RegExp(`^gid://shopify/${kind}/[\\w-]+$`).test(id))) throw new Error("Invalid global id.");
  return all.map(plain);
}

function findVariants({ variants }: Books, variables: Variables): unknown {
  return { nodes: idsOf(variables, "ProductVariant").map((id) => (variants.has(id) ? { id: `gid://shopify/ProductVariant/${id}`, inventoryItem: { id: `gid://shopify/InventoryItem/item-${id}` } } : null)) };
}

function levelsAt({ stock }: Books, variables: Variables): unknown {
  return { nodes: idsOf(variables, "InventoryItem").map((item) => {
    const quantity = stock.get(`${item}@${plain(variables["place"])}`);
    return { id: `gid://shopify/InventoryItem/${item}`, inventoryLevel: quantity === undefined ? null : { quantities: [{ quantity }] } };
  }) };
}

interface QuantityInput { readonly inventoryItemId: string; readonly locationId: string; readonly quantity: number; readonly changeFromQuantity?: number | null }

/** As of 2026-04: the idempotency key is compulsory, and so is what each quantity changes from. All or none; every refused one is named. */
function setQuantities({ stock, stockSet }: Books, { input, key }: Variables, document: string): unknown {
  if (!document.includes("@idempotent(key: $key)") || typeof key !== "string" || key === "") throw new Error("The @idempotent directive is required for this mutation.");
  const { quantities } = input as { readonly quantities: readonly QuantityInput[] };
  if (quantities.length > IDS_MAX) throw new Error(`The input array size of ${quantities.length} is greater than the maximum allowed of ${IDS_MAX}.`);
  const userErrors = quantities.flatMap(({ inventoryItemId, locationId, changeFromQuantity }, index) => {
    const shown = stock.get(`${plain(inventoryItemId)}@${plain(locationId)}`);
    const field = ["input", "quantities", String(index)];
    if (changeFromQuantity === undefined) throw new Error("changeFromQuantity is required.");
    if (shown === undefined) return [{ code: "ITEM_NOT_STOCKED_AT_LOCATION", field: [...field, "locationId"], message: "The specified inventory item is not stocked at the location." }];
    const stale = changeFromQuantity !== null && changeFromQuantity !== shown;
    return stale ? [{ code: "CHANGE_FROM_QUANTITY_STALE", field: [...field, "changeFromQuantity"], message: "The changeFromQuantity value does not match persisted value." }] : [];
  });
  if (userErrors.length > 0) return { inventorySetQuantities: { userErrors } };
  for (const { inventoryItemId, locationId, quantity } of quantities) {
    stock.set(`${plain(inventoryItemId)}@${plain(locationId)}`, quantity);
    stockSet.push(`${plain(inventoryItemId)}@${plain(locationId)}=${quantity}`);
  }
  return { inventorySetQuantities: { userErrors: [] } };
}
