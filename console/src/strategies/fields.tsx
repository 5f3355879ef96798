// Fields of a strategy: each knows the place it writes to, so that what is wrong with it stands beside it.
import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useId, useState } from 'react';
import type { Remark } from '../app/refused.ts';
import { typedQuantity, typedText } from '../numbers.ts';
import { Told } from '../refusals/told.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { remarksAt } from './document.ts';

export interface Remarks {
  readonly errors: readonly Remark[];
  readonly warnings: readonly Remark[];
}
export const RemarksContext = createContext<Remarks>({ errors: [], warnings: [] });
export const useRemarks = (pointer: string): Remarks => {
  const { errors, warnings } = useContext(RemarksContext);
  return { errors: remarksAt(errors, pointer), warnings: remarksAt(warnings, pointer) };
};

interface SaidProps {
  readonly pointer: string;
  readonly id?: string;
  /** Of the place alone: what is within it says so itself. */
  readonly exact?: boolean;
}

/** What the checker says about a place and everything within it. */
export function Said({ pointer, id, exact = false }: SaidProps): ReactElement | null {
  const remarks = useRemarks(pointer);
  const told = (all: readonly Remark[]): readonly Remark[] => all.filter((one) => !exact || one.pointer === pointer);
  const [errors, warnings] = [told(remarks.errors), told(remarks.warnings)];
  if (errors.length + warnings.length === 0) return null;
  const line = (tone: 'red' | 'amber', remark: Remark): ReactElement => <span key={remark.detail} className={`said tone-${tone}`}><Glyph name={tone === 'red' ? 'stop' : 'alert'} /><Told of={remark} as="fault" /></span>;
  return <span id={id} className="saids">{errors.map((one) => line('red', one))}{warnings.map((one) => line('amber', one))}</span>;
}

interface FieldProps {
  readonly label: string;
  readonly pointer: string;
  readonly children: (given: { readonly id: string; readonly 'aria-invalid': true | undefined; readonly 'aria-describedby': string | undefined }) => ReactNode;
  readonly className?: string;
}

/** A named field with what is wrong with it below. */
export function Field({ label, pointer, children, className = '' }: FieldProps): ReactElement {
  const id = useId();
  const { errors, warnings } = useRemarks(pointer);
  return (
    <span className={`rule-field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': errors.length > 0 ? true : undefined, 'aria-describedby': errors.length + warnings.length > 0 ? `${id}-said` : undefined })}
      <Said pointer={pointer} id={`${id}-said`} />
    </span>
  );
}

interface Of<T> {
  readonly label: string;
  readonly pointer: string;
  readonly value: T;
  readonly change: (value: T) => void;
}

export const TextField = ({ value, change, ...rest }: Of<string>): ReactElement => <Field {...rest}>{(given) => <input {...given} value={value} onChange={(event) => change(event.target.value)} />}</Field>;

interface NumberProps extends Of<number | null> {
  /** Digits after the point that make one of what is stored: 6 for micro-units. */
  readonly scale?: number;
  readonly unit?: string;
  /** Said in an empty field: what none means. Without it the field has to have a number. */
  readonly none?: string;
}

const plain = (value: number | null, scale: number): string => (value === null ? '' : Number.isInteger(value) ? typedQuantity(value, scale) : typedText(String(value)));

/** Numbers are typed as text, so that half of one is no mistake yet. */
export function NumberField({ value, change, scale = 0, unit, none, ...rest }: NumberProps): ReactElement {
  const [text, setText] = useState(plain(value, scale));
  const read = (typed: string): number | null => (typed.trim() === '' ? null : Math.round(Number(typed.replace(',', '.')) * 10 ** scale));
  useEffect(() => {
    if (read(text) !== value) setText(plain(value, scale));
  }, [value, scale]);
  return (
    <Field {...rest} className="numeric">{(given) => (
      <span className="with-unit"><input {...given} inputMode="decimal" value={text} placeholder={none} onChange={(event) => {
        setText(event.target.value);
        const next = read(event.target.value);
        if (next === null ? none !== undefined : Number.isFinite(next)) change(next);
      }} />{unit === undefined ? null : <span className="unit">{unit}</span>}</span>
    )}</Field>
  );
}

interface ChoiceProps<T extends string> extends Of<T> {
  readonly options: readonly (readonly [value: T, name: string])[];
}

export const Choice = <T extends string>({ value, change, options, ...rest }: ChoiceProps<T>): ReactElement => (
  <Field {...rest}>{(given) => (
    <select {...given} value={value} onChange={(event) => {
      const chosen = options.find(([one]) => one === event.target.value);
      if (chosen !== undefined) change(chosen[0]);
    }}>{options.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</select>
  )}</Field>
);

/** Codes apart by commas or blanks, kept as typed until the field is left. */
export function CodesField({ value, change, ...rest }: Of<readonly string[]>): ReactElement {
  const [text, setText] = useState(value.join(', '));
  const read = (typed: string): string[] => typed.split(/[,\s]+/).filter((one) => one !== '');
  useEffect(() => {
    if (read(text).join() !== value.join()) setText(value.join(', '));
  }, [value.join()]);
  return <Field {...rest} className="wide">{(given) => <input {...given} value={text} onChange={(event) => {
    setText(event.target.value);
    change(read(event.target.value));
  }} />}</Field>;
}

interface TicksProps<T extends string> {
  readonly legend: string;
  readonly options: readonly (readonly [value: T, name: string])[];
  readonly value: readonly T[];
  readonly change: (value: T[]) => void;
}
export const Ticks = <T extends string>({ legend, options, value, change }: TicksProps<T>): ReactElement => (
  <fieldset className="ticks"><legend className="visually-hidden">{legend}</legend>{options.map(([one, name]) => (
    <label key={one} className="tick"><input type="checkbox" checked={value.includes(one)} onChange={() => change(options.map(([of]) => of).filter((of) => (of === one) !== value.includes(of)))} />{name}</label>))}
  </fieldset>
);

export const Tick = ({ label, value, change }: { readonly label: string; readonly value: boolean; readonly change: (value: boolean) => void }): ReactElement =>
  <label className="tick"><input type="checkbox" checked={value} onChange={() => change(!value)} />{label}</label>;
