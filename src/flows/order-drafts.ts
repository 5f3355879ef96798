import { accept, type By, DAY, type Outcome, parsePublicId, publicId, refuse } from "../domain/kernel/index.ts";
import { type DiscountLimit, refuseFields } from "../domain/order/index.ts";
import type { CaptureOrder } from "./capture-orders.ts";
import type { PromiseClaim } from "./claim-promise.ts";
import type { DiscardedDraft, Draft, DraftDocument, DraftQuote, DraftStore } from "./draft-types.ts";
import type { Ambient, Answer } from "./ports.ts";
import type { PromiseQuestion, Promises } from "./promise-dates.ts";

export interface DraftDeps {
  readonly drafts: DraftStore;
  readonly ambient: Ambient;
  readonly quote: (tenantId: number, draft: DraftDocument, limit: DiscountLimit) => Promise<DraftQuote>;
  readonly capture: (tenantId: number, command: CaptureOrder) => Promise<Answer>;
  readonly claim: (tenantId: number, command: PromiseClaim) => Promise<Answer>;
  readonly promise: (tenantId: number, question: PromiseQuestion) => Promise<Outcome<Promises>>;
  readonly release: (tenantId: number, claimId: string, by: By) => Promise<unknown>;
  /** Days after which a draft that nobody changed is discarded; 0 for never. */
  readonly keepDays: number;
  /** SHA-256, as hex digits. */
  readonly hash: (text: string) => string;
}

/** Begins a draft for who asks. */
export async function beginDraft({ drafts, ambient }: DraftDeps, tenantId: number, document: Omit<DraftDocument, "promise">, owner: string): Promise<Draft> {
  const now = ambient.now();
  const draft: Draft = { id: ambient.newId(), owner, customerId: customerIdOf(document), document: { ...document, promise: null }, version: 1, createdAt: now, updatedAt: now, orderId: null };
  await drafts.create(tenantId, draft);
  return draft;
}

/** Writes what a draft says now. A date that was kept for another basket is let go. */
export async function changeDraft(deps: DraftDeps, tenantId: number, id: string, expected: number, document: Omit<DraftDocument, "promise">, by: By): Promise<Outcome<Draft>> {
  const found = await openDraft(deps, tenantId, id);
  if (!found.ok) return found;
  const before = found.value;
  const keeps = before.document.promise !== null && basketOf(before.document) === basketOf(document);
  const after: Draft = { ...before, customerId: customerIdOf(document), document: { ...document, promise: keeps ? before.document.promise : null }, version: expected + 1, updatedAt: deps.ambient.now() };
  if (before.version !== expected || !(await deps.drafts.save(tenantId, after, expected))) return stale(before);
  if (!keeps && before.document.promise !== null) await letGo(deps, tenantId, before.document, by);
  return accept(after);
}

/** Keeps a date and the goods for it, for as long as a telephone call may take. */
export async function keepDraftPromise(deps: DraftDeps, tenantId: number, id: string, option: string, by: By): Promise<Outcome<Draft>> {
  const found = await openDraft(deps, tenantId, id);
  if (!found.ok) return found;
  const { document } = found.value;
  const { ship_to: shipTo, lines, channel, customer } = document;
  if (shipTo === null || lines.length === 0) return refuse("INVALID_FIELD", "A date needs lines and an address.", { errors: [{ pointer: "/option", code: "INVALID_FIELD", detail: "Say first what is ordered and where it goes." }] });
  await letGo(deps, tenantId, document, by);
  const question = {
    channel, lines: lines.map(({ sku, quantity, unit }) => ({ sku, quantity, unit })), shipTo, coordinates: shipTo.coordinates ?? null, serviceLevel: null, customerClass: customer.class, deliverBy: null,
  };
  const promised = await deps.promise(tenantId, { ...question, at: null });
  if (!promised.ok) return promised;
  const chosen = promised.value.options.find((one) => one.id === option);
  if (chosen === undefined || chosen.pickup !== null) return refuse("INVALID_FIELD", `There is no "${option}" to send this by.`, { errors: [{ pointer: "/option", code: "INVALID_FIELD", detail: "Ask for the dates again: what there is has changed." }] });
  const answer = await deps.claim(tenantId, { ...question, idempotencyKey: null, bodyHash: "", ...by, option, ttlSeconds: KEPT_SECONDS, reference: publicId("draft", id) });
  if (!answer.ok) return answer;
  const promise = { option, service_level: chosen.serviceLevel, arrival_date: chosen.arrivalDate, claim: String(answer.body["id"]), expires_at: String(answer.body["expires_at"]) };
  const after: OpenDraft = { ...found.value, document: { ...document, promise }, version: found.value.version + 1, updatedAt: deps.ambient.now() };
  if (await deps.drafts.save(tenantId, after, found.value.version)) return accept(after);
  await letGo(deps, tenantId, after.document, by);
  return stale(found.value);
}

const KEPT_SECONDS = 1_800;

/** Throws a draft away, and gives back what it keeps. False where there is none that is open. */
export async function dropDraft(deps: DraftDeps, tenantId: number, id: string, by: By): Promise<boolean> {
  const draft = await deps.drafts.find(tenantId, id);
  if (draft === null || !(await deps.drafts.remove(tenantId, id, { ...by, now: deps.ambient.now() }))) return false;
  if (draft.document !== null) await letGo(deps, tenantId, draft.document, by);
  return true;
}

export type DiscardDeps = Pick<DraftDeps, "ambient" | "keepDays" | "release"> & { readonly drafts: Pick<DraftStore, "discard"> };

/**
 * Discards up to `limit` drafts that nobody has changed for `keepDays`, with all that is personal in them, and gives back what they keep;
 * returns how many there were. A claim that is not given back because the process ends in between runs out by itself.
 */
export async function discardDrafts({ drafts, ambient, keepDays, release }: DiscardDeps, tenantId: number, limit: number): Promise<number> {
  if (keepDays === 0) return 0;
  const now = ambient.now();
  const gone: readonly DiscardedDraft[] = await drafts.discard(tenantId, now - keepDays * DAY, limit, { actor: DISCARDER, now, reason: `nobody changed it for ${keepDays} ${keepDays === 1 ? "day" : "days"}` });
  for (const { claim } of gone) {
    const id = claim === null ? undefined : parsePublicId("claim", claim);
    if (id !== undefined) await release(tenantId, id, { actor: DISCARDER });
  }
  return gone.length;
}

const DISCARDER = "sweeper";

export interface PlacedDraft { readonly draft: string; readonly order: Answer & { readonly ok: true } }

/**
 * Places a draft through the capture path of every order. The draft's id is its Idempotency-Key and its external id, so however often
 * it is asked for there is one order. Refused with every field that has to be corrected, the discount's limit among them.
 */
export async function placeDraft(deps: DraftDeps, tenantId: number, id: string, expected: number, limit: DiscountLimit, by: By): Promise<Outcome<PlacedDraft>> {
  const found = await openDraft(deps, tenantId, id);
  if (!found.ok) return found;
  if (found.value.version !== expected) return stale(found.value);
  const { document } = found.value;
  const quote = await deps.quote(tenantId, document, limit);
  if (quote.problems.length > 0 || quote.currency === null) return refuseFields(quote.problems);
  const command = orderOf(publicId("draft", id), document, quote, quote.currency);
  const answer = await deps.capture(tenantId, { ...command, bodyHash: deps.hash(JSON.stringify(command)), ...by });
  const order = answer.ok ? String(answer.body["id"]) : answer.refusal.code === "ORDER_EXISTS" ? String(answer.refusal.data?.["order"]) : null;
  if (order !== null) await deps.drafts.placed(tenantId, found.value, parsePublicId("order", order) ?? "", { ...by, now: deps.ambient.now(), discountMinor: quote.discount_minor });
  if (!answer.ok) return order === null ? answer : isOrder(publicId("draft", id), order);
  return accept({ draft: publicId("draft", id), order: answer });
}

type OpenDraft = Draft & { readonly document: DraftDocument };

async function openDraft({ drafts }: DraftDeps, tenantId: number, id: string): Promise<Outcome<OpenDraft>> {
  const draft = await drafts.find(tenantId, id);
  if (draft === null) return refuse("NOT_FOUND", `There is no draft ${publicId("draft", id)}.`);
  if (draft.document === null) return isOrder(publicId("draft", id), publicId("order", draft.orderId ?? ""));
  return accept({ ...draft, document: draft.document });
}

const isOrder = (draft: string, order: string): ReturnType<typeof refuse> => refuse("DRAFT_PLACED", `The draft ${draft} has become order ${order}.`, { data: { order } });
const stale = ({ version }: Draft): ReturnType<typeof refuse> => refuse("STALE_VERSION", `The draft was changed meanwhile; it is at version ${version} or later.`, { data: { version } });

const customerIdOf = ({ customer }: Omit<DraftDocument, "promise">): string | null => (customer.id === null ? null : parsePublicId("customer", customer.id) ?? null);

/** What a date is promised for. */
const basketOf = ({ channel, customer, ship_to: shipTo, lines }: Omit<DraftDocument, "promise">): string =>
  JSON.stringify([channel, customer.class, shipTo?.country, shipTo?.postcode, shipTo?.region, shipTo?.city, lines.map(({ sku, quantity, unit }) => [sku, quantity, unit])]);

async function letGo({ release }: DraftDeps, tenantId: number, { promise }: DraftDocument, by: By): Promise<void> {
  const claim = promise === null ? undefined : parsePublicId("claim", promise.claim);
  if (claim !== undefined) await release(tenantId, claim, by);
}

function orderOf(key: string, { channel, customer, ship_to: shipTo, lines, tax_included: taxIncluded, shipping_minor: shippingMinor, payment, note, promise }: DraftDocument, quote: DraftQuote, currency: string): Omit<CaptureOrder, "bodyHash" | "actor"> {
  const discounts = quote.lines.map((line) => line.discount_minor ?? 0);
  const { class: customerClass, ...person } = customer;
  return {
    idempotencyKey: key, channel, externalId: key, currency, placedAt: null,
    lines: lines.map(({ sku, quantity, unit }, index) => ({ sku, quantity, unit, unitPrice: quote.lines[index]?.unit_price ?? null, discountMinor: discounts[index] ?? 0, taxMinor: 0, totalMinor: null, externalId: null, node: null })),
    totals: { totalMinor: null, shippingMinor, discountMinor: quote.discount_minor - discounts.reduce((sum, one) => sum + one, 0), taxMinor: 0, otherMinor: 0, taxIncluded },
    payment: { state: payment === "paid" ? "paid" : "pending", payments: payment === "invoice" ? [{ tender: "invoice", amountMinor: quote.total_minor ?? 0, reference: null }] : [] },
    risk: null, requestedHolds: [], destination: shipTo?.coordinates ?? null, claimId: promise === null ? null : parsePublicId("claim", promise.claim) ?? null,
    contact: { customer: { id: person.id ?? undefined, name: person.name ?? undefined, email: person.email ?? undefined, phone: person.phone ?? undefined }, ship_to: shipTo ?? undefined, note: note ?? undefined },
    customerClass, serviceLevel: promise?.service_level ?? null, attributes: {},
  };
}
