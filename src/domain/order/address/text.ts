/** Printable ASCII with single spaces inside: nothing to clean. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
/** Controls, marks of direction and of no width, soft hyphens, halves of characters: a label prints nothing of it. Joiners stay, because scripts need them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}]+/gu;

/** Text as it can be printed on a label: Unicode NFC, no unprintable characters, single spaces, none around it. Empty where nothing is left. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, " ").normalize("NFC").replace(/\s+/gu, " ").trim();
}

/** Letters that no decomposition takes to plain ones. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** The same name whatever its accents, case and punctuation: what names are looked up by. "Saint-Étienne" is "saint etienne". */
export function foldName(text: string): string {
  const lower = text.toLowerCase();
  if (/^[a-z]+$/.test(lower)) return lower;
  return lower.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ßøæœłđðþı]/g, (letter) => PLAIN_LETTERS[letter] ?? letter).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

const CAPITAL = /[A-ZÀ-ÖØ-Þ]/;
const SMALL = /[a-zß-öø-ÿ]/;
/** An abbreviation (NYC) is shorter. */
const SHOUTED = /[A-ZÀ-ÖØ-Þ]{4}/;
const LATIN = /^[ -~À-ÿ]*$/;

/** A name shouted or mumbled gets its usual capitals ("BERLIN", "berlin" → "Berlin"); one written with care, or in another script, stays. */
export function usualCapitals(name: string): string {
  // The usual way to write a name is one look.
  if (/^[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]/.test(name) || !LATIN.test(name)) return name;
  if (SHOUTED.test(name) && !SMALL.test(name)) return name.replace(/[A-ZÀ-ÖØ-Þ]+/g, (word) => word.slice(0, 1) + word.slice(1).toLowerCase());
  return !CAPITAL.test(name) ? name.replace(/(?<![a-zß-öø-ÿ'’])[a-zà-öø-þ](?=[a-zß-öø-ÿ])/g, (letter) => letter.toUpperCase()) : name;
}
