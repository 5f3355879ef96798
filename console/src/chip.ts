// A state as shape, word and tone, so that none of the three has to be seen to read it.
import { type Attributes, h } from './dom.ts';
import { glyph } from './glyphs.ts';
import type { Look } from './words.ts';

export const chip = ({ word, tone, glyph: shape }: Look, attributes: Attributes = {}): HTMLSpanElement =>
  h('span', { class: `chip tone-${tone}`, ...attributes }, glyph(shape), h('span', { class: 'word' }, word));

/** Shape and word without the pill, for dense cells. */
export const mark = ({ word, tone, glyph: shape }: Look, attributes: Attributes = {}): HTMLSpanElement =>
  h('span', { class: `state tone-${tone}`, ...attributes }, glyph(shape), h('span', { class: 'word' }, word));
