import { formatScaled, localDateTime, spokenMoney } from "../../domain/kernel/index.ts";
import type { InvoiceDocument, InvoiceLineView } from "../../flows/invoices.ts";

/** Everything an invoice says, as text in the order in which it is read. */
export interface InvoiceContent {
  readonly number: string;
  readonly issuedAt: Date;
  readonly currency: string;
  readonly seller: { readonly name: string; readonly lines: readonly string[]; readonly footer: string };
  readonly buyer: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly rows: readonly InvoiceRow[];
  readonly sums: readonly (readonly [label: string, amount: string])[];
  readonly total: readonly [label: string, amount: string];
}

export interface InvoiceRow {
  readonly name: string;
  readonly details: string;
  readonly quantity: string;
  readonly price: string;
  readonly amount: string;
  /** Goods of all rows up to and with this one, for the foot of a page. */
  readonly carried: string;
}

/** Texts come from anywhere and may be any length; an invoice is not the place to read them whole. */
const short = (text: string, most = 300): string => (text.length > most ? `${text.slice(0, most)}…` : text);
/** Stands in a narrow column. */
const UNIT_MAX = 40;

export function invoiceContent({ invoice, seller, buyer, external_id: externalId, time_zone: zone }: InvoiceDocument): InvoiceContent {
  const { currency } = invoice;
  const money = (minor: number): string => spokenMoney(minor, currency);
  const day = (iso: string): string => localDateTime(Date.parse(iso), zone).date;
  let carried = 0;
  return {
    number: invoice.number, issuedAt: new Date(invoice.issued_at), currency,
    seller: { name: short(seller.name), lines: [...seller.address.map((line) => short(line)), ...(seller.tax_id === null ? [] : [`Tax id ${short(seller.tax_id)}`])], footer: short(seller.footer ?? "") },
    buyer: buyerLines(buyer),
    facts: [
      ["Invoice", invoice.number], ["Date", day(invoice.issued_at)], ["Date of supply", day(invoice.supplied_at)], ["Order", String(invoice.order_number)], ["Your reference", short(externalId)],
      ["Currency", currency],
    ],
    rows: invoice.lines.map((line) => {
      carried += line.total_minor;
      return { ...row(line, money), carried: money(carried) };
    }),
    sums: sumsOf(invoice).filter(([label, minor]) => label === "Goods" || minor !== 0).map(([label, minor]) => [label, money(minor)]),
    total: [`Total ${currency}`, money(invoice.total_minor)],
  };
}

function row(line: InvoiceLineView, money: (minor: number) => string): Omit<InvoiceRow, "carried"> {
  const { quantity, quantity_scale: scale, base_unit: base, unit, unit_price: price, kit, discount_minor: discount } = line;
  const own = base === "each" ? "" : ` ${short(base, UNIT_MAX)}`;
  return {
    name: short(line.name), quantity: `${formatScaled(quantity, scale)}${own}`, price: price === null ? "" : `${price}${unit === null || unit === base ? "" : ` per ${short(unit, UNIT_MAX)}`}`, amount: money(line.total_minor),
    details: [short(line.sku), ...(kit === null ? [] : [`part of ${short(kit)}`]), ...(discount === 0 ? [] : [`discount ${money(-discount)}`])].join(" · "),
  };
}

/** Where prices include the tax, it is named after the total's parts and not added. */
const sumsOf = (invoice: InvoiceDocument["invoice"]): [string, number][] => [
  ["Goods", invoice.goods_minor], ["Discount", 0 - invoice.discount_minor], ["Shipping", invoice.shipping_minor], ["Other charges", invoice.other_minor],
  ["Adjustment to the agreed total", invoice.adjustment_minor], [invoice.tax_included ? "Tax, included in the total" : "Tax", invoice.tax_minor],
];

const ABSENT = {
  hidden: ["Name and address are not shown:", "they need a key with the scope orders:read_personal."],
  erased: ["Name and address were erased."],
} as const;

/** The billing address where there is one, else the one the goods go to, else what is known of the customer. */
function buyerLines(buyer: InvoiceDocument["buyer"]): readonly string[] {
  if (buyer.state !== "shown") return ABSENT[buyer.state];
  const { contact } = buyer;
  const customer = textsOf(contact["customer"]);
  const address = [textsOf(contact["bill_to"]), textsOf(contact["ship_to"])].find((one) => one("street") !== "" || one("city") !== "" || one("name") !== "") ?? textsOf(undefined);
  const lines = [
    address("company"), address("name") || customer("name"), address("street"), address("street2"), `${address("postcode")} ${address("city")}`.trim(), address("region"), address("country"),
  ].filter((line) => line !== "");
  return lines.length > 0 ? lines.map((line) => short(line)) : ["No name or address is known."];
}

function textsOf(part: unknown): (field: string) => string {
  const fields = new Map(Object.entries(typeof part === "object" && part !== null ? part : {}));
  return (field) => {
    const value: unknown = fields.get(field);
    return typeof value === "string" ? value.trim() : "";
  };
}
