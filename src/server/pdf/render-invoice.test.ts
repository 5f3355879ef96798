import { describe, expect, test } from "vitest";
import type { InvoiceDocument, InvoiceLineView } from "../../flows/invoices.ts";
import { textOfPages } from "./pdf-text.testing.ts";
import { renderInvoice } from "./render-invoice.ts";

const aLine = (line: number, over: Partial<InvoiceLineView> = {}): InvoiceLineView => ({
  line, sku: `SKU-${line}`, name: `Thing ${line}`, quantity: 2, quantity_scale: 0, base_unit: "each", unit_price: "12.50", kit: null, unit: null, total_minor: 2_500, discount_minor: 0, order_discount_minor: 0,
  tax_minor: 0, ...over,
});
function anInvoice({ lines = [aLine(1)], over = {}, ...rest }: { lines?: readonly InvoiceLineView[]; over?: Partial<InvoiceDocument["invoice"]> } & Partial<Omit<InvoiceDocument, "invoice">> = {}): InvoiceDocument {
  const goods = lines.reduce((sum, line) => sum + line.total_minor, 0);
  return {
    external_id: "R-77", time_zone: "Europe/Berlin", seller: { name: "Muster GmbH", address: ["Musterstraße 1", "10115 Berlin"], tax_id: "DE123456789", footer: "HRB 1" },
    buyer: { state: "shown", contact: { customer: { name: "Customer" }, bill_to: { name: "Łukasz Ångström", street: "Ulica 5", postcode: "00-001", city: "Warszawa", country: "PL" } } },
    invoice: {
      id: "inv_1", number: "INV-17", order: "ord_1", order_number: 1004, shipment: "shp_1", channel: "web", currency: "EUR", tax_included: false, goods_minor: goods, discount_minor: 300, shipping_minor: 499,
      shipping_discount_minor: 0, shipping_tax_minor: 0, other_minor: 0, adjustment_minor: -13, tax_minor: 475, total_minor: goods + 661, issued_at: "2026-11-21T23:30:00.000Z", supplied_at: "2026-11-21T20:00:00.000Z",
      lines, ...over,
    },
    ...rest,
  };
}
const read = async (document: InvoiceDocument): Promise<string[]> => textOfPages(await renderInvoice(document));
const flat = (text: string): string => text.replaceAll("\n", "").replaceAll("\u00a0", " ");

describe("an invoice as PDF", () => {
  test("says who sells to whom, what, when and for how much", async () => {
    const [page = "", ...more] = await read(anInvoice());
    expect(more).toEqual([]);
    const lines = page.replaceAll("\u00a0", " ").split("\n");
    expect(lines).toEqual(expect.arrayContaining([
      "Muster GmbH", "Musterstraße 1", "Tax id DE123456789", "INV-17", "Łukasz Ångström", "00-001 Warszawa", "R-77", "1004", "Thing 1", "SKU-1", "2", "12.50", "25.00", "-3.00", "4.99", "-0.13", "4.75",
      "Total EUR", "31.61", "Invoice INV-17 · page 1 of 1", "HRB 1",
    ]));
    // The date is that of the node that shipped: past midnight there.
    expect(lines.slice(lines.indexOf("Date"), lines.indexOf("Date") + 4)).toEqual(["Date", "2026-11-22", "Date of supply", "2026-11-21"]);
    expect(page).not.toContain("Other charges");
  });

  test("is the same file each time, to the byte", async () => {
    const [first, second] = await Promise.all([renderInvoice(anInvoice()), renderInvoice(anInvoice())]);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
    expect(first?.subarray(0, 5).toString()).toBe("%PDF-");
    expect(first?.toString("latin1")).toContain("(D:20261121233000Z)");
  });

  test("shows amounts with all the digits of their currency, and tax that prices include as such", async () => {
    const [yen = ""] = await read(anInvoice({ over: { currency: "JPY", tax_included: true, total_minor: 1_234_567 } }));
    expect(flat(yen)).toContain("Total JPY1 234 567");
    expect(flat(yen)).toContain("Tax, included in the total475");
    const [dinar = ""] = await read(anInvoice({ lines: [aLine(1, { quantity: 1_250, quantity_scale: 3, base_unit: "kilogram", unit: "case", discount_minor: 7 })], over: { currency: "BHD" } }));
    expect(flat(dinar)).toContain("discount -0.0071.25 kilogram12.50 per case2.500");
  });

  test("names the kit of a component, which has no price of its own", async () => {
    const [page = ""] = await read(anInvoice({ lines: [aLine(1, { sku: "CUP", unit_price: null, kit: "TEA-SET" })] }));
    expect(flat(page)).toContain("CUP · part of TEA-SET225.00");
  });

  test("goes over as many pages as it needs and carries what they came to", async () => {
    const lines = Array.from({ length: 120 }, (_, index) => aLine(index + 1, { total_minor: 100 * (index + 1) }));
    const pages = await read(anInvoice({ lines }));
    expect(pages.length).toBeGreaterThan(4);
    let seen = 0;
    pages.forEach((page, index) => {
      const rows = page.split("\n").filter((one) => /^SKU-\d+$/.test(one)).map((one) => Number(one.slice(4)));
      expect(rows).toEqual(rows.map((_, place) => seen + 1 + place));
      if (index > 0) expect(flat(page)).toContain(`Brought forward${spoken((seen * (seen + 1)) / 2)}`);
      seen = rows.at(-1) ?? seen;
      if (index < pages.length - 1) expect(flat(page)).toContain(`Carried forward${spoken((seen * (seen + 1)) / 2)}`);
      expect(page).toContain(`page ${index + 1} of ${pages.length}`);
    });
    expect(seen).toBe(120);
    expect(flat(pages.at(-1) ?? "")).toContain("Goods7 260.00");
  });

  test("leaves out whom it is for where the reader may not see it, and says that it was erased", async () => {
    expect(flat((await read(anInvoice({ buyer: { state: "hidden" } })))[0] ?? "")).toContain("they need a key with the scope orders:read_personal");
    expect(flat((await read(anInvoice({ buyer: { state: "erased" } })))[0] ?? "")).toContain("Name and address were erased.");
    const odd = [{}, { bill_to: 7, ship_to: null, customer: "x" }, { bill_to: { street: ["a"], name: 5 } }];
    for (const contact of odd) expect(flat((await read(anInvoice({ buyer: { state: "shown", contact } })))[0] ?? "")).toContain("No name or address is known.");
  });
});

const spoken = (whole: number): string => `${String(whole).replace(/\B(?=(\d{3})+$)/g, " ")}.00`;

describe("whatever stands in a name", () => {
  const NASTY = [
    "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil\")", "<script>alert(1)</script>", ") Tj ET\nendstream endobj 1 0 obj << /S /JavaScript /JS (app.alert(1)) >> (", "\\) (unbalanced \\(", "a\u0000b\u0007c\u001b[31md\u202ee\u200bf",
    "x".repeat(5_000), "咖啡 コーヒー 커피", "☕🫘👨‍👩‍👧 party", "\ud800 lone", "Ελληνικός καφές", "Кофемолка", "ﬁ e\u0301 \u0308", "%PDF-1.4 << >> [ ] { } /Name #41", " ", "‮gnp.exe",
  ];

  test("it is text, and nothing else in the file changes", async () => {
    const plain = (await renderInvoice(anInvoice())).toString("latin1");
    const types = (pdf: string): string[] => [...pdf.matchAll(/\/(?:Type|S|Subtype) \/(\w+)/g)].map(([, type = ""]) => type).toSorted();
    for (const name of NASTY) {
      const party = { name, street: name, city: name, company: name };
      const pdf = await renderInvoice(anInvoice({
        lines: [aLine(1, { name, sku: name, base_unit: name, unit: `${name}!` })], external_id: name, seller: { name, address: [name], tax_id: name, footer: name },
        buyer: { state: "shown", contact: { bill_to: party } },
      }));
      const raw = pdf.toString("latin1");
      expect(new Set(types(raw)), name).toEqual(new Set(types(plain)));
      for (const word of ["JavaScript", "<script", "cmd", "HYPERLINK", "/JS", "/URI", "/OpenAction", "/Launch"]) expect(withoutStreams(raw), `${word} of ${name}`).not.toContain(word);
      expect(textOfPages(pdf).length, name).toBeLessThan(5);
    }
  });

  test("it goes on the next page where it fills one, and not every line of it on a page of its own", async () => {
    const wide = (length: number): string => "W".repeat(length);
    const party = { company: wide(200), name: wide(200), street: wide(300), street2: wide(300), city: wide(200), postcode: wide(40), region: wide(100), country: wide(100) };
    const buyer = { state: "shown", contact: { bill_to: party } } as const;
    const pages = await read(anInvoice({ buyer, lines: [aLine(1, { name: wide(300) })], seller: { name: "Muster GmbH", address: ["Berlin"], tax_id: null, footer: wide(300) } }));
    expect(pages).toHaveLength(2);
    expect(pages.map((page) => /page \d of \d/.exec(flat(page))?.[0])).toEqual(["page 1 of 2", "page 2 of 2"]);
    expect(flat(pages[1] ?? "")).toMatch(/Item.*Quantity.*SKU-1.*25\.00.*Total EUR31\.61/);
    expect(flat(pages.join(""))).not.toContain("Carried forward");
    const seller = { name: wide(200), address: Array.from({ length: 8 }, () => wide(200)), tax_id: wide(50), footer: wide(300) };
    const both = await read(anInvoice({ buyer, seller }));
    expect(both).toHaveLength(3);
    expect(flat(both[0] ?? "")).toContain("Date of supply2026-11-21");
  });

  test("what the font can show is shown, and the rest is a replacement sign", async () => {
    const shown = async (name: string): Promise<string> => flat((await read(anInvoice({ lines: [aLine(1, { name })] })))[0] ?? "");
    expect(await shown("Ελληνικός καφές, Кофемолка, Łódź")).toContain("Ελληνικός καφές, Кофемолка, Łódź");
    expect(await shown("kawa 咖啡 ☕🫘 done")).toContain("kawa \ufffd \ufffd done");
    expect(await shown("a\u0000b\u202ec\r\nd")).toContain("a b c d");
    expect(await shown("<script>alert(1)</script> =cmd() ) Tj")).toContain("<script>alert(1)</script> =cmd() ) Tj");
    expect(await shown("y".repeat(5_000))).toContain(`${"y".repeat(300)}…`);
  });
});

/** What a reader of the file would follow: everything but the content of streams, which is compressed. */
const withoutStreams = (raw: string): string => raw.replaceAll(/stream\n[^]*?\nendstream/g, "");
