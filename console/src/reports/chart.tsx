// One figure over its points: a line or bars, with its axis, and what was before behind it. Arrow keys say every value.
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';

export interface ChartPoint {
  readonly name: string;
  readonly value: number | null;
  /** Of the time compared with, where there is one. */
  readonly before: number | null;
  readonly text: string;
}

interface Props {
  readonly points: readonly ChartPoint[];
  readonly look: 'line' | 'bars';
  readonly label: string;
  readonly axis: (value: number) => string;
  readonly at: number;
  readonly go: (at: number) => void;
  readonly open: () => void;
}

const [HEIGHT, TOP, BOTTOM, LEFT, RIGHT] = [240, 20, 28, 72, 24] as const;
const NARROWEST = 320;
const TICK_PX = 88;

/** Round numbers from zero to the highest value or just over it. */
export function ticksTo(highest: number): number[] {
  if (highest <= 0) return [0, 1];
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step);
}

/** A line that is broken where nothing is known. */
export function lineOf(values: readonly (number | null)[], x: (index: number) => number, y: (value: number) => number): string {
  let pen = 'M';
  return values.map((value, index) => {
    if (value === null) {
      pen = 'M';
      return '';
    }
    const part = `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
    return part;
  }).join('');
}

function useWidth(): readonly [ref: React.RefObject<HTMLDivElement | null>, width: number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(NARROWEST * 2);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(NARROWEST, Math.round(entry?.contentRect.width ?? NARROWEST))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 7, PageDown: -7 };

export function Chart({ points, look, label, axis, at, go, open }: Props): ReactElement {
  const [ref, width] = useWidth();
  const last = points.length - 1;
  const ticks = ticksTo(Math.max(0, ...points.flatMap(({ value, before }) => [value ?? 0, before ?? 0])));
  const band = (width - LEFT - RIGHT) / Math.max(1, points.length);
  const x = (index: number): number => LEFT + band * (index + 0.5);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / (ticks.at(-1) ?? 1)) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil(TICK_PX / band));
  const onKey = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? last : step === undefined ? null : Math.min(Math.max(at + step, 0), last);
    if (event.key === 'Enter') open();
    if (next === null) return;
    event.preventDefault();
    go(next);
  };
  const nearest = (clientX: number, left: number): number => Math.min(Math.max(Math.floor((clientX - left - LEFT) / band), 0), last);
  return (
    <div className="chart" ref={ref} role="slider" tabIndex={0} aria-label={label} aria-valuemin={1} aria-valuemax={points.length} aria-valuenow={at + 1} aria-valuetext={points[at]?.text} onKeyDown={onKey}
      onPointerMove={(event) => go(nearest(event.clientX, event.currentTarget.getBoundingClientRect().left))}>
      <svg width={width} height={HEIGHT} aria-hidden="true" focusable="false">
        {ticks.map((tick) => <g key={tick}><line className="grid" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} /><text className="tick" x={LEFT - 8} y={y(tick) + 4} textAnchor="end">{axis(tick)}</text></g>)}
        <line className="cursor" x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
        {look === 'bars' ? <Bars points={points} x={x} y={y} band={band} at={at} /> : <Lines points={points} x={x} y={y} at={at} />}
        {points.map(({ name }, index) => (index % every === 0 ? <text key={name} className="tick" x={x(index)} y={HEIGHT - 8} textAnchor="middle">{name.length * 6 > every * band ? `${name.slice(0, Math.max(4, Math.floor((every * band) / 6)))}…` : name}</text> : null))}
        <Peak points={points} x={x} y={y} axis={axis} />
      </svg>
    </div>
  );
}

interface Drawn {
  readonly points: readonly ChartPoint[];
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
}

function Lines({ points, x, y, at }: Drawn & { readonly at: number }): ReactElement {
  const here = points[at]?.value ?? null;
  return (
    <>
      <path className="before" d={lineOf(points.map(({ before }) => before), x, y)} />
      <path className="now" d={lineOf(points.map(({ value }) => value), x, y)} />
      {points.map(({ value }, index) => (value === null ? null : <circle key={index} className="spot" cx={x(index)} cy={y(value)} r={points.length > 60 ? 1 : 2} />))}
      {here === null ? null : <circle className="here" cx={x(at)} cy={y(here)} r={4} />}
    </>
  );
}

function Bars({ points, x, y, band, at }: Drawn & { readonly band: number; readonly at: number }): ReactElement {
  const wide = Math.min(48, Math.max(1, band * 0.64));
  return <>{points.map(({ value, before }, index) => (
    <g key={index}>
      {value === null ? null : <rect className={index === at ? 'column here' : 'column'} x={x(index) - wide / 2} width={wide} y={y(value)} height={Math.max(0, y(0) - y(value))} />}
      {before === null ? null : <line className="mark-before" x1={x(index) - wide / 2 - 2} x2={x(index) + wide / 2 + 2} y1={y(before)} y2={y(before)} />}
    </g>))}</>;
}

/** The highest value says itself. */
function Peak({ points, x, y, axis }: Drawn & { readonly axis: (value: number) => string }): ReactElement | null {
  const highest = points.reduce((best, { value }, index) => ((value ?? 0) > (points[best]?.value ?? 0) ? index : best), 0);
  const value = points[highest]?.value ?? null;
  return value === null || value === 0 ? null : <text className="peak" x={x(highest)} y={y(value) - 8} textAnchor={highest === 0 ? 'start' : highest === points.length - 1 ? 'end' : 'middle'}>{axis(value)}</text>;
}

/** A line of so many points and no axis, for a card; its numbers stand beside it. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }): ReactElement {
  const highest = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const x = (index: number): number => 2 + (index / Math.max(1, values.length - 1)) * 156;
  const y = (value: number): number => 38 - (value / highest) * 34;
  const end = values.findLastIndex((value) => value !== null);
  const value = values[end];
  return (
    <svg className="spark" viewBox="0 0 160 40" width={160} height={40} aria-hidden="true" focusable="false">
      <line className="grid" x1={0} x2={160} y1={39} y2={39} /><path className="now" d={lineOf(values, x, y)} />
      {value === undefined || value === null ? null : <circle className="here" cx={x(end)} cy={y(value)} r={2.5} />}
    </svg>
  );
}
