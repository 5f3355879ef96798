// A state as shape, word and tone, so that none of the three has to be seen to read it.
import type { ReactElement } from 'react';
import type { Look } from '../words.ts';
import { Glyph } from './glyph.tsx';

interface Props {
  readonly look: Look;
  readonly title?: string;
  readonly id?: string;
}

export const Chip = ({ look: { word, tone, glyph }, ...rest }: Props): ReactElement =>
  <span className={`chip tone-${tone}`} {...rest}><Glyph name={glyph} /><span className="word">{word}</span></span>;

/** Names of the classes that draw a state's shape before a text of one element: lists of many rows have no room for more. */
export const shaped = ({ tone, glyph }: Pick<Look, 'tone' | 'glyph'>): string => `tone-${tone} shape shape-${glyph}`;
