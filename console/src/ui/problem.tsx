// What was wrong with what somebody entered, said at the form, each fault with its field.
import type { ReactElement } from 'react';
import { failureOf, refusalOf } from '../app/ask.ts';
import { Told } from '../refusals/told.tsx';
import { Glyph } from './glyph.tsx';

/** Nothing where nothing was wrong. It is read out when it appears. */
export function Problem({ error }: { readonly error: unknown }): ReactElement {
  const failure = error === null || error === undefined ? null : failureOf(error);
  const faults = failure !== null && 'faults' in failure ? failure.faults : [];
  return (
    <div role="alert">
      {failure === null ? null : (
        <div className="problem">
          <Glyph name="alert" /><p><Told of={refusalOf(failure)} /></p>
          {faults.length < 2 ? null : <ul>{faults.map((fault) => <li key={fault.pointer + fault.detail}><Told of={fault} as="listed" /></li>)}</ul>}
        </div>)}
    </div>
  );
}
