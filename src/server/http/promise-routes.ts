import { z } from "zod";
import type { PromiseOption } from "../../domain/fulfillment/index.ts";
import type { Outcome } from "../../domain/kernel/index.ts";
import type { PromiseClaim } from "../../flows/claim-promise.ts";
import type { Answer } from "../../flows/ports.ts";
import type { EarliestDates, EarliestQuestion, PromiseQuestion, Promises } from "../../flows/promise-dates.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { headOf, operation, sendAnswer } from "./route.ts";
import { ttlSeconds } from "./routes/claims.ts";
import { shipTo } from "./schemas/address.ts";
import { codeText, decimal, instant, skuText, text } from "./schemas/fields.ts";
import { claimChanged } from "./schemas/fact-views.ts";
import { earliestDates, promises } from "./schemas/promise-views.ts";
import { amountText } from "./schemas/shipping-views.ts";

export interface PromiseDeps {
  readonly claim: (tenantId: number, command: PromiseClaim) => Promise<Answer>;
  readonly promise: (tenantId: number, question: PromiseQuestion) => Promise<Outcome<Promises>>;
  readonly earliest: (tenantId: number, question: EarliestQuestion) => Promise<Outcome<EarliestDates>>;
}

/** Lines of a basket, and items of a page. */
const LINES_MAX = 200;

const line = z.strictObject({ sku: skuText, quantity: decimal, unit: text(50).optional() });
const asked = {
  channel: codeText, destination: shipTo.pick({ country: true, postcode: true, region: true, city: true, coordinates: true }), service_level: text(50).optional(), customer_class: text(100).optional(),
  deliver_by: instant.optional(), at: instant.optional(),
};
const basketBody = z.strictObject({ ...asked, lines: z.array(line).min(1).max(LINES_MAX) });
const itemsBody = z.strictObject({ ...asked, items: z.array(line).min(1).max(LINES_MAX) });

const claimBody = basketBody.omit({ at: true }).extend({ option: text(200), ttl_seconds: ttlSeconds, reference: text(200).optional() });

const about = { tag: "promises", scope: "stock:read" } as const;

/** When a basket would be there, before it is ordered: for AppDeps.extraRoutes. */
export const promiseRoutes = ({ promise, earliest, claim }: PromiseDeps) => (app: App): void => {
  app.post("/v1/promises", operation({
    ...about, id: "promise", summary: "Read when a basket would be there by each service level, or could be collected, what sending costs, and the plan behind it",
    description: "Decided as an order of now (or at) would be, and nothing is kept. Each option holds until valid_until as long as stock and facts stay as they are. Prices are of labels and packages in the base currency; without one, missing says what is not there.",
  }, { body: basketBody }, { 200: promises }), async (request) => {
    const answer = await promise(callerOf(request).tenantId, { ...questionOf(request.body), lines: basketOf(request.body.lines) });
    if (!answer.ok) throw new Refused(answer.refusal);
    const { at, base, options } = answer.value;
    return { at: timeOf(at), base, options: options.map((option) => ({ ...optionView(option, request.body.deliver_by ?? null), ...priceView(option.price) })) };
  });

  app.post("/v1/promises/claim", operation({
    tag: "promises", scope: "stock:write", id: "claimPromise", summary: "Keep one option of a basket's promise for a while",
    description: "Decides the basket anew and claims its goods at the nodes of the plan. An order that names the claim goes as promised while the claim lives; one that comes later is decided anew, and PromiseChanged tells of every line that comes at another time.",
  }, { body: claimBody }, { 201: claimChanged }), async (request, reply) => {
    const { option, ttl_seconds: seconds, reference, lines } = request.body;
    return sendAnswer(request, reply, await claim(callerOf(request).tenantId, { ...headOf(request), ...questionOf(request.body), lines: basketOf(lines), option, ttlSeconds: seconds, reference: reference ?? null }));
  });

  app.post("/v1/promises/bulk", operation({
    ...about, id: "promiseItems", summary: "Read the earliest dates of up to 200 items, each as if it were ordered alone",
    description: "For product pages: one answer for each item, in their order, with one option for each service level that reaches the destination.",
  }, { body: itemsBody }, { 200: earliestDates }), async (request) => {
    const answer = await earliest(callerOf(request).tenantId, { ...questionOf(request.body), items: basketOf(request.body.items) });
    if (!answer.ok) throw new Refused(answer.refusal);
    const { at, items } = answer.value;
    return { at: timeOf(at), data: items.map(({ asked: { sku, quantity, unit }, options }) => ({ sku, quantity, unit, options: options.map(earliestView) })) };
  });
};

type Asked = Omit<z.infer<typeof basketBody>, "lines" | "at"> & { readonly at?: number | undefined };

const questionOf = ({ channel, destination, service_level, customer_class, deliver_by, at }: Asked): Omit<PromiseQuestion, "lines"> => ({
  channel, shipTo: destination, coordinates: destination.coordinates ?? null, serviceLevel: service_level ?? null, customerClass: customer_class ?? null, deliverBy: deliver_by ?? null, at: at ?? null,
});
const basketOf = (lines: readonly z.infer<typeof line>[]): PromiseQuestion["lines"] => lines.map(({ sku, quantity, unit }) => ({ sku, quantity, unit: unit ?? null }));

const timeOf = (at: number): string => new Date(at).toISOString();
const timeOrNull = (at: number | null): string | null => (at === null ? null : timeOf(at));

const earliestView = ({ id, serviceLevel, complete, shipDate, arrivalDate, validUntil, reason }: PromiseOption): object => ({
  option: id, service_level: serviceLevel, complete, ship_date: shipDate, arrival_date: arrivalDate, valid_until: timeOrNull(validUntil), reason,
});

const optionView = (option: PromiseOption, deliverBy: number | null): object => ({
  ...earliestView(option), in_time: deliverBy === null ? null : option.inTime,
  pickup: option.pickup && { node: option.pickup.node.code, starts_at: timeOrNull(option.pickup.slot?.startsAt ?? null), ends_at: timeOrNull(option.pickup.slot?.endsAt ?? null) },
  shipments: option.shipments.map(({ node, lines, travel, shipDate }) => ({
    node: node.code, lines: linesView(lines), carrier: travel?.carrier ?? null, service: travel?.service ?? null, ship_date: shipDate, leaves_at: timeOrNull(travel?.leavesAt ?? null),
    arrival_date: travel?.arrivalDate ?? null, arrives_at: timeOrNull(travel?.arrivesAt ?? null),
  })),
  unavailable: linesView(option.unplaced),
});

/** Components of kits are told under their own numbers, with the line of their kit. */
const linesView = (lines: PromiseOption["unplaced"]): object[] =>
  lines.map(({ line: one, quantity }) => ({ line: one.lineNo, sku: one.document.sku, quantity, parent_line: one.parentLineNo }));

const priceView = ({ micros, missing }: Promises["options"][number]["price"]): object => ({
  price: micros === null ? null : amountText(micros),
  missing: missing.flatMap(({ service, missing: cell }) => (cell ? [{ carrier: service.carrier, service: service.code, ...cell }] : [])),
});
