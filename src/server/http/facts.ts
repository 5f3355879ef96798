import { z } from "zod";
import { type Channel, DEFAULT_BACKORDERS, DEFAULT_ROUTING_POLICY, type Item, type Node, type PriceCheck, type PriceList } from "../../domain/catalog/index.ts";
import { currencyExponent, QUANTITY_MAX, scaledInteger } from "../../domain/kernel/index.ts";
import { INCOTERMS } from "../../domain/shipping/index.ts";
import { checkFields, checksOf } from "./channel-checks.ts";
import { deadlines, deadlinesOf } from "./channel-deadlines.ts";
import { operations, operationsOf } from "./node-operations.ts";
import { attributes, codeText, coordinates, countryCode, decimal, hsDigits, instant, localTime, minorUnits, skuText, text, timeZone, unique, withCode } from "./schemas/fields.ts";

/** Bodies of items, nodes and channels: each says all of the thing; what is left out takes its default. */

/** GTIN-8, -12, -13 and -14 end in a check digit: weights 3 and 1 from the right, GS1 General Specifications 7.9. */
export function isGtin(code: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(code)) return false;
  const digits = [...code].map(Number).reverse();
  const sum = digits.slice(1).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[0];
}

const quantityUnits = z.int().min(0).max(QUANTITY_MAX);
const millimetres = z.int().min(0).max(1_000_000);

export const itemFields = z.strictObject({
  gtin: text(14).refine(isGtin, { error: "Not a GTIN: 8, 12, 13 or 14 digits whose last is the check digit." }).optional(),
  name: text(300), status: z.enum(["active", "blocked"]).optional(), quantity_scale: z.int().min(0).max(6).optional(), base_unit: text(50).optional(),
  units: z.array(z.strictObject({ name: text(50), factor: z.int().min(1).max(1_000_000) })).max(20).optional(),
  handling_class: text(50).optional(), weight_grams: z.int().min(0).max(1e12).optional(), dimensions_mm: z.tuple([millimetres, millimetres, millimetres]).optional(),
  backorder: z.boolean().optional(), backorder_limit: quantityUnits.nullable().optional(), launch_at: instant.nullable().optional(), preorder_limit: quantityUnits.nullable().optional(),
  safety_stock: quantityUnits.optional(), safety_percent: z.int().min(0).max(100).optional(),
  components: z.array(z.strictObject({ sku: skuText, quantity: z.int().min(1).max(1_000_000) })).min(1).max(100).optional(), ship_together: z.boolean().optional(), hs_code: hsDigits(6).optional(), country_of_origin: countryCode.optional(), attributes: attributes.optional(), valid_from: instant.optional(),
});

/** What no single field can know. */
export function checkItem(item: z.infer<typeof itemFields>, context: z.core.$RefinementCtx): void {
  unique(item.units ?? [], ({ name }) => name, context, "units");
  unique(item.components ?? [], ({ sku }) => sku, context, "components");
  if (item.components !== undefined && (item.quantity_scale ?? 0) > 0) {
    context.addIssue({ ...withCode("INVALID_FIELD", "A kit is counted in whole kits: its quantity_scale is 0."), path: ["quantity_scale"] });
  }
  if (item.components === undefined && item.ship_together === true) {
    context.addIssue({ ...withCode("INVALID_FIELD", "Only the components of a kit ship together: name its components."), path: ["ship_together"] });
  }
  const base = item.base_unit ?? "each";
  item.units?.forEach(({ name }, index) => {
    if (name === base) context.addIssue({ ...withCode("DUPLICATE_VALUE", `"${name}" is the base unit already.`), path: ["units", index, "name"] });
  });
}
export const itemBody = itemFields.superRefine(checkItem);

export const nodeBody = z.strictObject({
  name: text(200), kind: z.enum(["dc", "store", "supplier", "3pl", "virtual"]).optional(), status: z.enum(["online", "offline"]).optional(),
  priority: z.int().min(-1_000_000).max(1_000_000).optional(), address: z.record(text(50), z.string().max(300)).optional(), coordinates: coordinates.optional(),
  time_zone: timeZone.optional(), cut_off: localTime.optional(), item_classes: z.array(text(50)).max(100).optional(),
  operations: operations.optional(), valid_from: instant.optional(),
});

const micros = z.int().min(0).max(1e12);
const minutes = z.int().min(1).max(10_000_000);
const routing = z.strictObject({
  distance_cost_per_km_micros: micros.optional(), split_cost_micros: micros.optional(), maximum_distance_km: z.int().min(0).max(50_000).nullable().optional(),
  attempt_limit: z.int().min(1).max(1000).optional(), cool_down_minutes: z.int().min(0).max(10_000_000).optional(), accept_within_minutes: minutes.nullable().optional(),
  hold_keeps_stock_minutes: minutes.optional(),
});

export const currency = text(10).superRefine((code, context) => {
  if (currencyExponent(code) === undefined) context.addIssue(withCode("UNKNOWN_CURRENCY", `"${code}" is not an ISO 4217 code in use.`));
});

/** Hundredths of a percent; beyond any figure where the text is none. */
const basisPoints = (percent: string): number => Number(scaledInteger(percent, 2) ?? -1);
const priceCheck = z.strictObject({
  tolerance_percent: decimal.refine((percent) => basisPoints(percent) >= 0 && basisPoints(percent) <= 10_000, { error: "Expected a percentage from 0 to 100 with at most two digits after the point." }).optional(),
  tolerance_minor: minorUnits.optional(), when_unpriced: z.enum(["accept", "hold"]).optional(),
});

export const priceListBody = z.strictObject({
  name: text(200).optional(), currency, tax_included: z.boolean().optional(), channels: z.array(codeText).min(1).max(1000).optional(), customer_class: text(100).optional(),
}).superRefine((body, context) => unique(body.channels ?? [], (code) => code, context, "channels"));

export const channelBody = z.strictObject({
  name: text(200), kind: text(50).optional(), currency,
  node_pool: z.array(codeText).max(10_000).optional(), buffer: quantityUnits.optional(), when_unavailable: z.enum(["backorder", "exception", "refuse"]).optional(),
  auto_release: z.boolean().optional(), price_check: priceCheck.nullable().optional(), routing: routing.optional(), strategy: codeText.nullable().optional(), incoterm: z.enum(INCOTERMS).optional(), backorder_release: z.enum(["first_come", "priority"]).optional(),
  backorder_cancel_after_days: z.int().min(1).max(3650).nullable().optional(), ...checkFields, deadlines: deadlines.optional(), valid_from: instant.optional(),
}).superRefine((body, context) => unique(body.node_pool ?? [], (code) => code, context, "node_pool"));

type New<T> = Omit<T, "id">;

export function factOfItem(sku: string, body: z.infer<typeof itemFields>): New<Item> {
  return {
    sku, gtin: body.gtin ?? null, name: body.name, status: body.status ?? "active", quantityScale: body.quantity_scale ?? 0, baseUnit: body.base_unit ?? "each", units: body.units ?? [],
    handlingClass: body.handling_class ?? "standard", weightGrams: body.weight_grams ?? null, dimensionsMm: body.dimensions_mm ?? null, backorder: body.backorder ?? false,
    waiting: { backorderLimit: body.backorder_limit ?? null, launchAt: body.launch_at ?? null, preorderLimit: body.preorder_limit ?? null },
    safetyStock: body.safety_stock ?? 0, safetyPercent: body.safety_percent ?? 0, components: body.components ?? null, shipTogether: body.ship_together ?? false, hsCode: body.hs_code ?? null, originCountry: body.country_of_origin ?? null, attributes: body.attributes ?? {},
  };
}

export function factOfNode(code: string, body: z.infer<typeof nodeBody>): New<Node> {
  return {
    code, name: body.name, kind: body.kind ?? "dc", status: body.status ?? "online", priority: body.priority ?? 0, address: body.address ?? {},
    latitude: body.coordinates?.latitude ?? null, longitude: body.coordinates?.longitude ?? null, timeZone: body.time_zone ?? "UTC", cutOff: body.cut_off ?? null,
    itemClasses: body.item_classes ?? null, operations: operationsOf(body.operations ?? {}),
  };
}

export function factOfChannel(code: string, body: z.infer<typeof channelBody>): New<Channel> {
  const { routing: given = {} } = body;
  const usual = DEFAULT_ROUTING_POLICY;
  return {
    code, name: body.name, kind: body.kind ?? "web", currency: body.currency, nodePool: body.node_pool ?? null, buffer: body.buffer ?? 0,
    whenUnavailable: body.when_unavailable ?? "backorder", autoRelease: body.auto_release ?? false, priceCheck: priceCheckOf(body.price_check ?? null), strategy: body.strategy ?? null,
    routing: {
      distanceCostPerKmMicros: given.distance_cost_per_km_micros ?? usual.distanceCostPerKmMicros, splitCostMicros: given.split_cost_micros ?? usual.splitCostMicros,
      maximumDistanceKm: given.maximum_distance_km ?? usual.maximumDistanceKm, attemptLimit: given.attempt_limit ?? usual.attemptLimit,
      coolDownMinutes: given.cool_down_minutes ?? usual.coolDownMinutes, acceptWithinMinutes: given.accept_within_minutes ?? usual.acceptWithinMinutes,
      holdKeepsStockMinutes: given.hold_keeps_stock_minutes ?? usual.holdKeepsStockMinutes, incoterm: body.incoterm ?? usual.incoterm,
    },
    checks: checksOf(body), deadlines: deadlinesOf(body.deadlines ?? {}),
    backorders: { release: body.backorder_release ?? DEFAULT_BACKORDERS.release, cancelAfterDays: body.backorder_cancel_after_days ?? DEFAULT_BACKORDERS.cancelAfterDays },
  };
}

const priceCheckOf = (check: z.infer<typeof priceCheck> | null): PriceCheck | null => check && {
  toleranceBasisPoints: basisPoints(check.tolerance_percent ?? "0"), toleranceMinor: check.tolerance_minor ?? 0, whenUnpriced: check.when_unpriced ?? "accept",
};

export const priceListOf = (code: string, body: z.infer<typeof priceListBody>): New<PriceList> => ({
  code, name: body.name ?? code, currency: body.currency, taxIncluded: body.tax_included ?? false, channels: body.channels ?? null, customerClass: body.customer_class ?? null,
});
