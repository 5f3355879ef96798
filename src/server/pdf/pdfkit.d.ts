/** The part of pdfkit that is used; it brings no types of its own. */
declare module "pdfkit" {
  interface TextOptions {
    readonly width?: number;
    readonly align?: "left" | "right";
    readonly lineGap?: number;
    readonly height?: number;
    readonly ellipsis?: boolean;
  }

  export default class PDFDocument {
    constructor(options: {
      readonly size: "A4"; readonly margin: number; readonly bufferPages: boolean; readonly lang: string; readonly font: null;
      readonly info: { readonly Title: string; readonly Creator: string; readonly Producer: string; readonly CreationDate: Date };
    });
    /** The font in use, as its own library has it. */
    readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } };
    registerFont(name: string, source: Buffer): this;
    font(name: string): this;
    fontSize(points: number): this;
    fillColor(colour: string): this;
    strokeColor(colour: string): this;
    lineWidth(points: number): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    stroke(): this;
    text(text: string, x: number, y: number, options?: TextOptions): this;
    heightOfString(text: string, options?: TextOptions): number;
    addPage(): this;
    bufferedPageRange(): { readonly start: number; readonly count: number };
    switchToPage(page: number): this;
    on(event: "data", listener: (part: Buffer) => void): this;
    on(event: "end", listener: () => void): this;
    on(event: "error", listener: (error: unknown) => void): this;
    end(): void;
  }
}
