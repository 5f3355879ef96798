import { type Channel, countedQuantity, type Item } from "../catalog/index.ts";
import { accept, currencyExponent, divideRounded, type FieldError, type Instant, MINOR_MAX, type Outcome, type RefusalCode, refuse, scaledInteger } from "../kernel/index.ts";
import { type OrderContact, type Places, type GeoPoint, type SettledContact, settleContact } from "./address/index.ts";
import { noUnits } from "./journal.ts";
import { type HoldKind, type LineDocument, NO_ITEM, type Order, type OrderLine } from "./types.ts";

export interface CaptureLine {
  readonly sku: string;
  readonly quantity: string;
  readonly unit: string | null;
  readonly unitPrice: string;
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
  readonly requestedHolds: readonly { kind: HoldKind; reason: string; dueAt: Instant | null }[];
  /** Names, addresses and contacts: kept apart from the ledgers, erasable. */
  readonly contact: OrderContact;
  /** Coordinates that came with the order; without them the address is looked up. */
  readonly destination: GeoPoint | null;
  readonly claimId: string | null;
  /** Version of the channel's state, where a channel's message brought the order. */
  readonly sourceVersion?: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a command is checked against. */
export interface CaptureFacts {
  readonly channel: Channel | undefined;
  readonly item: (sku: string) => Item | undefined;
  readonly nodeExists: (code: string) => boolean;
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
  const lines = command.lines.map((line, index) => checkLine(line, index, exponent ?? 2, facts, fail));
  if (errors.length > 0) return refuseFields(errors);
  const kept = lines.filter((line): line is OrderLine => line !== null);
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
  const settled = settleContact(command.contact, command.destination, facts.places);
  const order = newOrder(command, channel, kept, merchandise, expectedTotalMinor, id, number, facts.now, settled.destination);
  return accept({ order, channel, command, settled, expectedTotalMinor });
}

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
  const price = scaledInteger(line.unitPrice, 6);
  if (price === undefined || price < 0n) {
    fail(`/lines/${index}/unit_price`, "INVALID_FIELD", `"${line.unitPrice}" is not a price of at most 6 decimal places, zero or more.`);
  }
  if (!item || price === undefined) return null;
  const counted = countedQuantity(item, line.quantity, line.unit);
  if (!counted.ok) {
    const pointer = counted.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity";
    fail(`/lines/${index}/${pointer}`, counted.refusal.code, counted.refusal.detail);
    return null;
  }
  const { quantity, factor } = counted.value;
  const gross = divideRounded(price * BigInt(quantity) * 10n ** BigInt(exponent), 10n ** BigInt(6 + item.quantityScale) * BigInt(factor));
  if (gross > BigInt(MINOR_MAX)) {
    fail(`/lines/${index}/unit_price`, "INVALID_FIELD", `${line.quantity} at ${line.unitPrice} is more than ${MINOR_MAX} minor units.`);
    return null;
  }
  // A discount above the price is a negative price in disguise, and no refund or tax could be shared out over it.
  if (price >= 0n && line.discountMinor > Number(gross)) {
    fail(`/lines/${index}/discount_minor`, "INVALID_FIELD", `A discount of ${line.discountMinor} is more than the ${gross} minor units that ${line.quantity} at ${line.unitPrice} cost.`);
    return null;
  }
  const document: LineDocument = {
    sku: item.sku, quantity: line.quantity, unit: line.unit, unit_factor: factor, unit_price: line.unitPrice, discount_minor: line.discountMinor,
    tax_minor: line.taxMinor, total_minor: Number(gross) - line.discountMinor, external_id: line.externalId, node: line.node,
    ...(line.variant ? variantDocument(line.variant) : {}),
  };
  return { lineNo: index + 1, itemId: item.id, parentLineNo: null, ordered: quantity, units: noUnits(), attempts: 0, document };
}

const variantDocument = ({ id, title, properties }: LineVariant): Partial<LineDocument> => ({
  variant_id: id, title, ...(properties.length === 0 ? {} : { properties }),
});

/** Goods that nobody has identified are counted in pieces until somebody does. */
const unidentified = (sku: string): Pick<Item, "id" | "sku" | "quantityScale" | "baseUnit" | "units"> => ({ id: NO_ITEM, sku, quantityScale: 0, baseUnit: "each", units: [] });

function newOrder(
  command: CaptureCommand, channel: Channel, lines: OrderLine[], merchandiseMinor: number, expectedTotalMinor: number, id: string, number: number, now: Instant,
  destination: GeoPoint | null,
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
      attributes: command.attributes,
      ...(command.sourceVersion === undefined ? {} : { channel_lines: Object.fromEntries(command.lines.map((line) => [line.externalId ?? "", Number(line.quantity)])) }),
    },
    destination, lines, holds: [], shipments: [], excluded: [], decisions: 0,
  };
}
