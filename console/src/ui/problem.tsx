// What was wrong with what somebody entered, said at the form, each fault with its field.
import type { ReactElement } from 'react';
import { failureOf } from '../app/ask.ts';
import { Glyph } from './glyph.tsx';
import { t } from './words.ts';

/** Nothing where nothing was wrong. It is read out when it appears. */
export function Problem({ error }: { readonly error: unknown }): ReactElement {
  const failure = error === null || error === undefined ? null : failureOf(error);
  const faults = failure !== null && 'faults' in failure ? failure.faults : [];
  return (
    <div role="alert">
      {failure === null ? null : (
        <div className="problem">
          <Glyph name="alert" /><p>{'detail' in failure ? failure.detail : t('signedOut')}</p>
          {faults.length < 2 ? null : <ul>{faults.map(({ pointer, detail }) => <li key={pointer + detail}><code>{pointer}</code> {detail}</li>)}</ul>}
        </div>)}
    </div>
  );
}
