// Why a decision fell as it did, in the reader's language: in English as it was stored, in German from the facts of it.
import type { Facts } from '../facts.ts';
import { language } from '../i18n/words.ts';
import { spoken } from '../words.ts';
import { type Fields, germanReason, RULES, TERMS, WHY } from './reason-german.ts';

export interface Reason {
  readonly text: string;
  /** Where it is not in the language of the page. */
  readonly lang: 'en' | undefined;
}

/** What is told of a decision that was made or supposed. */
export interface Reasoned {
  readonly reason: string;
  readonly said: readonly Fields[];
  readonly chosen: readonly { readonly node: string }[];
  readonly trigger?: string;
  readonly re_evaluated?: unknown;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export function reasonOf({ reason, said, chosen, trigger, re_evaluated: changed }: Reasoned, { nodeName }: Pick<Facts, 'nodeName'>): Reason {
  if (language() === 'en') return { text: reason, lang: undefined };
  const text = germanReason({ said, trigger: trigger ?? null, changed: isFields(changed) ? changed : null, chosen: chosen.map(({ node }) => node) }, nodeName);
  return text === null ? { text: reason, lang: 'en' } : { text, lang: undefined };
}

const known = (table: Readonly<Record<string, string>>, code: string): string | undefined => (language() === 'de' ? table[code] : undefined);

/** What a verdict says of a node; the server's words where there are no others. */
export function verdictReason(verdict: string, reason: string): Reason {
  const text = known(WHY, verdict);
  return text === undefined ? { text: reason, lang: 'en' } : { text, lang: undefined };
}

export const ruleWord = (rule: string): string => known(RULES, rule) ?? spoken(rule).toLowerCase();
export const termWord = (term: string): string => known(TERMS, term) ?? spoken(term);
