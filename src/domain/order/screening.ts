import { type ChannelChecks, type IdentityKind, LOOK_BACK_DAYS } from "../catalog/index.ts";
import { compactPostcode, DAY, fingerprint, MINUTE } from "../kernel/index.ts";
import { foldName, type OrderContact } from "./address/index.ts";
import type { CheckedOrder } from "./capture.ts";
import { orderHold, type HoldRequest } from "./holds.ts";
import { type Risk, scoreRisk } from "./risk.ts";
import { NO_ITEM, type Order } from "./types.ts";

/** One thing by which the customer of an order is recognised again within a channel. The key is personal data: it is kept as a keyed hash only. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly key: string;
}

/** An order that was captured before, found by one identity. Cancelled ones are none. */
export interface PastOrder {
  readonly key: string;
  readonly orderId: string;
  readonly number: number;
  readonly placedAt: number;
  readonly totalMinor: number;
  readonly goods: number;
}

/** What is looked for of one order: all that others with one of its keys placed between two instants. */
export interface HistoryQuery {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

export const isScreened = ({ duplicates, velocity, risk }: ChannelChecks): boolean => duplicates !== null || velocity !== null || risk !== null;

/** By what the customer of an order is known: e-mail, phone, address, network address, each in one spelling. */
export function identitiesOf(channelId: string, { customer, ship_to_normalised: address }: OrderContact): Identity[] {
  const found: Identity[] = [];
  const add = (kind: IdentityKind, value: string | null): void => void (value !== null && found.push({ kind, key: `${channelId}|${kind}|${value}` }));
  add("email", sameEmail(customer?.email));
  add("phone", samePhone(customer?.phone));
  if (address?.street !== undefined && address.country !== undefined) {
    add("address", [address.country, compactPostcode(address.postcode ?? ""), foldName(`${address.street} ${address.street2 ?? ""}`)].join("|"));
  }
  add("ip", customer?.ip?.toLowerCase() ?? null);
  return found;
}

/** One text for all orders that the same person gets at the same address; null where the e-mail (or phone) or the address is not known. Personal data. */
export function recipientOf(contact: OrderContact): string | null {
  const identities = identitiesOf("", contact);
  const keyOf = (kind: IdentityKind): string | undefined => identities.find((one) => one.kind === kind)?.key;
  const [person, address] = [keyOf("email") ?? keyOf("phone"), keyOf("address")];
  return person === undefined || address === undefined ? null : [person, address, foldName(contact.ship_to?.name ?? "")].join("\n");
}

/** Without capitals and without what mail servers ignore: a "+tag", and the dots of Gmail's own names. */
export function sameEmail(email: string | undefined): string | null {
  const [name = "", host = ""] = (email ?? "").normalize("NFKC").trim().toLowerCase().split("@");
  const plain = name.replace(/\+.*$/, "");
  if (plain === "" || host === "") return null;
  return /^(?:gmail|googlemail)\.com$/.test(host) ? `${plain.replaceAll(".", "")}@gmail.com` : `${plain}@${host}`;
}

/** Its last nine digits: the same with and without the country's code. */
export function samePhone(phone: string | undefined): string | null {
  const digits = (phone ?? "").normalize("NFKC").replace(/\D/g, "");
  return digits.length < 6 ? null : digits.slice(-9);
}

/** A number that is the same for orders of the same goods in the same quantities. */
export function goodsOf({ lines }: Pick<Order, "lines">): number {
  const wanted = new Map<string, number>();
  for (const { itemId, ordered, document } of lines) {
    const goods = itemId === NO_ITEM ? `variant ${document.variant_id ?? document.sku}` : itemId;
    wanted.set(goods, (wanted.get(goods) ?? 0) + ordered);
  }
  return fingerprint([...wanted].map(([goods, quantity]) => `${goods} ${quantity}`).sort().join("\n"));
}

const lookBack = ({ duplicates, velocity, risk }: ChannelChecks): number =>
  risk !== null ? LOOK_BACK_DAYS * DAY : Math.max(duplicates?.withinMinutes ?? 0, velocity?.withinMinutes ?? 0) * MINUTE;
const lookAhead = ({ duplicates, velocity, risk }: ChannelChecks): number =>
  Math.max(duplicates?.withinMinutes ?? 0, velocity?.withinMinutes ?? 0, risk === null ? 0 : RECENT_DAYS * 24 * 60) * MINUTE;

/** What has to be known of other orders to screen this one. Messages come in any order, so it looks ahead too. */
export const historyQueries = ({ order, channel }: CheckedOrder, identities: readonly Identity[]): HistoryQuery[] =>
  identities.map(({ key }) => ({ key, from: order.placedAt - lookBack(channel.checks), to: order.placedAt + lookAhead(channel.checks) }));

/** Orders by identity: those that were there, and those that a batch adds. */
export class OrderHistory {
  readonly #orders = new Map<string, PastOrder[]>();

  constructor(past: readonly PastOrder[]) {
    for (const one of past) this.#put(one);
  }

  /** Other orders than this one with this key. */
  of(key: string, orderId: string): readonly PastOrder[] {
    return (this.#orders.get(key) ?? []).filter((one) => one.orderId !== orderId);
  }

  add({ id, number, placedAt, totalMinor, lines }: Order, identities: readonly Identity[]): void {
    const goods = goodsOf({ lines });
    for (const { key } of identities) this.#put({ key, orderId: id, number, placedAt, totalMinor, goods });
  }

  /** Two rows of one batch and one key may have found the same order. */
  #put(one: PastOrder): void {
    const orders = this.#orders.get(one.key);
    if (!orders) this.#orders.set(one.key, [one]);
    else if (!orders.some(({ orderId }) => orderId === one.orderId)) orders.push(one);
  }
}

/** What screening found: holds to place, the score where the channel wants one, and whether it is above what the channel puts up with. */
export interface Screening {
  readonly holds: readonly HoldRequest[];
  readonly risk: Risk | null;
  readonly rejected: boolean;
}

/** Orders placed within a day of each other count as placed together. */
const RECENT_DAYS = 1;

/** Screens an order against others of the same customer. The same order again is not another one: it is never captured twice. */
export function screenOrder(checked: CheckedOrder, identities: readonly Identity[], history: OrderHistory): Screening {
  const { order, channel: { checks } } = checked;
  const holds = [...duplicateHolds(order, checks, identities, history), ...velocityHolds(order, checks, identities, history)];
  if (checks.risk === null) return { holds, risk: null, rejected: false };
  const others = identities.flatMap(({ key }) => history.of(key, order.id));
  const recent = new Set(others.filter(({ placedAt }) => Math.abs(placedAt - order.placedAt) <= RECENT_DAYS * DAY).map(({ orderId }) => orderId));
  const risk = scoreRisk({
    order, rules: checks.risk, contact: checked.settled.contact, channelRisk: checked.command.risk, recentOrders: recent.size,
    isFirst: identities.length > 0 && !others.some(({ placedAt }) => placedAt <= order.placedAt),
  });
  const { reviewFrom, rejectAbove } = checks.risk;
  const rejected = rejectAbove !== null && risk.score > rejectAbove;
  if (risk.score >= reviewFrom || rejected || checked.command.risk === "high") {
    const told = `Risk score ${risk.score} of 100, ${rejected ? `above ${rejectAbove}` : `to be looked at from ${reviewFrom}`}: ${risk.reasons.map(({ reason, points }) => `${reason} (${points})`).join("; ")}.`;
    holds.push(orderHold("FRAUD", told.slice(0, REASON_MAX)));
  }
  return { holds, risk, rejected };
}

const REASON_MAX = 500;
const WORDS: Readonly<Record<IdentityKind, string>> = { email: "e-mail", phone: "phone number", address: "address", ip: "network address" };

function duplicateHolds(order: Order, { duplicates }: ChannelChecks, identities: readonly Identity[], history: OrderHistory): HoldRequest[] {
  if (duplicates === null) return [];
  const goods = goodsOf(order);
  for (const { kind, key } of identities.filter((one) => duplicates.by.includes(one.kind))) {
    const twin = history.of(key, order.id).find((one) => one.goods === goods && Math.abs(one.placedAt - order.placedAt) <= duplicates.withinMinutes * MINUTE);
    if (!twin) continue;
    const apart = Math.round(Math.abs(twin.placedAt - order.placedAt) / MINUTE);
    return [orderHold(duplicates.hold, `Possible duplicate of order #${twin.number}: the same goods for the same ${WORDS[kind]}, placed ${apart === 1 ? "1 minute" : `${apart} minutes`} apart.`)];
  }
  return [];
}

function velocityHolds(order: Order, { velocity }: ChannelChecks, identities: readonly Identity[], history: OrderHistory): HoldRequest[] {
  if (velocity === null) return [];
  const { withinMinutes, by, maximumOrders, maximumTotalMinor } = velocity;
  for (const { kind, key } of identities.filter((one) => by.includes(one.kind))) {
    const { count, totalMinor } = busiest(order, history.of(key, order.id), withinMinutes * MINUTE);
    const within = `for the same ${WORDS[kind]} within ${withinMinutes} minutes`;
    if (maximumOrders !== null && count > maximumOrders) return [orderHold("FRAUD", `${count} orders ${within}; at most ${maximumOrders} go through unseen.`)];
    if (maximumTotalMinor !== null && totalMinor > maximumTotalMinor) {
      return [orderHold("FRAUD", `Orders of ${totalMinor} ${order.currency} minor units ${within}; at most ${maximumTotalMinor} go through unseen.`)];
    }
  }
  return [];
}

/** Most orders, and most money, in any span of that length that this order lies in. Both ends of a span count. */
function busiest(order: Order, others: readonly PastOrder[], span: number): { readonly count: number; readonly totalMinor: number } {
  const all = [...others, order].filter(({ placedAt }) => Math.abs(placedAt - order.placedAt) <= span);
  let most = { count: 0, totalMinor: 0 };
  for (const { placedAt: start } of all) {
    if (start > order.placedAt) continue;
    const inside = all.filter(({ placedAt }) => placedAt >= start && placedAt <= start + span);
    most = { count: Math.max(most.count, inside.length), totalMinor: Math.max(most.totalMinor, inside.reduce((sum, one) => sum + one.totalMinor, 0)) };
  }
  return most;
}
