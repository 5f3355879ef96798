import { ID_PREFIXES } from "../kernel/index.ts";
import type { OrderContact } from "./address/index.ts";
import { sameEmail, samePhone } from "./screening.ts";
import { backwards, parseSearch, patternsOf, type SearchedOrder, searchWords, WORD_KINDS } from "./search/index.ts";

/** Who ordered, as the newest order said it. Personal data. */
export interface CustomerFacts {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly class: string | null;
  readonly locale: string | null;
}

export type CustomerIdentityKind = "own" | "channel" | "email" | "phone";
export interface CustomerIdentity {
  readonly kind: CustomerIdentityKind;
  /** One spelling for all that mean the same. Personal data: kept as a keyed hash only. */
  readonly key: string;
}

/** By what an order says whose it is, the most telling first: our own id of the customer, the channel's, the e-mail address, the phone number. */
export function customerIdentities(channelId: string, { customer }: OrderContact): CustomerIdentity[] {
  const found: CustomerIdentity[] = [];
  const add = (kind: CustomerIdentityKind, value: string | null | undefined): void => void (value && found.push({ kind, key: `customer|${kind}|${value}` }));
  const own = customer?.id?.startsWith(`${ID_PREFIXES.customer}_`) ?? false;
  if (customer?.id !== undefined) add(own ? "own" : "channel", own ? customer.id : `${channelId}|${customer.id}`);
  add("email", sameEmail(customer?.email));
  add("phone", samePhone(customer?.phone));
  return found;
}

export interface KnownIdentity {
  readonly customerId: string;
  readonly hasEmail: boolean;
}

/**
 * Whose an order is: the most telling of its identities that somebody has says so. A phone number is shared in families and
 * offices, so beside an e-mail address that nobody has it names only a customer of whom no address is known. Null for a new customer.
 */
export function customerOf(identities: readonly CustomerIdentity[], known: (key: string) => KnownIdentity | undefined): string | null {
  for (const { kind, key } of identities) {
    const one = known(key);
    if (one === undefined) continue;
    if (kind === "phone" && one.hasEmail && identities.some((other) => other.kind === "email")) continue;
    return one.customerId;
  }
  return null;
}

/** What is known of a customer after one more order: what the newer says counts, and what it leaves out stays. */
export function addFacts(before: CustomerFacts, told: CustomerFacts, newer: boolean): CustomerFacts {
  const [first, second] = newer ? [told, before] : [before, told];
  return {
    name: first.name ?? second.name, email: first.email ?? second.email, phone: first.phone ?? second.phone, class: first.class ?? second.class, locale: first.locale ?? second.locale,
  };
}

/** The words by which a customer is found: those of a person that an order with this contact would have. */
export function customerWords({ name, email, phone }: CustomerFacts): string[] {
  const order: SearchedOrder = {
    number: 0, externalId: "", channelName: null, lines: [], trackingNumbers: [], contact: { customer: { name: name ?? undefined, email: email ?? undefined, phone: phone ?? undefined } },
  };
  return searchWords(order).filter((word) => word.startsWith(WORD_KINDS.personal) || word.startsWith(WORD_KINDS.personalBackwards));
}

/** What finds a customer: one pattern of each group of `all`, or one of `phone`. A phone number is found with and without its country's code. */
export function customerPatterns(text: string): ReturnType<typeof patternsOf> {
  const { all, phone } = patternsOf(parseSearch(text), true);
  const same = phone.length === 0 ? null : samePhone(text);
  return { all, phone: same === null ? phone : [...phone, { word: WORD_KINDS.personalBackwards + backwards(same), begins: true }] };
}

/** What customers may agree to. */
export const CONSENT_KINDS = ["marketing_email", "marketing_phone", "marketing_sms", "marketing_post", "profiling"] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];
