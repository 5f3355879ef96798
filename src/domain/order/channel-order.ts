import type { PaymentState } from "../catalog/index.ts";
import type { CaptureCommand, CaptureLine } from "./capture.ts";

/** What a channel says of an order in one message: always the whole order as it stands, never a difference. */
export interface ChannelOrder {
  /** The order"s identity at the channel. */
  readonly externalId: string;
  /** What people call it there: "#1001". */
  readonly name: string;
  /** When this state was written at the channel, in milliseconds: a later one replaces an earlier one. */
  readonly version: number;
  /** Made to try the shop out; nobody waits for the goods. */
  readonly test: boolean;
  readonly cancelled: { readonly at: number | null; readonly reason: string } | null;
  readonly currency: string;
  readonly placedAt: number;
  readonly lines: readonly ChannelLine[];
  /**
   * Units of lines, by their external id, that are gone from the quantities although they may have been sent: returned (the channel
   * says that they came back) or refunded (it does not say). As many of them as left here are no reduction of what is to be sent.
   */
  readonly takenOff: Readonly<Record<string, TakenOff>>;
  /** Units of lines, by their external id, that the channel says have left already, whoever sent them: the quantities still count them. */
  readonly leftThere: Readonly<Record<string, number>>;
  readonly totals: ChannelTotals;
  readonly payment: {
    readonly state: PaymentState;
    /** How it was or is to be paid: gift cards and store credit are tenders like any other, never discounts. */
    readonly payments: readonly { readonly tender: string; readonly amountMinor: number; readonly reference: string | null }[];
  };
  readonly risk: "low" | "medium" | "high" | null;
  /** `locale` is a BCP 47 tag: the language the customer reads. */
  readonly customer: { readonly name?: string; readonly email?: string; readonly phone?: string; readonly locale?: string };
  /** The class of customers whose prices hold for it, where the channel names one. */
  readonly customerClass?: string;
  /** Null where nothing is to be shipped or no address is known. */
  readonly shipTo: ChannelAddress | null;
  readonly billTo: ChannelAddress | null;
  readonly note: string | null;
  /** What the channel says beside: at most 100 short texts. Nothing about a person. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A line with something left to send: quantities are what remains after the channel"s own removals and refunds before shipping. */
export interface ChannelLine {
  readonly externalId: string;
  /** What the channel calls the goods; null for a line typed in by hand. */
  readonly variantId: string | null;
  readonly sku: string | null;
  readonly title: string;
  /** Ordered units as decimal text, more than zero; whole ones but where the channel sells by measure. */
  readonly quantity: string;
  /** Before discounts, decimal text in the order"s currency, at most six decimals. */
  readonly unitPrice: string;
  /** This line"s share of every discount, in minor units, at most the price. */
  readonly discountMinor: number;
  readonly taxMinor: number;
  /** What the buyer chose or wrote for this line (engraving, options), as texts. */
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

export interface TakenOff {
  readonly returned: number;
  readonly refunded: number;
}

/**
 * In minor units. `totalMinor` is what the channel says; lines and charges should add up to it:
 * sum(price x quantity - discount) - discountMinor + (taxIncluded ? 0 : taxMinor) + shippingMinor + otherMinor.
 */
export interface ChannelTotals {
  readonly totalMinor: number;
  readonly shippingMinor: number;
  /** Discounts that no line carries. */
  readonly discountMinor: number;
  readonly taxMinor: number;
  /** Tips, duties, fees, and lines that need no shipping; may be negative. */
  readonly otherMinor: number;
  readonly taxIncluded: boolean;
}

/** Fields that are absent or empty at the channel are left out. `country` is ISO 3166 alpha-2. */
export interface ChannelAddress {
  readonly name?: string;
  readonly company?: string;
  readonly street?: string;
  readonly street2?: string;
  readonly city?: string;
  readonly region?: string;
  readonly postcode?: string;
  readonly country?: string;
  readonly coordinates?: { readonly latitude: number; readonly longitude: number };
}

/** What a channel holds back of one order: always all of it, never a difference. */
export interface ChannelHolds {
  /** The order's identity at the channel. */
  readonly externalId: string;
  /** When this state was written at the channel, in milliseconds: a later one replaces an earlier one. */
  readonly version: number;
  readonly held: readonly HeldPart[];
}

/** A part of an order (a fulfilment order) that the channel does not want sent. */
export interface HeldPart {
  readonly part: string;
  /** In the channel's words, and nothing about a person: it stands in events. */
  readonly reason: string;
  /** The channel's ids of the lines it holds. */
  readonly lines: readonly string[];
}

/** Which item of ours a line's goods are; null where nobody has said so yet. */
export type IdentifiedGoods = { readonly sku: string; readonly unit: string | null } | null;

/** Whose a CHANNEL_CHANGE hold is that shows where the channel and the order differ, and the characters its reason may have. */
export const CHANNEL_OWNER = "channel";
export const CHANNEL_REASON_MAX = 500;

/** Why units of a line may not be sent from here as well; null where all that left the channel's way left here. */
export const leftElsewhere = (sku: string, there: number, here: number): string | null =>
  (there > here ? `${sku}: the channel says that ${there} have left already, ${here} have left here.` : null);

/** A channel's order as the command that captures it. Everything about a person goes to contact and nowhere else. */
export function commandOfChannelOrder(order: ChannelOrder, channel: string, bodyHash: string, goodsOf: (line: ChannelLine) => IdentifiedGoods): CaptureCommand {
  const { totals, payment, customer, shipTo, billTo, note } = order;
  const destination = shipTo?.coordinates ?? null;
  const lines = order.lines.map((line) => lineOf(line, goodsOf(line)));
  const left = lines.flatMap(({ sku, externalId }) => leftElsewhere(sku, order.leftThere[externalId ?? ""] ?? 0, 0) ?? []).join(" ").slice(0, CHANNEL_REASON_MAX);
  return {
    idempotencyKey: null, bodyHash, channel, externalId: order.externalId, currency: order.currency, placedAt: order.placedAt, sourceVersion: order.version,
    lines,
    totals: { ...totals },
    payment: { state: payment.state, payments: payment.payments },
    risk: order.risk, requestedHolds: left === "" ? [] : [{ kind: "CHANNEL_CHANGE", reason: left, dueAt: null, owner: CHANNEL_OWNER }], claimId: null, customerClass: order.customerClass ?? null, attributes: { ...order.attributes, name: order.name }, destination,
    contact: {
      customer, ...(shipTo ? { ship_to: shipTo } : {}), ...(billTo ? { bill_to: billTo } : {}), ...(note === null ? {} : { note }),
    },
  };
}

const lineOf = (line: ChannelLine, goods: IdentifiedGoods): CaptureLine => ({
  sku: goods?.sku ?? line.sku ?? line.variantId ?? line.externalId, quantity: line.quantity, unit: goods?.unit ?? null, unitPrice: line.unitPrice,
  discountMinor: line.discountMinor, taxMinor: line.taxMinor, totalMinor: null, externalId: line.externalId, node: null,
  variant: { id: variantOf(line), title: line.title, identified: goods !== null, properties: line.properties },
});

/** What the channel calls the goods of a line: its variant, or, for a line typed in by hand, its SKU or its title. */
export const variantOf = ({ variantId, sku, title }: ChannelLine): string => variantId ?? (sku === null ? `title:${title.slice(0, 180).replace(HALF_CHARACTER, "")}` : `sku:${sku}`);

/** What a cut may leave of a character of two halves: no database can read it again. */
const HALF_CHARACTER = /\p{Surrogate}$/u;
