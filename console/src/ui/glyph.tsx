// The shapes that carry a state without its colour: a circle that fills with progress, an octagon that stops, a triangle that warns.
import type { ReactElement } from 'react';

export type Glyph = 'empty' | 'dashed' | 'fifth' | 'third' | 'half' | 'twoThirds' | 'most' | 'full' | 'stop' | 'alert' | 'slash' | 'cross' | 'back';

const CENTRE = 8;
const ring = <circle cx={CENTRE} cy={CENTRE} r={6} className="line" />;
const line = (d: string): ReactElement => <path d={d} className="line" />;
const solid = (d: string): ReactElement => <path d={d} className="fill" />;
const mark = (d: string): ReactElement => <path d={d} className="mark" />;

/** A pie of that share, from twelve o'clock on. */
function pie(share: number): ReactElement {
  const angle = share * 2 * Math.PI;
  const radius = 3.75;
  const x = (CENTRE + radius * Math.sin(angle)).toFixed(2);
  const y = (CENTRE - radius * Math.cos(angle)).toFixed(2);
  return <>{ring}{solid(`M${CENTRE} ${CENTRE}V${CENTRE - radius}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}Z`)}</>;
}

const SHAPES: Readonly<Record<Glyph, ReactElement>> = {
  empty: ring,
  dashed: <circle cx={CENTRE} cy={CENTRE} r={6} className="line dashed" />,
  fifth: pie(0.2), third: pie(0.34), half: pie(0.5), twoThirds: pie(0.67), most: pie(0.84),
  full: <><circle cx={CENTRE} cy={CENTRE} r={7} className="fill" />{mark('M4.8 8.2 7.1 10.5 11.3 5.9')}</>,
  stop: <>{solid('M5.2 1.2h5.6L14.8 5.2v5.6L10.8 14.8H5.2L1.2 10.8V5.2Z')}{mark('M6.2 5.2v5.6M9.8 5.2v5.6')}</>,
  alert: <>{solid('M8 1.4 15.2 14H.8Z')}{mark('M8 5.6v4M8 11.4v.8')}</>,
  slash: <>{ring}{line('M4.1 11.9 11.9 4.1')}</>,
  cross: <>{ring}{line('M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6')}</>,
  back: line('M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6'),
};

export function Glyph({ name }: { readonly name: Glyph }): ReactElement {
  return <svg viewBox="0 0 16 16" width={14} height={14} className="glyph" aria-hidden="true" focusable="false">{SHAPES[name]}</svg>;
}
