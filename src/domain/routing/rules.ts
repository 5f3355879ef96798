import { countryCode, isKit, type Order } from "../order/index.ts";
import type { Channel, Item, Node } from "../catalog/index.ts";

/** What an expression can be over: an order before its nodes are looked at, or one of its nodes. */
export type RuleKind = "order" | "node";

const TEXT = "text";
const INTEGER = "integer";

/**
 * Everything that expressions may name, and its type; expressions over nodes have `node` beside the others. Texts that nobody
 * knows are empty; what is marked with a question mark may be absent, which has(order.deliver_by) asks. docs/how-to/steer-routing.md lists them, and a test holds the two together.
 */
export const RULE_FIELDS = {
  order: {
    external_id: TEXT, channel: TEXT, currency: TEXT, payment_state: TEXT, service_level: TEXT, customer_class: TEXT, country: TEXT, region: TEXT, postcode: TEXT,
    total_minor: INTEGER, value_minor: INTEGER, lines: INTEGER, units: INTEGER, weight_grams: "integer?", placed_at: "time", deliver_by: "time?", ship_by: "time?",
    skus: "texts", handling_classes: "texts", attributes: "attributes",
  },
  customer: { class: TEXT },
  channel: { code: TEXT, kind: TEXT, currency: TEXT },
  node: { code: TEXT, kind: TEXT, country: TEXT, region: TEXT, priority: INTEGER, distance_km: "number?", backlog: INTEGER },
} as const;

type Values = { text: string; integer: bigint; number: number; time: Date; texts: readonly string[]; attributes: Readonly<Record<string, string>> };
export type RuleType = keyof Values;
export type RuleFieldType = RuleType | `${RuleType}?`;
type ValueOf<T> = T extends `${infer K extends keyof Values}?` ? Values[K] | undefined : T extends keyof Values ? Values[T] : never;
type Fields<R extends keyof typeof RULE_FIELDS> = { readonly [F in keyof (typeof RULE_FIELDS)[R]]: ValueOf<(typeof RULE_FIELDS)[R][F]> };

/** What an order is to expressions. Nothing in it names a person. */
export interface OrderVariables {
  readonly order: Fields<"order">;
  readonly customer: Fields<"customer">;
  readonly channel: Fields<"channel">;
}
export interface NodeVariables extends OrderVariables {
  readonly node: Fields<"node">;
}

/** Whether an expression can be used; `constant` is its value where it names nothing of an order or node, otherwise null. */
export type RuleCheck = { readonly ok: true; readonly constant: boolean | null } | { readonly ok: false; readonly error: string };
/** Whether it holds; an error (a key that is not there, a division by zero) is an answer and means that it does not. */
export type RuleAnswer = { readonly ok: true; readonly holds: boolean } | { readonly ok: false; readonly error: string };

/** What expressions mean: the language is no business of the domain's. */
export interface Rules {
  check(expression: string, kind: RuleKind): RuleCheck;
  /** Never throws: what cannot be used answers its error. The same expression is read once. */
  compile(expression: string, kind: RuleKind): (variables: OrderVariables | NodeVariables) => RuleAnswer;
}

/** An order as expressions see it: as the customer ordered it, so that what is cancelled or sent later changes no strategy. */
export function orderVariables(order: Order, channel: Pick<Channel, "code" | "kind" | "currency">, item: (id: string) => Item | undefined): OrderVariables {
  const { document, destination } = order;
  const goods = order.lines.filter((line) => !isKit(line));
  const weight = goods.reduce((sum, line) => sum + pieces(line.ordered, item(line.itemId)) * (item(line.itemId)?.weightGrams ?? Number.NaN), 0);
  return {
    order: {
      external_id: order.externalId, channel: channel.code, currency: order.currency, payment_state: document.payment_state, service_level: document.service_level ?? "",
      customer_class: document.customer_class ?? "", country: destination?.country ?? "", region: destination?.region ?? "", postcode: destination?.postcode ?? "",
      total_minor: BigInt(order.totalMinor), value_minor: BigInt(document.merchandise_minor), lines: BigInt(order.lines.filter(({ parentLineNo }) => parentLineNo === null).length),
      units: BigInt(goods.reduce((sum, line) => sum + Math.ceil(pieces(line.ordered, item(line.itemId))), 0)),
      weight_grams: Number.isNaN(weight) ? undefined : BigInt(Math.ceil(weight)), placed_at: new Date(order.placedAt), deliver_by: dateOf(document.deliver_by), ship_by: dateOf(document.ship_by),
      skus: [...new Set(order.lines.map((line) => line.document.sku))], handling_classes: [...new Set(goods.flatMap((line) => item(line.itemId)?.handlingClass ?? []))],
      attributes: document.attributes,
    },
    customer: { class: document.customer_class ?? "" },
    channel: { code: channel.code, kind: channel.kind, currency: channel.currency },
  };
}

const dateOf = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

/** Base units: a part of one where the item is counted in parts. */
const pieces = (quantity: number, item: Item | undefined): number => quantity / 10 ** (item?.quantityScale ?? 0);

/** A node as expressions see it, beside the order. `backlog` is how many shipments wait there. */
export const nodeVariables = (order: OrderVariables, node: Node, metres: number | null, backlog: number): NodeVariables => ({
  ...order,
  node: {
    code: node.code, kind: node.kind, country: countryCode(node.address["country"] ?? "") ?? "", region: node.address["region"] ?? "", priority: BigInt(node.priority),
    distance_km: metres === null ? undefined : metres / 1000, backlog: BigInt(backlog),
  },
});
