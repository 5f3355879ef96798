import { inflateSync } from "node:zlib";

/** The words of each page of a PDF as pdfkit writes it: what is shown in embedded fonts, by their maps back to Unicode. */
export function textOfPages(pdf: Buffer): string[] {
  const objects = new Map([...pdf.toString("latin1").matchAll(/(\d+) 0 obj\n([^]*?)\nendobj/g)].map(([, id = "", body = ""]) => [id, body]));
  const stream = (id: string | undefined): string => {
    const body = objects.get(id ?? "") ?? "";
    const content = /stream\n([^]*?)\nendstream/.exec(body)?.[1] ?? "";
    return body.includes("FlateDecode") ? inflateSync(Buffer.from(content, "latin1")).toString("latin1") : content;
  };
  return [...objects.values()].filter((body) => /\/Type \/Page\b(?!s)/.test(body)).map((page) => {
    const resources = objects.get(/\/Resources (\d+) 0 R/.exec(page)?.[1] ?? "") ?? "";
    const fonts = new Map([...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = "", id = ""]) => [name, unicodeMap(stream(/\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? "")?.[1]))]));
    let font = new Map<number, string>();
    let words = "";
    for (const [, name, shown] of stream(/\/Contents (\d+) 0 R/.exec(page)?.[1]).matchAll(/\/(F\d+) [\d.]+ Tf|(\[[^\]]*\]) TJ/g)) {
      if (name !== undefined) font = fonts.get(name) ?? font;
      else words += `${[...(shown ?? "").matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = ""]) => (hex.match(/.{4}/g) ?? []).map((code) => font.get(Number.parseInt(code, 16)) ?? "")).join("")}\n`;
    }
    return words;
  });
}

function unicodeMap(text: string): Map<number, string> {
  const map = new Map<number, string>();
  for (const [, first = "", list = ""] of text.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
    [...list.matchAll(/<([0-9a-f ]+)>/g)].forEach(([, hex = ""], index) => {
      map.set(Number.parseInt(first, 16) + index, (hex.replaceAll(" ", "").match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join(""));
    });
  }
  return map;
}
