// The shapes that carry a state without its colour: a circle that fills with progress, an octagon that stops, a triangle that warns.
import { svg } from './dom.ts';

export type Glyph = 'empty' | 'dashed' | 'fifth' | 'third' | 'half' | 'twoThirds' | 'most' | 'full' | 'stop' | 'alert' | 'slash' | 'cross' | 'back';

const CENTRE = 8;
const ring = (attributes: Record<string, string> = {}): SVGElement => svg('circle', { cx: CENTRE, cy: CENTRE, r: 6, class: 'line', ...attributes });

/** A pie of that share, from twelve o'clock on. */
function pie(share: number): SVGElement {
  const angle = share * 2 * Math.PI;
  const radius = 3.75;
  const x = (CENTRE + radius * Math.sin(angle)).toFixed(2);
  const y = (CENTRE - radius * Math.cos(angle)).toFixed(2);
  return svg('path', { d: `M${CENTRE} ${CENTRE}V${CENTRE - radius}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}Z`, class: 'fill' });
}
const path = (d: string, name = 'line'): SVGElement => svg('path', { d, class: name });

const SHAPES: Readonly<Record<Glyph, () => SVGElement[]>> = {
  empty: () => [ring()],
  dashed: () => [ring({ class: 'line dashed' })],
  fifth: () => [ring(), pie(0.2)],
  third: () => [ring(), pie(0.34)],
  half: () => [ring(), pie(0.5)],
  twoThirds: () => [ring(), pie(0.67)],
  most: () => [ring(), pie(0.84)],
  full: () => [svg('circle', { cx: CENTRE, cy: CENTRE, r: 7, class: 'fill' }), path('M4.8 8.2 7.1 10.5 11.3 5.9', 'mark')],
  stop: () => [path('M5.2 1.2h5.6L14.8 5.2v5.6L10.8 14.8H5.2L1.2 10.8V5.2Z', 'fill'), path('M6.2 5.2v5.6M9.8 5.2v5.6', 'mark')],
  alert: () => [path('M8 1.4 15.2 14H.8Z', 'fill'), path('M8 5.6v4M8 11.4v.8', 'mark')],
  slash: () => [ring(), path('M4.1 11.9 11.9 4.1')],
  cross: () => [ring(), path('M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6')],
  back: () => [path('M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6')],
};

export const glyph = (name: Glyph): SVGSVGElement =>
  svg('svg', { viewBox: '0 0 16 16', width: 14, height: 14, class: 'glyph', 'aria-hidden': 'true', focusable: 'false' }, ...SHAPES[name]());
