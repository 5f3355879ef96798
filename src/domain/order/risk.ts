import type { RiskRules } from "../catalog/index.ts";
import { countryCode, foldName, type OrderContact } from "./address/index.ts";
import type { Order } from "./types.ts";

/** How much speaks for fraud: 0 to 100, the sum of its reasons' points and at most 100. Reasons name no person. */
export interface Risk {
  readonly score: number;
  readonly reasons: readonly { readonly rule: string; readonly points: number; readonly reason: string }[];
}

export interface RiskFacts {
  readonly order: Pick<Order, "totalMinor" | "document">;
  readonly contact: OrderContact;
  readonly rules: RiskRules;
  /** What the channel says itself. */
  readonly channelRisk: "low" | "medium" | "high" | null;
  /** Other orders of the same customer placed within a day of this one. */
  readonly recentOrders: number;
  /** Nobody by this e-mail, phone or address ordered here within the time that is kept. */
  readonly isFirst: boolean;
}

interface RiskRule {
  readonly rule: string;
  readonly points: number;
  readonly reason: string;
  readonly applies: (facts: RiskFacts) => boolean;
}

/** Shipping that costs this share of the order, or more, is express or far away. */
const DEAR_SHIPPING_PERCENT = 20;

/** Every rule with its weight. docs/how-to/check-orders.md shows this table. */
export const RISK_RULES: readonly RiskRule[] = [
  { rule: "channel_high", points: 60, reason: "the channel rates the risk high", applies: ({ channelRisk }) => channelRisk === "high" },
  { rule: "channel_medium", points: 25, reason: "the channel rates the risk medium", applies: ({ channelRisk }) => channelRisk === "medium" },
  { rule: "countries_differ", points: 20, reason: "billing and shipping are in different countries", applies: ({ contact }) => differ(billingCountry(contact), contact.ship_to_normalised?.country) },
  { rule: "total_high", points: 15, reason: "it costs more than is usual here", applies: (facts) => exceeds(facts, 1) },
  { rule: "total_very_high", points: 15, reason: "it costs more than three times what is usual here", applies: (facts) => exceeds(facts, 3) },
  { rule: "first_dear_shipping", points: 15, reason: "a first order with dear shipping", applies: ({ isFirst, order }) => isFirst && isDear(order) },
  { rule: "free_mail_total", points: 10, reason: "a free e-mail address for a high total", applies: (facts) => FREE_MAIL.has(mailHost(facts.contact)) && exceeds(facts, 1) },
  { rule: "throw_away_mail", points: 30, reason: "an e-mail address of a kind that is thrown away", applies: ({ contact }) => THROW_AWAY_MAIL.has(mailHost(contact)) },
  { rule: "no_contact", points: 10, reason: "neither e-mail nor phone is known", applies: ({ contact }) => contact.customer?.email === undefined && contact.customer?.phone === undefined },
  { rule: "made_up_name", points: 15, reason: "a name that looks made up", applies: ({ contact }) => looksMadeUp(contact.customer?.name ?? contact.ship_to?.name) },
  { rule: "po_box", points: 10, reason: "it goes to a box or locker", applies: ({ contact }) => contact.ship_to_normalised?.po_box === true },
  { rule: "several_orders", points: 10, reason: "another order of the same customer within a day", applies: ({ recentOrders }) => recentOrders >= 1 },
  { rule: "many_orders", points: 20, reason: "at least three others of the same customer within a day", applies: ({ recentOrders }) => recentOrders >= 3 },
];

export function scoreRisk(facts: RiskFacts): Risk {
  const reasons = RISK_RULES.filter(({ applies }) => applies(facts)).map(({ rule, points, reason }) => ({ rule, points, reason }));
  return { score: Math.min(100, reasons.reduce((sum, { points }) => sum + points, 0)), reasons };
}

const exceeds = ({ order, rules }: RiskFacts, times: number): boolean => rules.usualTotalMinor !== null && order.totalMinor > rules.usualTotalMinor * times;

const isDear = ({ totalMinor, document }: RiskFacts["order"]): boolean => totalMinor > 0 && document.shipping_minor * 100 >= totalMinor * DEAR_SHIPPING_PERCENT;

const differ = (one: string | undefined, other: string | undefined): boolean => one !== undefined && other !== undefined && one !== other;

const billingCountry = ({ bill_to: billTo }: OrderContact): string | undefined => (billTo?.country === undefined ? undefined : countryCode(billTo.country) ?? billTo.country);

const mailHost = ({ customer }: OrderContact): string => /@([^@\s]+)\s*$/.exec(customer?.email ?? "")?.[1]?.toLowerCase() ?? "";

const FREE_MAIL: ReadonlySet<string> = new Set(
  "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com aol.com gmx.de gmx.net web.de proton.me protonmail.com mail.ru yandex.ru qq.com 163.com libero.it orange.fr wp.pl seznam.cz".split(" "),
);
const THROW_AWAY_MAIL: ReadonlySet<string> = new Set(
  ("mailinator.com guerrillamail.com 10minutemail.com temp-mail.org tempmail.com throwawaymail.com yopmail.com trashmail.com trash-mail.com sharklasers.com getnada.com maildrop.cc dispostable.com fakeinbox.com " +
    "mailnesia.com mintemail.com mohmal.com spamgourmet.com emailondeck.com tempail.com moakt.com wegwerfmail.de").split(" "),
);

const NOBODY: ReadonlySet<string> = new Set("test tester testing asdf asd qwerty qwertz abc abcd xyz none null nobody anonymous fake na foo bar".split(" "));

/** A filler, the same letter over and over, or digits where a name should be. A name in another script is a name like any other. */
function looksMadeUp(name: string | undefined): boolean {
  if (name === undefined) return false;
  const words = foldName(name).split(" ").filter((word) => word !== "");
  return words.length > 0 && (words.every((word) => NOBODY.has(word)) || words.some((word) => /^([a-z])\1{2,}$/.test(word)) || /\d{3,}/.test(name));
}
