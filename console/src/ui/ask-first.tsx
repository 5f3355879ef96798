// Before something happens that others feel: what it will do, and a button that says it.
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { failureOf } from '../app/ask.ts';
import { FailurePanel } from './notice.tsx';
import { t } from './words.ts';

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
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending) go();
  };
  return (
    <dialog ref={dialog} className="sheet ask-first" aria-labelledby={id} onClose={close}>
      <form onSubmit={submit}>
        <div className="sheet-head"><h2 id={id}>{title}</h2><button type="button" className="button quiet" onClick={close}>{t('close')}</button></div>
        <div className="ask-body">{children}</div>
        {error ? <FailurePanel failure={failureOf(error)} what={title} retry={go} /> : null}
        <p className="ask-go"><button type="submit" className="button primary" aria-busy={pending || undefined}>{act}</button></p>
      </form>
    </dialog>
  );
}
