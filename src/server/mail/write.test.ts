import { describe, expect, it } from "vitest";
import { type MailFacts, type MailLine, type MailMessage, unmarked, withoutPersons } from "../../flows/mails.ts";
import { mailbox, oneLine } from "./address.ts";
import { trackingUrl } from "./tracking.ts";
import { chooseLanguage, writeMail } from "./write.ts";

const line = (over: Partial<MailLine> = {}): MailLine => ({
  lineNo: 1, kitLineNo: null, name: "Mug", properties: [], quantityScale: 0, unit: null, unitFactor: 1, ordered: 2, cancelled: 0, waiting: 0, open: 2, totalMinor: 2000, ...over,
});
const facts = (over: Partial<MailFacts> = {}): MailFacts => ({
  kind: "confirmation", lines: [line()], shipment: null, cancelled: new Map(), contact: { customer: { name: "Ida Lind", email: "ida@example.com" }, ship_to: { name: "Ida Lind", street: "1 Way", city: "Town" } },
  order: { number: 7, externalId: "E-7", currency: "EUR", placedAt: Date.UTC(2026, 0, 31, 23, 30), attributes: {}, totalMinor: 2500, shippingMinor: 500, discountMinor: 0, taxMinor: 399, taxIncluded: true },
  channel: { kinds: [], confirmWhen: "captured", fromName: null, fromAddress: null, replyTo: null, language: "en", shopName: "The Shop", brandColour: "#123456", footer: "The Shop Ltd", timeZone: "Europe/Berlin" },
  templates: new Map(), ...over,
});
function written(over: Partial<MailFacts> = {}): MailMessage {
  const result = writeMail(facts(over), "orders@shop.example");
  if (result.kind !== "written") throw new Error(result.note);
  return unmarked(result.message);
}
const customer = (over: object): Partial<MailFacts> => ({ contact: { customer: { name: "Ida Lind", email: "ida@example.com", ...over } } });
const order = (over: Partial<MailFacts["order"]>): Partial<MailFacts> => ({ order: { ...facts().order, ...over } });

describe("a mail", () => {
  it("says the same in both parts, with sums, dates of the shop's zone and the address", () => {
    const { subject, text, html, from, to } = written();
    expect({ subject, from, to }).toEqual({ subject: "Your order E-7", from: { name: "The Shop", address: "orders@shop.example" }, to: "ida@example.com" });
    expect(text).toMatch(/Hello Ida Lind,\n\nWe received your order E-7 on February 1, 2026\.[^]*- 2 × Mug {3}€20\.00\n\nShipping: €5\.00\nTax included: €3\.99\nTotal: €25\.00\n\nDelivery address\nIda Lind\n1 Way\nTown\n\nKind regards\nThe Shop\n\n-- \nThe Shop Ltd\n$/);
    expect(text).not.toContain("Discount");
    for (const piece of ["Hello Ida Lind,", "2 ×", "Mug", "€20.00", "€25.00", "1 Way", "#123456", "The Shop Ltd"]) expect(html).toContain(piece);
  });

  it.each([
    ["JPY", 1234, "ja", "￥1,234"], ["KWD", 1234567, "en", "KWD 1,234.567"], ["EUR", 123456, "de", "1.234,56 €"], ["USD", 5, "en", "$0.05"], ["CLF", 12345, "en", "CLF 1.2345"],
  ])("writes %s by its own decimal places", (currency, totalMinor, locale, expected) => {
    const { text } = written({ ...order({ currency, totalMinor }), ...customer({ locale }), templates: new Map([[locale, { subject: "s", text: "{{order.total}}", html: "h" }]]) });
    expect(text.trim().replaceAll("\u00A0", " ")).toBe(expected);
  });

  it("counts in the unit that was ordered where it can", () => {
    const { text } = written({ lines: [line({ unit: "case", unitFactor: 12, ordered: 24 }), line({ lineNo: 2, name: "Rice", unit: "kg", quantityScale: 3, ordered: 1500 }), line({ lineNo: 3, name: "Loose", unit: "case", unitFactor: 12, ordered: 30 })] });
    expect(text).toMatch(/- 2 case × Mug[^]*- 1\.5 kg × Rice[^]*- 30 × Loose/);
  });

  it("confirms kits with their price, and tells of their components whatever comes after", () => {
    const kit = [
      line({ name: "Tea set", open: 0 }), line({ lineNo: 2, kitLineNo: 1, name: "Cup", ordered: 4, open: 0, totalMinor: 0 }),
      line({ lineNo: 3, kitLineNo: 1, name: "Pot", waiting: 2, open: 2, totalMinor: 0 }), line({ lineNo: 4, name: "Loose", ordered: 1, totalMinor: 500 }),
    ];
    const { text } = written({ lines: kit });
    expect(text).toMatch(/- 2 × Tea set \(to follow\) {3}€20\.00\n- 1 × Loose {3}€5\.00\n/);
    expect(text).not.toMatch(/Cup|Pot/);
    expect(written({ kind: "shipped", lines: kit, shipment: { packages: [], lines: [{ lineNo: 2, quantity: 4 }] } }).text).toMatch(/- 4 × Cup\n[^]*Still to come\n\n- 2 × Pot/);
    expect(writeMail(facts({ lines: kit.slice(0, 3).map((one) => ({ ...one, cancelled: one.kitLineNo === null ? 0 : one.ordered })) }), "a@b.example").kind).toBe("dropped");
  });

  it("counts what does not fit and stays of bounded length", () => {
    const many = Array.from({ length: 1000 }, (_, index) => line({ lineNo: index + 1, name: "x".repeat(5000), properties: Array.from({ length: 50 }, () => ({ name: "n".repeat(900), value: "v".repeat(900) })) }));
    const { text, html } = written({ lines: many });
    expect(text).toContain("… + 900");
    expect(Buffer.byteLength(html)).toBeLessThan(400_000);
  });

  it("is none where there is no address, no contact, or nothing to tell", () => {
    const end = (over: Partial<MailFacts>): string => writeMail(facts(over), "orders@shop.example").kind;
    expect(end({ contact: null })).toBe("refused");
    expect(end(customer({ email: "not one" }))).toBe("refused");
    expect(end({ lines: [line({ cancelled: 2 })] })).toBe("dropped");
    for (const kind of ["shipped", "delayed", "cancelled"] as const) expect(end({ kind })).toBe("dropped");
  });

  it("is refused where a template makes too much of it", () => {
    const lines = Array.from({ length: 100 }, (_, index) => line({ lineNo: index + 1 }));
    const template = { subject: "s", text: "t", html: `{{#items}}${"x".repeat(20_000)}{{/items}}` };
    expect(writeMail(facts({ lines, templates: new Map([["en", template]]) }), "orders@shop.example")).toMatchObject({ kind: "refused", note: expect.stringContaining("512 kB") });
  });

  it("holds as text whatever a name holds", () => {
    const evil = `"'><script>alert(1)</script>\r\nBcc: all@example.com\u0000\u202E =HYPERLINK("x") {{order.total}} \uE000\uD800 👩‍👩‍👧 שלום`;
    const { subject, text, html } = written({ ...customer({ name: evil }), lines: [line({ name: evil })], order: { ...facts().order, externalId: evil }, channel: { ...facts().channel, shopName: evil, fromName: null } });
    expect(subject).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain("👩‍👩‍👧 שלום");
    expect(text).toContain('=HYPERLINK("x") {{order.total}}');
    expect(text).not.toMatch(/^Bcc:/m);
    expect(Buffer.from(html).toString()).toBe(html);
  });

  it("shows nobody to those who may not know", () => {
    const result = writeMail(facts(), "orders@shop.example");
    if (result.kind !== "written") throw new Error(result.note);
    const shown = withoutPersons(result.message);
    expect(JSON.stringify(shown)).not.toMatch(/Ida|1 Way|ida@|Town|[\uE000\uE001]/);
    expect(shown.to).toBe("i•••@e•••.com");
    expect(shown.text).toMatch(/Hello •••,[^]*2 × Mug/);
  });

  it("is written alike again", () => {
    expect(writeMail(facts(), "a@b.example")).toEqual(writeMail(facts(), "a@b.example"));
  });
});

describe("the language", () => {
  const chosen = (over: Partial<MailFacts>): string => {
    const { language, locale } = chooseLanguage(facts(over));
    return `${language} ${locale}`;
  };
  const own = new Map([["sv", { subject: "s", text: "t", html: "h" }]]);
  it.each<[string, Partial<MailFacts>, string]>([
    ["the customer's", customer({ locale: "pt-BR" }), "pt pt-BR"],
    ["as channels write it", order({ attributes: { customer_locale: "de_CH" } }), "de de-CH"],
    ["one of the channel's own", { ...customer({ locale: "sv-SE" }), templates: own }, "sv sv-SE"],
    ["the channel's where nobody has the customer's", { ...customer({ locale: "sv" }), channel: { ...facts().channel, language: "nl" } }, "nl nl"],
    ["English in the end", { ...customer({ locale: "xx" }), channel: { ...facts().channel, language: "fi" } }, "en en"],
    ["not what is no language", customer({ locale: "../../etc" }), "en en"],
    ["not a tag that only looks like one", customer({ locale: "en-a" }), "en en"],
  ])("is %s", (_what, over, expected) => {
    expect(chosen(over)).toBe(expected);
  });
});

describe("addresses", () => {
  it.each([
    ["ida@example.com", "ida@example.com"], [" i.d+a@Sub.Example.COM ", "i.d+a@sub.example.com"], ["ida@bücher.example", "ida@xn--bcher-kva.example"],
    ["ida@example.com, eve@example.com", null], ["Ida <ida@example.com>", null], ["ida@localhost", null], ["@example.com", null], ["ida@", null], ["ida@exa mple.com", null],
    ["ida@example.com\r\nRCPT TO:<eve@example.com>", null], ["ida\u0000@example.com", null], ["a..b@example.com", null], ["ida@[127.0.0.1]", null], ["ida@127.0.0.1", null], [`${"x".repeat(65)}@example.com`, null],
    [`a@${"x.".repeat(200)}com`, null], ["írd@example.com", null], ["", null], [7, null],
  ])("%j is %j", (text, expected) => {
    expect(mailbox(text)).toBe(expected);
  });

  it("lines are one line, and as long as they may be", () => {
    expect(oneLine("a\u2028b\tc\n\nd ")).toBe("a b c d");
    expect([...oneLine("👍".repeat(500))]).toHaveLength(200);
    expect(oneLine("\uD83D")).toBe("\uFFFD");
    expect(oneLine({})).toBe("");
  });

  it("parcels are tracked at carriers that are known, and numbers lead nowhere else", () => {
    expect(trackingUrl("DHL Paket", "JD 1&x=2#")).toBe("https://www.dhl.com/global-en/home/tracking.html?tracking-id=JD%201%26x%3D2%23");
    expect(trackingUrl("Aunt Mary", "1")).toBe("");
    expect(trackingUrl("groups", "1")).toBe("");
  });
});
