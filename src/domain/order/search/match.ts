import { type FieldText, hasEnding, isPersonal, type SearchedOrder, type SearchField, textsOf } from "./fields.ts";
import { dialled, type Form, spellings } from "./forms.ts";
import { backwards, cut, ENDING_LENGTH_MIN, WORD_KINDS } from "./words.ts";

/** What somebody typed: words that must all be found, each in one of its spellings, or the end of a telephone number. */
export interface SearchQuery {
  readonly words: readonly (readonly string[])[];
  readonly phone: string | null;
}

/** Words of one query; nobody types more, and each makes the search dearer. */
export const QUERY_WORDS_MAX = 12;

/** Words without a letter or digit say nothing and are left out; a query may so become empty. */
export function parseSearch(text: string): SearchQuery {
  const words = (text.match(/\S+/gu) ?? []).map((word) => [...new Set(spellings(word).map((form) => form.text))]).filter((word) => word.length > 0);
  return { words, phone: dialled(text.trim()) };
}

/** A kept word that may match, whole or by its beginning. */
export interface WordPattern {
  readonly word: string;
  readonly begins: boolean;
}

/**
 * What the kept words of an order must satisfy: one pattern of each group of `all`, or one of `phone`. Whoever may not see
 * persons finds nothing by what is personal. A single character is no beginning: it would match most of what there is.
 */
export function patternsOf({ words, phone }: SearchQuery, personal: boolean): { readonly all: readonly (readonly WordPattern[])[]; readonly phone: readonly WordPattern[] } {
  const all = words.map((spelt) => spelt.flatMap((word): WordPattern[] => {
    const begins = word.length > 1;
    const plain = [WORD_KINDS.plain, ...(personal ? [WORD_KINDS.personal] : [])];
    const ends = word.length < ENDING_LENGTH_MIN ? [] : [WORD_KINDS.backwards, ...(personal ? [WORD_KINDS.personalBackwards] : [])];
    return [...plain.map((kind) => ({ word: kind + cut(word), begins })), ...ends.map((kind) => ({ word: kind + cut(backwards(word)), begins }))];
  }));
  return { all, phone: phone === null || !personal ? [] : [{ word: WORD_KINDS.personalBackwards + cut(backwards(phone)), begins: true }] };
}

/** Where a text of the order matched: [begin, end) in UTF-16 code units, ascending and apart. */
export interface SearchMatch {
  readonly field: SearchField;
  readonly text: string;
  readonly ranges: readonly (readonly [number, number])[];
}

type Range = readonly [number, number];

/** Matches that one answer shows of an order. */
const SHOWN_MAX = 6;

/**
 * Why an order is found, by what it says now; null where it is not: something changed since its words were kept, or was
 * erased, or only what was cut off differs.
 */
export function matchOrder(order: SearchedOrder, query: SearchQuery, personal: boolean): SearchMatch[] | null {
  const texts = textsOf(order).filter(({ field }) => personal || !isPersonal(field));
  const { words, phone } = query;
  const numbers = texts.filter(({ field }) => field === "phone");
  return found(texts, words.map((spelt) => (text) => spelt.flatMap((word) => wordRanges(text, word))))
    ?? (phone === null ? null : found(numbers, [({ forms }) => forms.flatMap((form) => endRange(form, phone))]));
}

/** Every text in which something matched, in the order of the texts; null where one of the wanted matched nowhere. */
function found(texts: readonly FieldText[], wanted: readonly ((text: FieldText) => Range[])[]): SearchMatch[] | null {
  if (wanted.length === 0) return null;
  const perText = texts.map((text) => wanted.map((ranges) => ranges(text)));
  if (wanted.some((_, index) => perText.every((ranges) => ranges[index]?.length === 0))) return null;
  const matches = texts.map(({ field, text }, index) => ({ field, text, ranges: merged((perText[index] ?? []).flat()) }));
  return matches.filter(({ ranges }) => ranges.length > 0).slice(0, SHOWN_MAX);
}

function wordRanges({ field, forms }: FieldText, word: string): Range[] {
  return forms.flatMap((form) => {
    const begins = form.starts.filter((start) => (word.length > 1 ? form.text.startsWith(word, start) : form.text.slice(start) === word));
    return [...begins.flatMap((start) => rangeOf(form, start, word.length)), ...(hasEnding(field) && word.length >= ENDING_LENGTH_MIN ? endRange(form, word) : [])];
  });
}

const endRange = (form: Form, word: string): Range[] => (form.text.endsWith(word) ? rangeOf(form, form.text.length - word.length, word.length) : []);

function rangeOf({ from, to }: Form, start: number, length: number): Range[] {
  const [begin, end] = [from[start], to[start + length - 1]];
  return begin === undefined || end === undefined ? [] : [[begin, end]];
}

function merged(ranges: readonly Range[]): Range[] {
  const out: [number, number][] = [];
  for (const [begin, end] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else out.push([begin, end]);
  }
  return out;
}
