import type { MailKind, MailTemplate } from "../../flows/mails.ts";

/** What a language says. Sentences may hold placeholders; see MAIL_FIELDS. */
export interface MailWords {
  readonly hello: string;
  readonly helloNobody: string;
  readonly regards: string;
  readonly toFollow: string;
  readonly total: string;
  readonly shipping: string;
  readonly discount: string;
  readonly tax: string;
  readonly taxIncluded: string;
  readonly deliverTo: string;
  readonly parcel: string;
  readonly track: string;
  readonly confirmation: { readonly subject: string; readonly title: string; readonly text: string; readonly items: string; readonly toFollowNote: string };
  readonly shipped: { readonly subject: string; readonly title: string; readonly text: string; readonly items: string; readonly remaining: string; readonly complete: string };
  readonly delayed: { readonly subject: string; readonly title: string; readonly text: string; readonly items: string; readonly after: string };
  readonly cancelled: { readonly subject: string; readonly title: string; readonly text: string; readonly items: string; readonly remaining: string; readonly nothingLeft: string };
}

/** A piece of a mail in both of its forms; both are made from here and nowhere else. */
interface Piece {
  readonly text: string;
  readonly html: string;
}

const paragraph = (words: string): Piece => ({ text: words, html: `<p dir="auto">${words.replaceAll("\n", "<br>")}</p>` });
const title = (words: string): Piece => ({ text: words, html: `<h1 dir="auto" style="margin:0 0 16px;font-size:22px;line-height:1.3">${words}</h1>` });
const heading = (words: string): Piece => ({ text: words, html: `<h2 dir="auto" style="margin:24px 0 8px;font-size:16px">${words}</h2>` });
/** Both with the lines of their sections alone, which leave no trace. */
const only = (section: string, piece: Piece): Piece => ({ text: `{{#${section}}}\n${piece.text}\n\n{{/${section}}}`, html: `{{#${section}}}${piece.html}{{/${section}}}` });
const unless = (section: string, piece: Piece): Piece => ({ text: `{{^${section}}}\n${piece.text}\n\n{{/${section}}}`, html: `{{^${section}}}${piece.html}{{/${section}}}` });

const CELL = "padding:8px 0;border-bottom:1px solid #e3e5e8;vertical-align:top";
function items(list: "items" | "remaining_items", words: MailWords, totals: boolean): Piece {
  const name = `{{name}}{{#to_follow}} (${words.toFollow}){{/to_follow}}`;
  const price = totals ? `<td style="${CELL};text-align:right;white-space:nowrap">{{total}}</td>` : "";
  return {
    text: `{{#${list}}}\n- {{quantity}} × ${name}${totals ? "   {{total}}" : ""}\n{{#options}}\n    {{name}}: {{value}}\n{{/options}}\n{{/${list}}}\n{{#${list}_more}}\n… + {{${list}_more}}\n{{/${list}_more}}`,
    html: `<table role="presentation" style="width:100%;border-collapse:collapse">{{#${list}}}<tr><td style="${CELL};white-space:nowrap;padding-right:12px">{{quantity}} ×</td>`
      + `<td style="${CELL};width:100%" dir="auto">${name}{{#options}}<br><small>{{name}}: {{value}}</small>{{/options}}</td>${price}</tr>{{/${list}}}</table>{{#${list}_more}}<p>… + {{${list}_more}}</p>{{/${list}_more}}`,
  };
}

function sums(words: MailWords): Piece {
  const row = (label: string, field: string): Piece => ({ text: `{{#${field}}}\n${label}: {{${field}}}\n{{/${field}}}`, html: `{{#${field}}}${label}: {{${field}}}<br>{{/${field}}}` });
  const tax: Piece = { text: `{{#order.tax}}\n{{#order.tax_included}}\n${words.taxIncluded}: {{order.tax}}\n{{/order.tax_included}}\n{{^order.tax_included}}\n${words.tax}: {{order.tax}}\n{{/order.tax_included}}\n{{/order.tax}}`,
    html: `{{#order.tax}}{{#order.tax_included}}${words.taxIncluded}{{/order.tax_included}}{{^order.tax_included}}${words.tax}{{/order.tax_included}}: {{order.tax}}<br>{{/order.tax}}` };
  const rows = [row(words.shipping, "order.shipping"), row(words.discount, "order.discount"), tax];
  return {
    text: [...rows.map((one) => one.text), `${words.total}: {{order.total}}`].join("\n"),
    html: `<p style="text-align:right">${rows.map((one) => one.html).join("")}<strong>${words.total}: {{order.total}}</strong></p>`,
  };
}

const address = (words: MailWords): Piece => only("has_address", {
  text: `${words.deliverTo}\n{{#address}}\n{{line}}\n{{/address}}`,
  html: `${heading(words.deliverTo).html}<p dir="auto">{{#address}}{{line}}<br>{{/address}}</p>`,
});

const parcels = (words: MailWords): Piece => only("has_parcels", {
  text: `{{#parcels}}\n${words.parcel}: {{carrier}} {{number}}\n{{#url}}\n${words.track}: {{url}}\n{{/url}}\n{{/parcels}}`,
  html: `{{#parcels}}<p>${words.parcel}: {{carrier}} {{number}}{{#url}}<br><a href="{{url}}" target="_blank" rel="noopener noreferrer" style="color:#1b4f9c">${words.track}</a>{{/url}}</p>{{/parcels}}`,
});

function piecesOf(kind: MailKind, words: MailWords): readonly Piece[] {
  const opening = [title(words[kind].title), only("customer.name", paragraph(words.hello)), unless("customer.name", paragraph(words.helloNobody)), paragraph(words[kind].text)];
  switch (kind) {
    case "confirmation":
      return [...opening, heading(words.confirmation.items), items("items", words, true), only("has_remaining", paragraph(words.confirmation.toFollowNote)), sums(words), address(words)];
    case "shipped":
      return [...opening, parcels(words), heading(words.shipped.items), items("items", words, false),
        only("has_remaining", heading(words.shipped.remaining)), items("remaining_items", words, false), unless("has_remaining", paragraph(words.shipped.complete)), address(words)];
    case "delayed":
      return [...opening, heading(words.delayed.items), items("items", words, false), paragraph(words.delayed.after)];
    case "cancelled":
      return [...opening, heading(words.cancelled.items), items("items", words, false),
        only("has_remaining", heading(words.cancelled.remaining)), items("remaining_items", words, false), unless("has_remaining", paragraph(words.cancelled.nothingLeft))];
  }
}

const PAGE = "margin:0;padding:24px 12px;background:#f4f5f6;color:#1d2126;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const SHEET = "max-width:600px;margin:0 auto;padding:24px;background:#ffffff;border-top:6px solid {{shop.colour}};overflow-wrap:anywhere";

const shipped = new WeakMap<MailWords, Map<MailKind, MailTemplate>>();

/** The template of a kind in the words of a language: what a channel has that wrote none of its own. Put together once. */
export function shippedTemplate(kind: MailKind, words: MailWords): MailTemplate {
  const kinds = shipped.get(words) ?? new Map<MailKind, MailTemplate>();
  const template = kinds.get(kind) ?? putTogether(kind, words);
  shipped.set(words, kinds.set(kind, template));
  return template;
}

function putTogether(kind: MailKind, words: MailWords): MailTemplate {
  const pieces = [...piecesOf(kind, words), paragraph(`${words.regards}\n{{shop.name}}`)];
  return {
    subject: words[kind].subject,
    text: `${pieces.map(({ text }) => text).join("\n\n")}\n{{#shop.footer}}\n\n-- \n{{shop.footer}}\n{{/shop.footer}}\n`,
    html: `<!doctype html>\n<html lang="{{language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${words[kind].subject}</title></head>\n`
      + `<body style="${PAGE}"><main style="${SHEET}">\n${pieces.map(({ html }) => html).join("\n")}\n{{#shop.footer}}<p style="margin-top:32px;color:#565d66;font-size:13px" dir="auto">{{shop.footer}}</p>{{/shop.footer}}\n</main></body></html>\n`,
  };
}
