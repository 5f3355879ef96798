import { type ReactElement, useEffect, useRef } from 'react';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly chosen: (value: string) => void;
}

/** A text of a filter, that counts when it is done: with Enter, by choosing one that is offered, or by leaving. */
export function Written({ id, label, hint, value, options, chosen }: Props): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  // What the address says stands there, and whoever wrote it stays in the field.
  useEffect(() => {
    if (field.current) field.current.value = value;
  }, [value]);
  const take = (text: string): void => void (text !== value && chosen(text));
  return (
    <div className="field"><label htmlFor={`f-${id}`}>{label}</label>
      <input ref={field} id={`f-${id}`} className={value === '' ? undefined : 'set'} list={options.length === 0 ? undefined : `l-${id}`} defaultValue={value} placeholder={hint} maxLength={100} autoComplete="off" spellCheck={false}
        onBlur={({ target }) => take(target.value.trim())} onKeyDown={({ key, currentTarget }) => void (key === 'Enter' && take(currentTarget.value.trim()))} />
      {options.length === 0 ? null : <datalist id={`l-${id}`}>{options.map(([one, name]) => <option key={one} value={one} label={name === '' ? undefined : name} />)}</datalist>}
    </div>
  );
}
