import Mustache, { type Token } from "mustache";
import type { FieldError } from "../../domain/kernel/index.ts";
import type { MailTemplate } from "../../flows/mails.ts";
import { Bounded } from "./remembered.ts";

/** What stands behind a name: a text, something that is or is not so, names within it, or a list of such. */
type Field = "text" | "flag" | { readonly within: Fields } | { readonly each: Fields };
interface Fields { readonly [name: string]: Field }

const ITEM: Fields = { quantity: "text", name: "text", total: "text", to_follow: "flag", options: { each: { name: "text", value: "text" } } };

/** Everything that a template may name. docs/how-to/send-mails.md says what each is. */
export const MAIL_FIELDS: Fields = {
  language: "text",
  order: { within: { name: "text", number: "text", date: "text", total: "text", shipping: "text", discount: "text", tax: "text", tax_included: "flag" } },
  shop: { within: { name: "text", footer: "text", colour: "text" } },
  customer: { within: { name: "text" } },
  has_address: "flag", address: { each: { line: "text" } },
  items: { each: ITEM }, items_more: "text",
  has_remaining: "flag", remaining_items: { each: ITEM }, remaining_items_more: "text",
  has_parcels: "flag", parcels: { each: { carrier: "text", number: "text", url: "text" } },
};

/** Lists a template may unfold, so that no template writes a mail without end. */
const LISTS_MAX = 10;

/** Parsed templates that are remembered: three parts of a mail of each kind, in some languages. */
const TEMPLATES_MAX = 200;

const writer = new Mustache.Writer();
/** By the template itself: the package's own cache makes a new text of it for each look. Templates of channels come and go: what was parsed long ago is forgotten. */
const parsed = new Bounded<Token[]>(TEMPLATES_MAX);
const parse = writer.parse.bind(writer);
writer.templateCache = undefined;
writer.parse = (template) => {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const tokens = parse(template);
  parsed.set(template, tokens);
  return tokens;
};

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;", "=": "&#61;", "/": "&#47;" };
const escapeHtml = (value: unknown): string => String(value).replace(/[&<>"'`=/]/g, (sign) => HTML[sign] ?? sign);

/** Names are looked up, lists unfolded, and nothing else: in HTML every value is text. */
export const renderHtml = (template: string, view: object): string => writer.render(template, view, undefined, { escape: escapeHtml });
export const renderText = (template: string, view: object): string => writer.render(template, view, undefined, { escape: String });

/** Every fault of a template, each where it stands. */
export function checkTemplate(template: MailTemplate): FieldError[] {
  return (["subject", "text", "html"] as const).flatMap((part) =>
    faultsOf(template[part]).map((detail): FieldError => ({ pointer: `/${part}`, code: "INVALID_FIELD", detail })));
}

function faultsOf(text: string): string[] {
  let tokens: Token[];
  try {
    tokens = writer.parse(text);
  } catch (error) {
    return [`${error instanceof Error ? error.message : "It cannot be read"}.`];
  }
  const faults = walk(tokens, [MAIL_FIELDS], false);
  const lists = tokens.filter(([kind, name]) => kind === "#" && isList(MAIL_FIELDS[name])).length;
  return lists > LISTS_MAX ? [...faults, `It unfolds ${lists} lists; at most ${LISTS_MAX}.`] : faults;
}

/** Names are looked for in the innermost section first. A list within a list may only be one of its own entries'. */
function walk(tokens: readonly Token[], scopes: readonly Fields[], inList: boolean): string[] {
  return tokens.flatMap(([kind, name, , , inside = []]): string[] => {
    if (kind === "text" || kind === "!") return [];
    if (kind === "&" || kind === ">" || kind === "=") return [`{{${kind}${name}}} is not possible here: only names, sections and comments are.`];
    const { field, own } = lookUp(name, scopes);
    if (field === undefined) return [`There is no placeholder "${name}" here.`];
    if (kind === "name") return typeof field === "string" ? [] : [`"${name}" is not a text; name something within it.`];
    if (kind === "^" || typeof field === "string") return walk(inside, scopes, inList);
    if ("within" in field) return walk(inside, [...scopes, field.within], inList);
    return inList && !own ? [`The list "${name}" cannot be unfolded within another list.`] : walk(inside, [...scopes, field.each], true);
  });
}

function lookUp(name: string, scopes: readonly Fields[]): { readonly field: Field | undefined; readonly own: boolean } {
  const [first = "", ...rest] = name.split(".");
  const scope = scopes.findLast((one) => Object.hasOwn(one, first));
  let field = scope?.[first];
  for (const part of rest) field = typeof field === "object" && "within" in field && Object.hasOwn(field.within, part) ? field.within[part] : undefined;
  return { field, own: scope !== undefined && scope === scopes.at(-1) };
}

const isList = (field: Field | undefined): boolean => typeof field === "object" && "each" in field;
