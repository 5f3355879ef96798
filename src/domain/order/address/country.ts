import { COUNTRY_CODES, ISO2_OF_ISO3 } from "./countries.ts";
import { foldName } from "./text.ts";

/** What people also call countries; their proper names come from Unicode's own tables. */
const ALSO: Readonly<Record<string, string>> = {
  uk: "GB", "u k": "GB", "great britain": "GB", britain: "GB", england: "GB", scotland: "GB", wales: "GB", "northern ireland": "GB", "u s a": "US", "u s": "US", "united states of america": "US", america: "US",
  holland: "NL", "the netherlands": "NL", "czech republic": "CZ", "republic of ireland": "IE", eire: "IE", "south korea": "KR", "republic of korea": "KR", turkey: "TR", russia: "RU", macedonia: "MK", vatican: "VA",
};
const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "ja"];

let names: ReadonlyMap<string, string> | null = null;

/** Names of all countries in the languages of most shops (Unicode CLDR), read when the first name has to be understood. */
function countryNames(): ReadonlyMap<string, string> {
  if (names) return names;
  const found = new Map<string, string>();
  for (const language of LANGUAGES) {
    const inLanguage = new Intl.DisplayNames([language], { type: "region" });
    for (const code of COUNTRY_CODES) {
      const name = foldName(inLanguage.of(code) ?? "");
      // The first language that has a name decides it.
      if (name !== "" && !found.has(name)) found.set(name, code);
    }
  }
  for (const [name, code] of Object.entries(ALSO)) found.set(name, code);
  names = found;
  return found;
}

/** The ISO 3166-1 alpha-2 code of a country given by code (either length) or name; null where no country is called so. */
export function countryCode(text: string): string | null {
  if (COUNTRY_CODES.has(text)) return text;
  const capitals = text.normalize("NFKC").toUpperCase();
  if (COUNTRY_CODES.has(capitals)) return capitals;
  const code = ISO2_OF_ISO3.get(capitals);
  return code ?? countryNames().get(foldName(text)) ?? null;
}
