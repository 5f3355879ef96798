import { z } from "zod";
import type { InvoiceSummary, InvoiceView, SellerView } from "../../../flows/invoices.ts";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();

const header = {
  id: text, number: text.describe("As it stands on the invoice; without gaps within its prefix."), order: text, order_number: whole, shipment: text, channel: text, currency: text,
  tax_included: z.boolean().describe("Whether the amounts have the tax in them already."),
  goods_minor: whole.describe("Prices less the lines' own discounts."), discount_minor: whole.describe("Shares of the order's discount, shipping_discount_minor included."),
  shipping_minor: whole, shipping_discount_minor: whole, shipping_tax_minor: whole, other_minor: whole,
  adjustment_minor: whole.describe("Share of what the order's stated total differs from the sum of its lines and charges."), tax_minor: whole.describe("All of the tax, shipping_tax_minor included."),
  total_minor: whole.describe("goods - discount + shipping + other + adjustment, + tax where amounts do not include it."), issued_at: instant, supplied_at: instant.describe("When the goods left."),
};

export const invoiceSummary: z.ZodType<InvoiceSummary> = z.object(header).meta({ id: "InvoiceSummary" });

export const invoice: z.ZodType<InvoiceView> = z.object({
  ...header,
  lines: z.array(z.object({
    line: whole, sku: text, name: text, quantity: whole, quantity_scale: whole, base_unit: text, unit_price: z.nullable(text).describe("None for a component of a kit, which bears a part of the kit's price."),
    kit: z.nullable(text).describe("SKU of the kit that this is a component of."), unit: z.nullable(text), total_minor: whole, discount_minor: whole, order_discount_minor: whole, tax_minor: whole,
  })),
}).meta({ id: "Invoice" });

export const seller: z.ZodType<SellerView> = z.object({
  channel: z.nullable(text), name: text, address: z.array(text), tax_id: z.nullable(text), footer: z.nullable(text), number_prefix: text, valid_from: instant,
}).meta({ id: "InvoiceSeller" });
