// Where what was just done can be taken back: the notice itself comes with the screens that do something.
import { type ReactElement, useSyncExternalStore } from 'react';

let shown: ReactElement | null = null;
const listeners = new Set<() => void>();

export function showUndo(notice: ReactElement | null): void {
  shown = notice;
  for (const one of listeners) one();
}

const listen = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const UndoPlace = (): ReactElement => <div className="undo-place">{useSyncExternalStore(listen, () => shown)}</div>;
