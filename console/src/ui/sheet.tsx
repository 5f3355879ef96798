// A question over the page: the browser keeps the focus in it, Escape closes it, and the focus goes back where it was.
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { t as ui } from './words.ts';

interface Props {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function Sheet({ title, close, children }: Props): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('form :is(input, select, textarea), .form-actions button')?.focus();
    return () => void (before instanceof HTMLElement && before.isConnected && before.focus({ preventScroll: true }));
  }, []);
  return (
    <dialog ref={dialog} className="sheet ask" aria-labelledby={id} onClose={close}>
      <div className="sheet-head"><h2 id={id}>{title}</h2><button type="button" className="button quiet" onClick={close}>{ui('close')}</button></div>
      {children}
    </dialog>
  );
}
