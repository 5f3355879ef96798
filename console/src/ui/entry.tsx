// A field of a form, what it takes, and what was wrong with it.
import type { ReactElement, ReactNode } from 'react';
import { remarksIn } from '../app/refused.ts';
import { Told } from '../refusals/told.tsx';

interface Rest { readonly id: string; readonly 'aria-invalid': true | undefined; readonly 'aria-describedby': string }

export const Entry = ({ id, label, wrong, help, children }: { readonly id: string; readonly label: string; readonly wrong: ReactNode; readonly help?: string; readonly children: (rest: Rest) => ReactElement }): ReactElement => (
  <div className="field"><label htmlFor={id}>{label}</label>{children({ id, 'aria-invalid': wrong === null ? undefined : true, 'aria-describedby': `${id}-says` })}
    <p id={`${id}-says`} className={wrong === null ? 'muted' : 'field-wrong'}>{wrong ?? help}</p></div>
);

/** What was refused of a field or of anything in it; null where nothing was. */
export function wrongAt(error: unknown, pointer: string): ReactElement | null {
  const remark = remarksIn(error).find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  return remark === undefined ? null : <Told of={remark} as="fault" />;
}
