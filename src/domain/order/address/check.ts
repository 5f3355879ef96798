import { compactPostcode, type FieldError, plainPostcode } from "../../kernel/index.ts";
import { countryCode } from "./country.ts";
import { GENERAL_POSTCODE, POSTCODE_RULES, type PostcodeRule, WITHOUT_POSTCODE } from "./countries.ts";
import { hasRegions, regionCode } from "./regions.ts";
import { cleanText, usualCapitals } from "./text.ts";

/** An address as it came; `country` is a code or a name. */
export type PostalAddress = {
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly street?: string | undefined;
  readonly street2?: string | undefined;
  readonly city?: string | undefined;
  readonly region?: string | undefined;
  readonly postcode?: string | undefined;
  readonly country?: string | undefined;
  readonly coordinates?: { readonly latitude: number; readonly longitude: number } | undefined;
};

/**
 * An address as a label wants it: clean text, postcode as its country writes it, regions as ISO 3166-2 codes where they are
 * known here, `country` as ISO 3166-1 alpha-2. What cannot be understood stands as it came, cleaned.
 */
export type NormalisedAddress = Omit<PostalAddress, "coordinates"> & {
  /** The goods would go to a box or locker rather than a house; left out where they would not. */
  readonly po_box?: true;
};

/** What of the place that somebody asks about is none: a country that is not there, a postcode that its country has not. */
export function wrongPlace({ country: named, postcode }: Pick<PostalAddress, "country" | "postcode">): FieldError[] {
  if (named === undefined) return [];
  const country = countryCode(named);
  if (country === null) return [{ pointer: "/destination/country", code: "INVALID_FIELD", detail: `"${named}" is no country of ISO 3166.` }];
  const wrong = postcode !== undefined && writePostcode(country, postcode) === null;
  return wrong ? [{ pointer: "/destination/postcode", code: "INVALID_FIELD", detail: `"${postcode}" is no postcode of ${country}.` }] : [];
}

export interface CheckedAddress {
  readonly normalised: NormalisedAddress;
  /** What keeps a parcel from being addressed, naming every field and repeating none; null where nothing does. */
  readonly problem: string | null;
}

/** In the languages of the countries in POSTCODE_RULES. */
const PO_BOX =
  /\bp\.? ?o\.? ?box\b|\bpost ?office box\b|\bpostfach\b|\bpostbus\b|\bpostboks\b|\bpostbox\b|\bbox postal\b|\bapartado\b|\bapdo\b|\bcasella postale\b|\bcaixa postal\b|\bbo[iî]te postale\b|\bb\.?p\.? ?\d|\bskrytka pocztowa\b|\bpl \d+\b|\blocked bag\b|\bgpo box\b|\bpackstation\b|\bprivate bag\b/iu;

const FIELDS = ["name", "company", "street", "street2", "city", "region", "postcode", "country"] as const;

/** Some piece of every such word: most streets have none, and one quick look says so. */
const MAYBE_BOX = /box|post|ap(?:arta)?do|pocztowa|\bpl \d|bag\b|packstation|b\.?p/i;

const isBox = (street: string): boolean => MAYBE_BOX.test(street) && PO_BOX.test(street);

/** Normalises an address and says what is wrong with it. Doing it again changes nothing. */
export function checkAddress(address: PostalAddress): CheckedAddress {
  const given = (text: string | undefined): string | undefined => (text === undefined ? undefined : cleanText(text) || undefined);
  const [street, street2, city, region, postcode, country] = [address.street, address.street2, address.city, address.region, address.postcode, address.country].map(given);
  const code = country === undefined ? null : countryCode(country);
  const missing = [
    ...(street === undefined ? ["a street"] : []), ...(city === undefined ? ["a city"] : []),
    ...(postcode === undefined && !(code !== null && WITHOUT_POSTCODE.has(code)) ? ["a postcode"] : []), ...(country === undefined ? ["a country"] : []),
  ];
  const wrong: string[] = [];
  if (country !== undefined && code === null) wrong.push("its country is none of ISO 3166");
  const written = postcode === undefined ? undefined : writePostcode(code, postcode);
  if (written === null) wrong.push(`its postcode is not one of ${code ?? "any country"}, where it looks like ${ruleOf(code).example}`);
  const part = code === null || region === undefined ? undefined : regionCode(code, region);
  if (part === null && code !== null && hasRegions(code)) wrong.push(`its region is no state or province of ${code}`);
  const normalised: { -readonly [K in keyof NormalisedAddress]: NormalisedAddress[K] } = {};
  const parts = {
    name: given(address.name), company: given(address.company), street, street2, city: city === undefined ? undefined : usualCapitals(city), region: part ?? region,
    postcode: written ?? postcode, country: code ?? country,
  };
  for (const field of FIELDS) if (parts[field] !== undefined) normalised[field] = parts[field];
  if ((street !== undefined && isBox(street)) || (street2 !== undefined && isBox(street2))) normalised.po_box = true;
  const sentences = [...(missing.length > 0 ? [`lacks ${listed(missing)}`] : []), ...wrong];
  return { normalised, problem: sentences.length === 0 ? null : `The shipping address ${missing.length > 0 ? "" : "cannot be used: "}${sentences.join("; ")}.` };
}

const listed = (words: readonly string[]): string => words.join(" and ");

const ruleOf = (country: string | null): PostcodeRule => (country === null ? GENERAL_POSTCODE : POSTCODE_RULES.get(country) ?? GENERAL_POSTCODE);

/** A postcode as its country writes it; null where it is none. */
export function writePostcode(country: string | null, postcode: string): string | null {
  const rule = ruleOf(country);
  const given = compactPostcode(postcode);
  const prefix = rule.pattern.test(given) ? "" : [country, rule.sign].find((sign) => sign && given.startsWith(sign) && rule.pattern.test(given.slice(sign.length)));
  if (prefix === undefined || prefix === null) return null;
  const compact = given.slice(prefix.length);
  if (rule === GENERAL_POSTCODE) return plainPostcode(postcode);
  const { joint } = rule;
  const at = joint === undefined ? 0 : joint[0] < 0 ? compact.length + joint[0] : joint[0];
  return joint === undefined || at >= compact.length ? compact : `${compact.slice(0, at)}${joint[1]}${compact.slice(at)}`;
}
