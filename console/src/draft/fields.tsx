import type { InputHTMLAttributes, ReactElement } from 'react';
import { type Refusal, Told } from '../refusals/told.tsx';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly id: string;
  readonly label: string;
  readonly wrong?: Refusal | undefined;
  readonly set: (value: string) => void;
  /** The label is read out and not seen: a column's head says it to the eye. */
  readonly bare?: boolean;
}

/** A field and what is wrong with it, right beneath. */
export function Field({ id, label, wrong, set, bare = false, ...rest }: Props): ReactElement {
  return (
    <div className="field">
      <label htmlFor={id} className={bare ? 'visually-hidden' : undefined}>{label}</label>
      <input id={id} autoComplete="off" spellCheck={false} maxLength={200} {...rest} aria-invalid={wrong === undefined ? undefined : true} aria-describedby={wrong === undefined ? undefined : `${id}-wrong`} onChange={({ target }) => set(target.value)} />
      {wrong === undefined ? null : <p id={`${id}-wrong`} className="field-wrong"><Told of={wrong} as="fault" /></p>}
    </div>
  );
}
