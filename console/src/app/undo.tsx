// What was done can be taken back for a while: one notice at a time, which waits for whoever reads it.
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { asked, cache, failureOf } from './ask.ts';
import { useKeys } from './keys.ts';
import { type Operation, perform } from './perform.ts';
import { announce } from './voice.ts';
import { t } from './words.ts';

interface Done {
  /** What was done, in a sentence. */
  readonly text: string;
  /** What takes it back. */
  readonly undo: () => Promise<unknown>;
}

let done: Done | null = null;
const listeners = new Set<() => void>();

function become(next: Done | null): void {
  done = next;
  for (const one of listeners) one();
}

/** Says what was done; where the server said how, it can be taken back. */
export function tellDone(text: string, operation: Operation | null | undefined): void {
  if (operation) offerUndo(text, () => asked(perform([operation])));
  else announce(text);
}

export function offerUndo(text: string, undo: () => Promise<unknown>): void {
  announce(`${text} ${t('undoHint')}`);
  become({ text, undo });
}

const listen = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const SECONDS = 10;

export function UndoNotice(): ReactElement {
  const now = useSyncExternalStore(listen, () => done);
  return <div className="undo-place">{now === null ? null : <Offer key={now.text} of={now} />}</div>;
}

function Offer({ of }: { readonly of: Done }): ReactElement {
  const [left, setLeft] = useState(SECONDS);
  const [failed, setFailed] = useState('');
  const paused = useRef(false);
  const busy = useRef(false);
  useEffect(() => setLeft(SECONDS), [of]);
  useEffect(() => {
    const timer = setInterval(() => void (paused.current || busy.current || setLeft((seconds) => seconds - 1)), 1000);
    return () => clearInterval(timer);
  }, [of]);
  useEffect(() => void (left <= 0 && become(null)), [left]);
  const takeBack = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    try {
      await of.undo();
      announce(t('undone'));
      become(null);
    } catch (error) {
      const failure = failureOf(error);
      setFailed('detail' in failure ? failure.detail : failure.kind);
      paused.current = true;
      busy.current = false;
    }
    void cache.invalidateQueries();
  };
  useKeys({ z: () => void takeBack() });
  const pause = (is: boolean) => () => void (paused.current = is);
  return (
    <div className="undo" role="region" aria-label={t('undoPlace')} onMouseEnter={pause(true)} onMouseLeave={pause(false)} onFocus={pause(true)} onBlur={pause(false)}>
      <p>{of.text}{failed === '' ? null : <span role="alert" className="d-failed"> {t('undoFailed', { why: failed })}</span>}</p>
      <button type="button" className="button" onClick={() => void takeBack()}>{t('undo')} <kbd>Z</kbd></button>
      <button type="button" className="button quiet square" aria-label={t('dismiss')} onClick={() => become(null)}>×</button>
      <span className="undo-left" aria-hidden="true">{left}</span>
    </div>
  );
}
