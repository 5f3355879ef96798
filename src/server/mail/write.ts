import { currencyExponent } from "../../domain/kernel/index.ts";
import type { MailFacts, MailLine, MailMessage, MailTemplate, Written } from "../../flows/mails.ts";
import { mailbox, oneLine, personal, wellFormed } from "./address.ts";
import { shippedTemplate } from "./layout.ts";
import { remembered } from "./remembered.ts";
import { renderHtml, renderText } from "./template.ts";
import { trackingUrl } from "./tracking.ts";
import { FALLBACK_WORDS, MAIL_WORDS } from "./words/index.ts";

/** Lines of one list, parcels and a line's options that a mail shows; what is beyond is counted. */
const ITEMS_MAX = 100;
const OPTIONS_MAX = 5;
/** Bytes of one part of a mail; only a template that unfolds lists within much text comes near. */
const PART_MAX = 512 * 1024;

/** The template of a language: the channel's own, or the program's; undefined where there is neither. */
export function templateIn(language: string, { kind, templates }: Pick<MailFacts, "kind" | "templates">): MailTemplate | undefined {
  const words = MAIL_WORDS.get(language);
  return templates.get(language) ?? (words && shippedTemplate(kind, words));
}

/** A template, its language, and the customer's locale where that says more. */
export interface Chosen {
  readonly template: MailTemplate;
  readonly language: string;
  /** For money and dates. */
  readonly locale: string;
}

/** The order's language where there is a template in it, else the channel's, else English. */
export function chooseLanguage(facts: MailFacts): Chosen {
  const customer = record(facts.contact?.["customer"]);
  const { attributes } = facts.order;
  for (const wish of [customer["locale"], attributes["customer_locale"], attributes["locale"], attributes["language"], facts.channel.language]) {
    const locale = localeOf(wish);
    const template = locale && templateIn(locale.language, facts);
    if (template) return { template, language: locale.language, locale: locale.baseName };
  }
  return { template: templateIn("en", facts) ?? shippedTemplate(facts.kind, FALLBACK_WORDS), language: "en", locale: "en" };
}

/** Formats are costly to make, thirty times as much as to use, and few: by locale, currency and time zone. */
const FORMATS_MAX = 100;
/** Longer than any that somebody speaks. */
const LOCALE_MAX = 100;

type Locale = Pick<Intl.Locale, "language" | "baseName">;

const localeOf = (text: unknown): Locale | null => (typeof text === "string" && text.length <= LOCALE_MAX ? namedLocale(text) : null);

const namedLocale = remembered(FORMATS_MAX, (text): Locale | null => {
  if (!/^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i.test(text)) return null;
  try {
    const { language, baseName } = new Intl.Locale(text.replaceAll("_", "-"));
    return { language, baseName };
  } catch {
    return null;
  }
});

/** Writes a mail, or says why there is none to write. Pure: the same facts make the same mail. With a template of the caller's it is only tried out. */
export function writeMail(facts: MailFacts, senderAddress: string, given?: Chosen): Written {
  if (facts.contact === null) return { kind: "refused", note: "The contact of the order was erased." };
  const to = mailbox(record(facts.contact["customer"])["email"]);
  if (to === null) return { kind: "refused", note: "The order's e-mail address is none that mail can be sent to." };
  const items = itemsOf(facts);
  if (items.length === 0 && given === undefined) return { kind: "dropped", note: "There is nothing to tell any more." };
  const { template, language, locale } = given ?? chooseLanguage(facts);
  const view = viewOf(facts, items, language, locale);
  const message: MailMessage = {
    language, from: { name: oneLine(facts.channel.fromName ?? facts.channel.shopName), address: facts.channel.fromAddress ?? senderAddress }, replyTo: facts.channel.replyTo, to,
    subject: subjectLine(renderText(template.subject, view)), text: renderText(template.text, view).replace(/\n{3,}/g, "\n\n").trim() + "\n", html: renderHtml(template.html, view),
  };
  if (Math.max(Buffer.byteLength(message.text), Buffer.byteLength(message.html)) > PART_MAX) return { kind: "refused", note: `The template makes more than ${PART_MAX / 1024} kB of this order.` };
  return { kind: "written", message };
}

/** Marks of what is personal may stand in a subject; nothing that ends the line may. */
const subjectLine = (text: string): string => wellFormed(text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim().slice(0, 500));

interface Told {
  readonly line: MailLine;
  readonly quantity: number;
}

const told = (lines: readonly MailLine[], quantityOf: (line: MailLine) => number): Told[] =>
  lines.map((line) => ({ line, quantity: quantityOf(line) })).filter(({ quantity }) => quantity > 0);

/** The lines that stand for goods: all but the kits, whose components do. */
const unitsOf = (lines: readonly MailLine[]): MailLine[] => lines.filter(({ lineNo }) => !lines.some(({ kitLineNo }) => kitLineNo === lineNo));

/** Something of the line is late, or, of a kit, of its components. */
const isLate = (lines: readonly MailLine[], lineNo: number): boolean => lines.some((line) => line.waiting > 0 && (line.lineNo === lineNo || line.kitLineNo === lineNo));

/** What the mail is about. */
function itemsOf({ kind, lines, shipment, cancelled }: MailFacts): Told[] {
  switch (kind) {
    // As it was ordered, because the sums are, so kits and not their components; one that was cancelled whole is confirmed no more.
    case "confirmation": return unitsOf(lines).some(({ ordered, cancelled: gone }) => ordered > gone) ? told(lines, ({ kitLineNo, ordered }) => (kitLineNo === null ? ordered : 0)) : [];
    case "shipped": return told(lines, ({ lineNo }) => shipment?.lines.find((part) => part.lineNo === lineNo)?.quantity ?? 0);
    case "delayed": return told(lines, ({ waiting }) => waiting);
    case "cancelled": return told(lines, ({ lineNo }) => cancelled.get(lineNo) ?? 0);
  }
}

function viewOf(facts: MailFacts, items: readonly Told[], language: string, locale: string): object {
  const { order, channel, contact, lines } = facts;
  const money = moneyIn(locale, order.currency);
  const some = (minor: number): string => (minor === 0 ? "" : money(minor));
  const remaining = facts.kind === "confirmation" ? told(lines, ({ waiting }) => waiting) : told(lines, ({ open }) => open);
  const address = addressLines(contact ?? {});
  const parcels = (facts.shipment?.packages ?? []).flatMap(({ carrier, trackingNumber }) => {
    const [name, number] = [oneLine(carrier), oneLine(trackingNumber)];
    return name === "" && number === "" ? [] : [{ carrier: name, number, url: trackingUrl(name, number) }];
  });
  const listed = (list: readonly Told[]): object[] => list.slice(0, ITEMS_MAX).map((one) => itemView(one, isLate(lines, one.line.lineNo), locale, money));
  const more = (list: readonly Told[]): string => (list.length > ITEMS_MAX ? String(list.length - ITEMS_MAX) : "");
  return {
    language,
    order: {
      name: oneLine(order.attributes["name"]) || oneLine(order.externalId) || String(order.number), number: String(order.number), date: dateIn(locale, channel.timeZone, order.placedAt),
      total: money(order.totalMinor), shipping: some(order.shippingMinor), discount: some(-order.discountMinor), tax: some(order.taxMinor), tax_included: order.taxIncluded,
    },
    shop: { name: oneLine(channel.shopName), footer: channel.footer, colour: channel.brandColour }, customer: { name: personal(customerName(contact ?? {})) },
    has_address: address.length > 0, address: address.map((line) => ({ line: personal(line) })), items: listed(items), items_more: more(items),
    has_remaining: remaining.length > 0, remaining_items: listed(remaining), remaining_items_more: more(remaining),
    has_parcels: parcels.length > 0, parcels: parcels.slice(0, ITEMS_MAX),
  };
}

function itemView({ line, quantity }: Told, late: boolean, locale: string, money: (minor: number) => string): object {
  return {
    quantity: spokenUnits(line, quantity, locale), name: oneLine(line.name), total: money(line.totalMinor), to_follow: late,
    options: line.properties.slice(0, OPTIONS_MAX).map(({ name, value }) => ({ name: oneLine(name, 100), value: oneLine(value) })),
  };
}

/** In the unit that was ordered where the units make whole ones of it, else in the item's base unit. */
function spokenUnits({ quantityScale, unit, unitFactor }: MailLine, quantity: number, locale: string): string {
  const whole = quantity % unitFactor === 0;
  const number = numberFormat(locale, String(quantityScale)).format((whole ? quantity / unitFactor : quantity) / 10 ** quantityScale);
  return whole && unit !== null ? `${number} ${oneLine(unit, 50)}` : number;
}

const numberFormat = remembered(FORMATS_MAX, (locale, digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: Number(digits) }));
const dateFormat = remembered(FORMATS_MAX, (locale, timeZone) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone }));

const moneyIn = remembered(FORMATS_MAX, (locale, currency): ((minor: number) => string) => {
  const digits = currencyExponent(currency) ?? 2;
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (minor) => format.format(minor / 10 ** digits);
});

const dateIn = (locale: string, timeZone: string, at: number): string => dateFormat(locale, timeZone).format(at);

const record = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? value as Record<string, unknown> : {});

const customerName = (contact: Readonly<Record<string, unknown>>): string =>
  oneLine(record(contact["customer"])["name"]) || oneLine(record(contact["ship_to"])["name"]) || oneLine(record(contact["bill_to"])["name"]);

/** As it is written on a parcel, without knowing the customs of each country. */
function addressLines(contact: Readonly<Record<string, unknown>>): string[] {
  const part = (name: string): string => oneLine(record(contact["ship_to"])[name]);
  const city = [part("postcode"), part("city"), part("region")].filter((text) => text !== "").join(" ");
  return [part("name"), part("company"), part("street"), part("street2"), city, part("country")].filter((text) => text !== "");
}
