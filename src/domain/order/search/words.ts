import { hasEnding, isPersonal, type SearchedOrder, textsOf } from "./fields.ts";
import type { Form } from "./forms.ts";

/**
 * The words under which an order is kept for searching. The first character says what kind of word it is: f and r may be
 * searched for by everybody, p and q are a person's; r and q are written backwards, so that an end is found like a beginning.
 */
export const WORD_KINDS = { plain: "f", backwards: "r", personal: "p", personalBackwards: "q" } as const;

/** Characters of a word that are kept; who types more is compared with the order itself. */
export const WORD_LENGTH_MAX = 40;
/** An end is looked for from this length on. */
export const ENDING_LENGTH_MIN = 4;
/** An order of a thousand lines has about ten thousand words; the store's limit for one order is a megabyte. */
const WORDS_MAX = 5_000;

/** Cut without leaving half a character behind. */
export function cut(text: string): string {
  const kept = text.slice(0, WORD_LENGTH_MAX);
  return kept.length < text.length && /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
}

export const backwards = (text: string): string => [...text].toReversed().join("");

/** Every word under which an order is found, each once. The most telling come first, and the last are left out beyond WORDS_MAX. */
export function searchWords(order: SearchedOrder): string[] {
  const words = new Set<string>();
  const add = (kind: string, word: string): void => void (words.size < WORDS_MAX && words.add(kind + cut(word)));
  for (const { field, forms } of textsOf(order)) {
    const personal = isPersonal(field);
    for (const form of forms) {
      for (const part of partsOf(form)) add(personal ? WORD_KINDS.personal : WORD_KINDS.plain, part);
      if (hasEnding(field) && form.text.length >= ENDING_LENGTH_MIN) add(personal ? WORD_KINDS.personalBackwards : WORD_KINDS.backwards, backwards(form.text));
    }
  }
  return [...words];
}

const partsOf = ({ text, starts }: Form): string[] => starts.map((start) => text.slice(start));
