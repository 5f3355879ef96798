import { type Form, phoneForms, spellings, wordForms } from "./forms.ts";

/** What an order can be found by. */
export interface SearchedOrder {
  readonly number: number;
  readonly externalId: string;
  /** What people call it at the channel: "#1001". */
  readonly channelName: string | null;
  readonly lines: readonly { readonly sku: string; readonly title: string | null }[];
  readonly trackingNumbers: readonly string[];
  /** Null where it was erased, or where whoever asks may not see it. */
  readonly contact: SearchedContact | null;
}

interface SearchedAddress {
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly city?: string | undefined;
  readonly postcode?: string | undefined;
  readonly country?: string | undefined;
}
export interface SearchedContact {
  readonly customer?: { readonly name?: string | undefined; readonly email?: string | undefined; readonly phone?: string | undefined } | undefined;
  readonly ship_to?: SearchedAddress | undefined;
  readonly bill_to?: SearchedAddress | undefined;
}

/**
 * How a field is read. words: each by itself. code: as one word, spaces or not. ending: a code that is also known by its end.
 * email: a code without the last part of its domain. phone: its digits, also by their end.
 */
type Reading = "words" | "code" | "ending" | "email" | "phone";

const SEARCH_FIELDS = {
  number: { reading: "ending", personal: false }, external_id: { reading: "ending", personal: false }, channel_name: { reading: "ending", personal: false },
  email: { reading: "email", personal: true }, name: { reading: "words", personal: true }, company: { reading: "words", personal: true }, phone: { reading: "phone", personal: true },
  tracking_number: { reading: "ending", personal: false }, sku: { reading: "code", personal: false }, title: { reading: "words", personal: false },
  postcode: { reading: "code", personal: true }, city: { reading: "words", personal: true },
} as const satisfies Readonly<Record<string, { readonly reading: Reading; readonly personal: boolean }>>;
export type SearchField = keyof typeof SEARCH_FIELDS;
export const SEARCH_FIELD_NAMES = [
  "number", "external_id", "channel_name", "email", "name", "company", "phone", "tracking_number", "sku", "title", "postcode", "city",
] as const satisfies readonly SearchField[];

/** One text of an order and the forms it is compared in; every form may match. */
export interface FieldText {
  readonly field: SearchField;
  readonly text: string;
  readonly forms: readonly Form[];
}

export const isPersonal = (field: SearchField): boolean => SEARCH_FIELDS[field].personal;
export const hasEnding = (field: SearchField): boolean => ["ending", "phone"].includes(SEARCH_FIELDS[field].reading);

/** Every text that an order can be found by, the most telling first, each once. */
export function textsOf({ number, externalId, channelName, lines, trackingNumbers, contact }: SearchedOrder): FieldText[] {
  const { customer, ship_to: shipTo, bill_to: billTo } = contact ?? {};
  const country = shipTo?.country ?? billTo?.country;
  const places = [shipTo, billTo];
  const given: readonly (readonly [SearchField, readonly (string | null | undefined)[]])[] = [
    ["number", [String(number)]], ["external_id", [externalId]], ["channel_name", [channelName]], ["email", [customer?.email]],
    ["name", [customer?.name, ...places.map((place) => place?.name)]], ["company", places.map((place) => place?.company)], ["phone", [customer?.phone]],
    ["tracking_number", trackingNumbers], ["sku", lines.map(({ sku }) => sku)], ["title", lines.map(({ title }) => title)],
    ["postcode", places.map((place) => place?.postcode)], ["city", places.map((place) => place?.city)],
  ];
  return given.flatMap(([field, texts]) => [...new Set(texts)].flatMap((text) => (typeof text === "string" ? [{ field, text, forms: formsOf(field, text, country) }] : [])));
}

function formsOf(field: SearchField, text: string, country: string | undefined): Form[] {
  switch (SEARCH_FIELDS[field].reading) {
    case "words": return wordForms(text).flat();
    case "phone": return phoneForms(text, country);
    case "email": return spellings(text).map((form) => ({ ...form, starts: form.starts.length > 2 ? form.starts.slice(0, -1) : form.starts }));
    default: return spellings(text);
  }
}
