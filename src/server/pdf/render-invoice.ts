import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import type PDFDocument from "pdfkit";
import type { InvoiceDocument } from "../../flows/invoices.ts";
import { type InvoiceContent, invoiceContent, type InvoiceRow } from "./invoice-content.ts";

/** Points, from the upper left corner of an A4 page. */
const PAGE = { left: 56, right: 539, top: 56, bottom: 760, footer: 782, end: 836 };
const WIDTH = PAGE.right - PAGE.left;
const COLUMNS = { name: { x: PAGE.left, width: 226 }, quantity: { x: 290, width: 75 }, price: { x: 371, width: 84 }, amount: { x: 461, width: 78 } };
const SUMS = { x: 290, width: 165 };
/** Room for the foot of a table that goes on: the amount that is carried forward. */
const CARRIED = 26;
/** Room for the names of the columns and a row below them. */
const TABLE_HEAD = 60;
const INK = "#16181d";
const FAINT = "#666c78";
const RULE = "#c9cdd4";

let fonts: Promise<readonly [regular: Buffer, bold: Buffer]> | null = null;
const loadFonts = (): NonNullable<typeof fonts> => {
  const { resolve } = createRequire(import.meta.url);
  fonts ??= Promise.all([readFile(resolve("open-sans-fonts/open-sans/Regular/OpenSans-Regular.ttf")), readFile(resolve("open-sans-fonts/open-sans/Bold/OpenSans-Bold.ttf"))]);
  return fonts;
};

/** The invoice as PDF: the same document gives the same bytes. pdfkit is loaded by whoever asks first. */
export async function renderInvoice(document: InvoiceDocument): Promise<Buffer> {
  const [{ default: Pdf }, [regular, bold]] = await Promise.all([import("pdfkit"), loadFonts()]);
  const content = invoiceContent(document);
  const pdf = new Pdf({
    // A font that is the first one and has a name as well would be parsed again at every use of the name.
    size: "A4", margin: 0, bufferPages: true, lang: "en", font: null,
    info: { Title: `Invoice ${content.number}`, Creator: "Ordo", Producer: "Ordo", CreationDate: content.issuedAt },
  });
  const parts: Buffer[] = [];
  const written = new Promise<Buffer>((resolve, reject) => pdf.on("data", (part) => void parts.push(part)).on("end", () => resolve(Buffer.concat(parts))).on("error", reject));
  pdf.registerFont("regular", regular).registerFont("bold", bold).font("regular");
  await new InvoicePages(pdf).draw(content);
  pdf.end();
  return written;
}

interface Look {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly width?: number;
  readonly align?: "left" | "right";
  /** What is longer is cut. */
  readonly height?: number;
}

class InvoicePages {
  readonly #pdf: PDFDocument;
  readonly #known = new Map<string, boolean>();
  #y = PAGE.top;

  constructor(pdf: PDFDocument) {
    this.#pdf = pdf;
  }

  async draw(content: InvoiceContent): Promise<void> {
    this.#heading(content);
    this.#tableHead();
    let carried = "";
    for (const row of content.rows) {
      const height = this.#heightOf(row);
      if (this.#y + height + CARRIED > PAGE.bottom) {
        this.#turn(carried);
        // A page takes ten milliseconds: others may go first.
        await setImmediate();
      }
      this.#row(row, height);
      ({ carried } = row);
    }
    this.#sums(content, carried);
    this.#footers(content);
  }

  #heading({ seller, buyer, facts }: InvoiceContent): void {
    this.#flow(seller.name, { size: 13, bold: true, width: 280 });
    for (const line of seller.lines) this.#flow(line, { colour: FAINT, width: 280 });
    const [below, last] = [this.#y, this.#pdf.bufferedPageRange().count - 1];
    this.#pdf.switchToPage(0);
    this.#y = PAGE.top;
    for (const [label, value] of facts) {
      const top = this.#y;
      this.#say(label, 350, { colour: FAINT, width: 80 });
      this.#y = top;
      this.#say(value, 434, { width: PAGE.right - 434, align: "right", bold: label === "Invoice" });
    }
    this.#pdf.switchToPage(last);
    this.#y = (last > 0 ? below : Math.max(below, this.#y, 130)) + 26;
    this.#flow("Invoice to", { size: 8, colour: FAINT });
    for (const line of buyer) this.#flow(line, { width: 320 });
    this.#y += 26;
    if (this.#y + TABLE_HEAD > PAGE.bottom) this.#nextPage();
  }

  #tableHead(): void {
    const top = this.#y;
    const head = (text: string, { x, width }: { x: number; width: number }, align: "left" | "right"): void => {
      this.#y = top;
      this.#say(text, x, { size: 8, colour: FAINT, width, align });
    };
    head("Item", COLUMNS.name, "left");
    head("Quantity", COLUMNS.quantity, "right");
    head("Unit price", COLUMNS.price, "right");
    head("Amount", COLUMNS.amount, "right");
    this.#rule(this.#y + 2);
    this.#y += 8;
  }

  #heightOf(row: InvoiceRow): number {
    const measured = (text: string, size: number, { width }: { width: number }): number => this.#pdf.fontSize(size).heightOfString(this.#printable(text), { width, lineGap: 2 });
    const name = measured(row.name, 9.5, COLUMNS.name) + measured(row.details, 8, COLUMNS.name);
    return Math.max(name, measured(row.quantity, 9.5, COLUMNS.quantity), measured(row.price, 9.5, COLUMNS.price), measured(row.amount, 9.5, COLUMNS.amount)) + 6;
  }

  #row(row: InvoiceRow, height: number): void {
    const top = this.#y;
    this.#say(row.name, COLUMNS.name.x, { width: COLUMNS.name.width });
    this.#say(row.details, COLUMNS.name.x, { width: COLUMNS.name.width, size: 8, colour: FAINT });
    for (const [text, { x, width }] of [[row.quantity, COLUMNS.quantity], [row.price, COLUMNS.price], [row.amount, COLUMNS.amount]] as const) {
      this.#y = top;
      this.#say(text, x, { width, align: "right" });
    }
    this.#y = top + height;
  }

  /** The next page begins with what the one before came to. */
  #turn(carried: string): void {
    this.#rule(this.#y);
    this.#y += 6;
    if (carried !== "") this.#sum("Carried forward", carried);
    this.#nextPage();
    this.#tableHead();
    if (carried !== "") this.#sum("Brought forward", carried);
    this.#y += 4;
  }

  #nextPage(): void {
    this.#pdf.addPage();
    this.#y = PAGE.top;
  }

  /** Together, at worst on a page of their own. */
  #sums({ sums, total }: InvoiceContent, carried: string): void {
    if (this.#y + (sums.length + 1) * 18 + 12 > PAGE.bottom) this.#turn(carried);
    this.#rule(this.#y);
    this.#y += 8;
    for (const [label, amount] of sums) this.#sum(label, amount);
    this.#y += 2;
    this.#sum(...total, true);
  }

  #sum(label: string, amount: string, bold = false): void {
    const top = this.#y;
    this.#say(label, SUMS.x, { width: SUMS.width, bold, colour: bold ? INK : FAINT });
    this.#y = top;
    this.#say(amount, COLUMNS.amount.x, { width: COLUMNS.amount.width, align: "right", bold });
  }

  #footers({ number, seller }: InvoiceContent): void {
    const { start, count } = this.#pdf.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#pdf.switchToPage(start + page);
      this.#rule(PAGE.footer - 6);
      this.#y = PAGE.footer;
      this.#say(`Invoice ${number} · page ${page + 1} of ${count}`, 350, { size: 8, colour: FAINT, width: PAGE.right - 350, align: "right" });
      this.#y = PAGE.footer;
      if (seller.footer !== "") this.#say(seller.footer, PAGE.left, { size: 7, colour: FAINT, width: 284, height: PAGE.end - PAGE.footer });
    }
  }

  /** What stands above the table, on as many pages as it needs: text beyond the end of a page would get a page for every line. */
  #flow(text: string, look: Look): void {
    const { size = 9.5, bold = false, width = WIDTH } = look;
    this.#pdf.font(bold ? "bold" : "regular").fontSize(size);
    if (this.#y + this.#pdf.heightOfString(this.#printable(text), { width, lineGap: 2 }) > PAGE.bottom) this.#nextPage();
    this.#say(text, PAGE.left, look);
  }

  #say(text: string, x: number, { size = 9.5, bold = false, colour = INK, width = WIDTH, align = "left", height }: Look = {}): void {
    const shown = this.#printable(text);
    const options = { width, align, lineGap: 2, ...(height === undefined ? {} : { height, ellipsis: true }) };
    this.#pdf.font(bold ? "bold" : "regular").fontSize(size).fillColor(colour);
    this.#pdf.text(shown, x, this.#y, options);
    this.#y += this.#pdf.heightOfString(shown, options);
    this.#pdf.font("regular");
  }

  #rule(y: number): void {
    this.#pdf.lineWidth(0.5).strokeColor(RULE).moveTo(PAGE.left, y).lineTo(PAGE.right, y).stroke();
  }

  /** One line of what the font can show: anything invisible is a space, and a run of characters it has no shape for is one replacement sign. */
  #printable(text: string): string {
    let shown = "";
    for (const character of text.normalize("NFC").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\s]+/gu, (space) => (space === "\u00a0" ? space : " "))) {
      const known = this.#has(character);
      if (known || !shown.endsWith("\ufffd")) shown += known ? character : "\ufffd";
    }
    return shown;
  }

  #has(character: string): boolean {
    let known = this.#known.get(character);
    if (known === undefined) this.#known.set(character, (known = this.#pdf._font.font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)));
    return known;
  }
}
