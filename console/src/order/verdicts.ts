// How the verdict on a node looks, and what set off a decision, in words.
import { type Look, spoken } from '../words.ts';
import { v } from './verdict-words.ts';

export const triggerWords = (trigger: string): string => v.maybe(`trigger.${trigger}`) ?? v('trigger.other', { what: spoken(trigger).toLowerCase() });

const VERDICTS: Readonly<Record<string, Pick<Look, 'tone' | 'glyph'>>> = {
  CHOSEN: { tone: 'green', glyph: 'full' },
  COSTLIER: { tone: 'neutral', glyph: 'most' },
  PARTIAL: { tone: 'neutral', glyph: 'half' },
  NO_STOCK: { tone: 'neutral', glyph: 'empty' },
};
/** Hard rules strike a candidate out before any cost is looked at. */
export const verdictLook = (verdict: string): Look => ({ word: v.maybe(`verdict.${verdict}`) ?? spoken(verdict), ...(VERDICTS[verdict] ?? { tone: 'neutral', glyph: 'cross' }) });
export const isStruck = (verdict: string): boolean => VERDICTS[verdict] === undefined;
