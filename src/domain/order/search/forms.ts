import { CALLING_CODES } from "./calling-codes.ts";

/**
 * A text as it is compared: letters and digits only, in lower case, without accents. Each character knows where it stood,
 * so that what matched can be shown in the text as it was written.
 */
export interface Form {
  readonly text: string;
  /** For each character, where its original begins and ends, in UTF-16 code units. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Where a reader sees a new part begin: after anything that is no letter or digit. Ascending, at most PARTS_MAX. */
  readonly starts: readonly number[];
}

/** Parts of one word from which on it may be found: "abc-123-xl" by "abc1", "123x" and "xl". */
const PARTS_MAX = 8;

/** Letters that are no base letter with an accent, as they are usually written without them. */
const LETTERS: Readonly<Record<string, string>> = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "n" };
const UMLAUTS: Readonly<Record<string, string>> = { "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe" };
/** Scripts that are written without spaces: every character may be where somebody begins to type. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const MARKS = /\p{M}/gu;
const NOT_SPELT = /[^\p{L}\p{N}]/gu;

function folded(character: string, umlauts: boolean): string {
  const lower = character.toLowerCase();
  const written = (umlauts ? UMLAUTS[lower] : undefined) ?? LETTERS[lower];
  return written ?? lower.normalize("NFKD").replace(NOT_SPELT, "");
}

const isAsciiSpelt = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 97 && code <= 122);

function fold(text: string, offset: number, umlauts: boolean): Form {
  let spelt = "";
  const [from, to, starts]: [number[], number[], number[]] = [[], [], []];
  let parted = true;
  let at = offset;
  for (const character of text) {
    const code = character.charCodeAt(0);
    const plain = code < 128 ? character.toLowerCase() : "";
    const form = code < 128 ? (isAsciiSpelt(plain.charCodeAt(0)) ? plain : "") : folded(character, umlauts);
    const end = at + character.length;
    if (form === "") parted ||= code < 128 || character.replace(MARKS, "") !== "";
    else {
      if ((parted || (code >= 128 && UNSPACED.test(character))) && starts.length < PARTS_MAX) starts.push(spelt.length);
      for (let n = 0; n < form.length; n += 1) {
        from.push(at);
        to.push(end);
      }
      spelt += form;
      parted = false;
    }
    at = end;
  }
  return { text: spelt, from, to, starts };
}

/** How one word may be spelt: "Müller" as muller and as mueller. None where it has no letter or digit. */
export function spellings(text: string, offset = 0): Form[] {
  const plain = fold(text, offset, false);
  if (plain.text === "") return [];
  if (!/[äöüåø]/i.test(text)) return [plain];
  return [plain, fold(text, offset, true)];
}

/** The words of a text, each in all its spellings. */
export function wordForms(text: string): Form[][] {
  return [...text.matchAll(/\S+/gu)].map((match) => spellings(match[0], match.index)).filter((forms) => forms.length > 0);
}

/** A form whose text begins with these digits, which nobody wrote. */
function prefixed(digits: string, { text, from, to, starts }: Form, drop: number): Form {
  const fill = (values: readonly number[], at: number): number[] => [...Array.from(digits, () => at), ...values.slice(drop)];
  const first = from[drop] ?? 0;
  return { text: digits + text.slice(drop), from: fill(from, first), to: fill(to, first), starts: [0, ...starts.filter((start) => start >= drop).map((start) => start + digits.length - drop)] };
}

/** "+49 (0)30 1234": the zero is dialled only without the country's code. */
function withoutTrunk(text: string, form: Form): Form {
  const zero = /^\s*(?:\+|00)/.test(text) ? form.from.indexOf(text.indexOf("(0)") + 1) : -1;
  if (zero <= 0 || !text.includes("(0)")) return form;
  const { from, to, starts } = form;
  return {
    text: form.text.slice(0, zero) + form.text.slice(zero + 1), from: from.toSpliced(zero, 1), to: to.toSpliced(zero, 1),
    starts: [...new Set(starts.map((start) => (start > zero ? start - 1 : start)))],
  };
}

/**
 * A telephone number as digits. With its country it is found with and without the country's code; where a number is dialled
 * with a zero in front, with and without that.
 */
export function phoneForms(text: string, country: string | undefined): Form[] {
  const given = withoutTrunk(text, fold(text, 0, false));
  if (!/^\d+$/.test(given.text)) return given.text === "" ? [] : [given];
  const zeros = /^0*/.exec(given.text)?.[0].length ?? 0;
  if (zeros === given.text.length) return [given];
  const code = country === undefined ? undefined : CALLING_CODES.get(country);
  const international = text.trimStart().startsWith("+") || zeros >= 2;
  if (international || code === undefined) return [prefixed("", given, zeros)];
  // Some countries keep the zero after their code.
  return [prefixed(code, given, zeros), ...(zeros > 0 ? [prefixed(code, given, 0)] : [])];
}

/** The digits of what may be a telephone number, as its end would be compared; null where it is none. */
export function dialled(text: string): string | null {
  if (!/^[+\d(][\d\s()./+-]*$/.test(text)) return null;
  const digits = text.replace(/\D/g, "").replace(/^0+/, "");
  return digits.length >= 5 ? digits : null;
}
