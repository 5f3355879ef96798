// Before something happens that others feel: what it will do, and a button that says it.
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { failureOf } from '../app/ask.ts';
import { ActFailed } from './notice.tsx';
import { Sheet } from './sheet.tsx';

interface Props {
  readonly title: string;
  /** What the button says that does it. */
  readonly act: string;
  readonly children: ReactNode;
  readonly pending: boolean;
  readonly error: unknown;
  readonly close: () => void;
  readonly go: () => void;
}

export function AskFirst({ title, act, children, pending, error, close, go }: Props): ReactElement {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending) go();
  };
  return (
    <Sheet title={title} close={close}>
      <form className="ask-form" onSubmit={submit}>
        {children}
        {error ? <ActFailed failure={failureOf(error)} what={title} retry={go} /> : null}
        <div className="form-actions"><button type="submit" className="button primary" aria-busy={pending || undefined}>{act}</button></div>
      </form>
    </Sheet>
  );
}
