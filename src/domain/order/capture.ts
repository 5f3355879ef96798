import { type AppliedPrice, type Channel, countedQuantity, isKitItem, type Item, PRICE_SCALE } from "../catalog/index.ts";
import { accept, currencyExponent, divideRounded, type FieldError, type Instant, MINOR_MAX, type Outcome, QUANTITY_MAX, type RefusalCode, refuse, scaledInteger } from "../kernel/index.ts";
import { type OrderContact, type Places, type Destination, type GeoPoint, type SettledContact, settleContact } from "./address/index.ts";
import { type DiscountLimit, discountsBeyond } from "./draft.ts";
import { noUnits } from "./journal.ts";
import { type KitPart, takeApart } from "./kits.ts";
import { type HoldKind, type LineDocument, NO_ITEM, type Order, type OrderLine } from "./types.ts";

export interface CaptureLine {
  readonly sku: string;
  readonly quantity: string;
  readonly unit: string | null;
  /** Null where the price list says it. */
  readonly unitPrice: string | null;
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number | null;
  readonly externalId: string | null;
  readonly node: string | null;
  /** Where a channel names goods in its own words: what they are called there, and whether the SKU is one of ours. */
  readonly variant?: LineVariant;
}

export interface LineVariant {
  readonly id: string;
  readonly title: string;
  readonly identified: boolean;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

export interface CaptureCommand {
  readonly idempotencyKey: string | null;
  /** Hash of the request body: the same key with another one is refused. */
  readonly bodyHash: string;
  readonly channel: string;
  readonly externalId: string;
  readonly currency: string;
  readonly placedAt: Instant | null;
  readonly lines: readonly CaptureLine[];
  readonly totals: {
    readonly totalMinor: number | null;
    readonly shippingMinor: number;
    readonly discountMinor: number;
    readonly taxMinor: number;
    readonly otherMinor: number;
    readonly taxIncluded: boolean;
  };
  readonly payment: { readonly state: string; readonly payments: readonly { tender: string; amountMinor: number; reference: string | null }[] };
  readonly risk: "low" | "medium" | "high" | null;
  readonly requestedHolds: readonly { kind: HoldKind; reason: string; dueAt: Instant | null; owner?: string }[];
  /** Names, addresses and contacts: kept apart from the ledgers, erasable. */
  readonly contact: OrderContact;
  /** Coordinates that came with the order; without them the address is looked up. */
  readonly destination: GeoPoint | null;
  readonly claimId: string | null;
  /** Version of the channel's state, where a channel's message brought the order. */
  readonly sourceVersion?: number;
  /** The class of customers whose prices hold for it. */
  readonly customerClass?: string | null;
  /** The service it asks for, and until when it should be there and on its way. */
  readonly serviceLevel?: string | null;
  readonly deliverBy?: Instant | null;
  readonly shipBy?: Instant | null;
  /** Code of the node where its customer collects it. */
  readonly pickupNode?: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** How far a person who brings it may go; without it, it costs what its channel says. */
  readonly discountLimit?: DiscountLimit;
}

/** What a command is checked against. */
export interface CaptureFacts {
  readonly channel: Channel | undefined;
  readonly item: (sku: string) => Item | undefined;
  readonly nodeExists: (code: string) => boolean;
  /** What price lists say of a line of the command; undefined where nobody asked them. */
  readonly listPrice?: (line: CaptureLine) => AppliedPrice | null | undefined;
  readonly now: Instant;
  /** Null where addresses are not looked up. */
  readonly places: Places | null;
}

export interface CheckedOrder {
  readonly order: Order;
  readonly channel: Channel;
  readonly command: CaptureCommand;
  readonly settled: SettledContact;
  /** What the lines and charges add up to, in minor units. */
  readonly expectedTotalMinor: number;
}

/** Checks a command against the catalogue and reports every bad field at once. Unit prices are per ordered unit. */
export function checkCapture(command: CaptureCommand, facts: CaptureFacts, id: string, number: number): Outcome<CheckedOrder> {
  const errors: FieldError[] = [];
  const fail = (pointer: string, code: RefusalCode, detail: string): void => void errors.push({ pointer, code, detail });
  const { channel } = facts;
  if (!channel) fail("/channel", "UNKNOWN_CHANNEL", `There is no channel "${command.channel}".`);
  const exponent = currencyExponent(command.currency);
  if (exponent === undefined) fail("/currency", "UNKNOWN_CURRENCY", `"${command.currency}" is not an ISO 4217 code in use.`);
  else if (channel && channel.currency !== command.currency) {
    fail("/currency", "CURRENCY_MISMATCH", `The order is in ${command.currency}, channel ${channel.code} sells in ${channel.currency}.`);
  }
  if (command.placedAt !== null && command.placedAt > facts.now + CLOCK_TOLERANCE_MS) {
    fail("/placed_at", "OCCURRED_IN_FUTURE", `placed_at ${new Date(command.placedAt).toISOString()} is after now.`);
  }
  if (command.pickupNode && !facts.nodeExists(command.pickupNode)) fail("/pickup_node", "UNKNOWN_NODE", `There is no node "${command.pickupNode}".`);
  const lines = command.lines.map((line, index) => checkLine(line, index, exponent ?? 2, facts, fail));
  const kept = withComponents(lines, facts, fail);
  if (errors.length > 0) return refuseFields(errors);
  const merchandise = kept.reduce((sum, line) => sum + line.document.total_minor, 0);
  const { totals } = command;
  const expectedTotalMinor = merchandise - totals.discountMinor + (totals.taxIncluded ? 0 : totals.taxMinor) + totals.shippingMinor + totals.otherMinor;
  if (!channel || Math.abs(expectedTotalMinor) > MINOR_MAX) {
    return refuseFields([{ pointer: "/lines", code: "INVALID_FIELD", detail: `The lines add up to more than ${MINOR_MAX} minor units.` }]);
  }
  // A total that is stated is never negative; where it differs from this one, a PRICING hold says so.
  if (totals.totalMinor === null && expectedTotalMinor < 0) {
    const pointer = totals.discountMinor > 0 ? "/totals/discount_minor" : "/totals/other_minor";
    return refuseFields([{ pointer, code: "INVALID_FIELD", detail: `The order would cost ${expectedTotalMinor} minor units, less than nothing.` }]);
  }
  const beyond = command.discountLimit === undefined ? [] : beyondLimit(command, command.discountLimit, kept, expectedTotalMinor, exponent ?? 2, facts);
  if (beyond.length > 0) return refuseFields(beyond);
  const settled = settleContact(command.contact, command.destination, facts.places);
  const order = newOrder(command, channel, kept, merchandise, expectedTotalMinor, id, number, facts.now, settled.destination);
  return accept({ order, channel, command, settled, expectedTotalMinor });
}

/** Whatever makes an order cheaper than its price lists counts as a discount: a price, a discount, a credit among the charges, or a total below what it adds up to. */
function beyondLimit({ lines, totals }: CaptureCommand, limit: DiscountLimit, kept: readonly OrderLine[], expectedTotalMinor: number, exponent: number, { item }: CaptureFacts): FieldError[] {
  const credit = Math.max(0, -totals.otherMinor);
  const untold = totals.totalMinor === null ? 0 : Math.max(0, expectedTotalMinor - totals.totalMinor);
  return discountsBeyond({
    lines: kept.slice(0, lines.length).map(({ ordered, document: { sku, total_minor: totalMinor, discount_minor: discountMinor, unit_factor: factor, list_price: listed } }) => {
      const price = listed ? scaledInteger(listed.unit_price, PRICE_SCALE) : undefined;
      const listMinor = price === undefined ? totalMinor + discountMinor : Number(costOf(price, ordered, factor, item(sku)?.quantityScale ?? 0, exponent));
      return { listMinor, totalMinor, field: discountMinor > 0 ? "discount_minor" : "unit_price" };
    }),
    offMinor: totals.discountMinor + credit + untold, offField: totals.discountMinor > 0 ? "discount_minor" : credit > 0 ? "other_minor" : "total_minor",
  }, limit);
}

/** What a counted quantity costs at a price per ordered unit, in minor units. */
const costOf = (price: bigint, quantity: number, factor: number, quantityScale: number, exponent: number): bigint =>
  divideRounded(price * BigInt(quantity) * 10n ** BigInt(exponent), 10n ** BigInt(PRICE_SCALE + quantityScale) * BigInt(factor));

/** Clocks of honest callers differ a little. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

export function refuseFields(errors: readonly FieldError[]): { readonly ok: false; readonly refusal: import("../kernel/index.ts").Refusal } {
  const codes = new Set(errors.map((error) => error.code));
  const [only] = codes;
  const code = codes.size === 1 && only !== undefined ? only : "INVALID_FIELD";
  const detail = errors.length === 1 ? (errors[0]?.detail ?? "") : `${errors.length} fields have to be corrected; errors names each.`;
  return refuse(code, detail, { errors });
}

type Fail = (pointer: string, code: RefusalCode, detail: string) => void;

function checkLine(line: CaptureLine, index: number, exponent: number, facts: CaptureFacts, fail: Fail): OrderLine | null {
  const item = line.variant?.identified === false ? unidentified(line.sku) : facts.item(line.sku);
  if (!item) fail(`/lines/${index}/sku`, "UNKNOWN_ITEM", `There is no item with SKU "${line.sku}".`);
  if (line.node !== null && !facts.nodeExists(line.node)) fail(`/lines/${index}/node`, "UNKNOWN_NODE", `There is no node "${line.node}".`);
  const listed = facts.listPrice?.(line);
  const unitPrice = line.unitPrice ?? listed?.unitPrice;
  const price = unitPrice === undefined ? undefined : scaledInteger(unitPrice, PRICE_SCALE);
  if (unitPrice === undefined) {
    if (item) fail(`/lines/${index}/unit_price`, "UNPRICED", `The line has no price, and no price list has one for ${line.quantity} of ${line.sku}.`);
  } else if (price === undefined || price < 0n) {
    fail(`/lines/${index}/unit_price`, "INVALID_FIELD", `"${unitPrice}" is not a price of at most 6 decimal places, zero or more.`);
  }
  if (!item || price === undefined || unitPrice === undefined) return null;
  const counted = countedQuantity(item, line.quantity, line.unit);
  if (!counted.ok) {
    const pointer = counted.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity";
    fail(`/lines/${index}/${pointer}`, counted.refusal.code, counted.refusal.detail);
    return null;
  }
  const { quantity, factor } = counted.value;
  const gross = costOf(price, quantity, factor, item.quantityScale, exponent);
  if (gross > BigInt(MINOR_MAX)) {
    fail(`/lines/${index}/unit_price`, "INVALID_FIELD", `${line.quantity} at ${unitPrice} is more than ${MINOR_MAX} minor units.`);
    return null;
  }
  // A discount above the price is a negative price in disguise, and no refund or tax could be shared out over it.
  if (price >= 0n && line.discountMinor > Number(gross)) {
    fail(`/lines/${index}/discount_minor`, "INVALID_FIELD", `A discount of ${line.discountMinor} is more than the ${gross} minor units that ${line.quantity} at ${unitPrice} cost.`);
    return null;
  }
  const document: LineDocument = {
    sku: item.sku, quantity: line.quantity, unit: line.unit, unit_factor: factor, unit_price: unitPrice, discount_minor: line.discountMinor,
    tax_minor: line.taxMinor, total_minor: Number(gross) - line.discountMinor, external_id: line.externalId, node: line.node,
    ...(line.variant ? variantDocument(line.variant) : {}), ...(listed === undefined ? {} : { list_price: listedPrice(listed) }),
  };
  return { lineNo: index + 1, itemId: item.id, parentLineNo: null, ordered: quantity, units: noUnits(), attempts: 0, document };
}

/** The lines as the customer ordered them, and after them the components of every kit among them. */
function withComponents(lines: readonly (OrderLine | null)[], facts: CaptureFacts, fail: Fail): OrderLine[] {
  const kept: OrderLine[] = [];
  const further: OrderLine[] = [];
  lines.forEach((line, index) => {
    const item = line && line.itemId !== NO_ITEM ? facts.item(line.document.sku) : undefined;
    if (!line || !item || !isKitItem(item)) return void (line && kept.push(line));
    const parts = partsOf(item, facts.item);
    if (!parts.ok) return fail(`/lines/${index}/sku`, parts.refusal.code, parts.refusal.detail);
    if (parts.value.some(({ quantity }) => quantity * line.ordered > QUANTITY_MAX)) {
      return fail(`/lines/${index}/quantity`, "QUANTITY_TOO_LARGE", `${line.document.quantity} of kit ${item.sku} need more than the ${QUANTITY_MAX} counted units a line may have.`);
    }
    const { kit, components } = takeApart(line, line.ordered, item.shipTogether, parts.value, lines.length + further.length + 1);
    kept.push(kit);
    further.push(...components);
  });
  if (further.length > COMPONENT_LINES_MAX) fail("/lines", "INVALID_FIELD", `The kits of one order have ${further.length} components; at most ${COMPONENT_LINES_MAX} are possible.`);
  return [...kept, ...further];
}

/** Line numbers are small integers, and one transaction takes many orders. */
export const COMPONENT_LINES_MAX = 5_000;

/** What a kit consists of. A component that is a kit itself, or is no item, is a defect of the catalogue that the answer names. */
export function partsOf(kit: Pick<Item, "sku" | "components">, item: (sku: string) => Item | undefined): Outcome<KitPart[]> {
  const parts: KitPart[] = [];
  for (const { sku, quantity } of kit.components ?? []) {
    const component = item(sku);
    if (!component) return refuse("UNKNOWN_ITEM", `Kit ${kit.sku} consists of "${sku}" among others, and there is no item with that SKU.`);
    if (isKitItem(component)) return refuse("KIT_IN_KIT", `Kit ${kit.sku} consists of "${sku}" among others, which is a kit itself.`);
    parts.push({ item: component, quantity });
  }
  return accept(parts);
}

const variantDocument = ({ id, title, properties }: LineVariant): Partial<LineDocument> => ({
  variant_id: id, title, ...(properties.length === 0 ? {} : { properties }),
});

/** What a line keeps of what its price list says. */
export const listedPrice = (listed: AppliedPrice | null): NonNullable<LineDocument["list_price"]> | null =>
  listed === null ? null : { price_list: listed.price.list.code, unit_price: listed.unitPrice };

/** Goods that nobody has identified are counted in pieces until somebody does. */
const unidentified = (sku: string): Pick<Item, "id" | "sku" | "quantityScale" | "baseUnit" | "units"> => ({ id: NO_ITEM, sku, quantityScale: 0, baseUnit: "each", units: [] });

function newOrder(
  command: CaptureCommand, channel: Channel, lines: OrderLine[], merchandiseMinor: number, expectedTotalMinor: number, id: string, number: number, now: Instant,
  destination: Destination | null,
): Order {
  const { totals, payment } = command;
  return {
    id, number, channelId: channel.id, externalId: command.externalId, sourceHash: command.bodyHash, currency: command.currency,
    totalMinor: totals.totalMinor ?? expectedTotalMinor, placedAt: command.placedAt ?? now, capturedAt: now, status: "PENDING", commercialVersion: 1,
    sourceVersion: command.sourceVersion ?? null,
    document: {
      shipping_minor: totals.shippingMinor, discount_minor: totals.discountMinor, tax_minor: totals.taxMinor, tax_included: totals.taxIncluded,
      other_minor: totals.otherMinor, merchandise_minor: merchandiseMinor, payment_state: payment.state,
      payments: payment.payments.map(({ tender, amountMinor, reference }) => ({ tender, amount_minor: amountMinor, reference })),
      attributes: command.attributes, ...(command.customerClass ? { customer_class: command.customerClass } : {}),
      ...(command.serviceLevel ? { service_level: command.serviceLevel } : {}), ...(command.deliverBy ? { deliver_by: command.deliverBy } : {}), ...(command.shipBy ? { ship_by: command.shipBy } : {}), ...(command.pickupNode ? { pickup_node: command.pickupNode } : {}),
      ...(command.sourceVersion === undefined ? {} : { channel_lines: Object.fromEntries(command.lines.map((line) => [line.externalId ?? "", Number(line.quantity)])) }),
    },
    destination, lines, holds: [], shipments: [], excluded: [], decisions: 0,
  };
}
