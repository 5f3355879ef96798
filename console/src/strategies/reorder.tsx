// Another place for a part of a list: by dragging its handle, or by two buttons that say what they do.
import { type DragEvent, type HTMLAttributes, type ReactElement, useRef, useState } from 'react';
import { announce } from '../app/voice.ts';
import { t } from './words.ts';

export interface Reorder {
  readonly handle: (at: number) => HTMLAttributes<HTMLElement> & { readonly draggable: boolean };
  /** For the element that something may be dropped on. */
  readonly place: (at: number) => HTMLAttributes<HTMLElement>;
  readonly buttons: (at: number, what: string) => ReactElement;
}

export function useReorder(count: number, move: (from: number, to: number) => void): Reorder {
  const dragged = useRef<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const end = (): void => {
    dragged.current = null;
    setOver(null);
  };
  const step = (at: number, by: 1 | -1, what: string) => (): void => {
    if (at + by < 0 || at + by >= count) return announce(t(by < 0 ? 'isFirst' : 'isLast', { what }));
    move(at, at + by);
    announce(t('movedTo', { what, place: at + by + 1, of: count }));
  };
  return {
    handle: (at) => ({
      draggable: true, onDragEnd: end,
      onDragStart: (event: DragEvent<HTMLElement>) => {
        event.stopPropagation();
        dragged.current = at;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', String(at));
      },
    }),
    place: (at) => ({
      className: over === at ? 'drop-here' : undefined,
      onDragOver: (event: DragEvent<HTMLElement>) => {
        if (dragged.current === null) return;
        event.preventDefault();
        event.stopPropagation();
        if (over !== at) setOver(at);
      },
      onDrop: (event: DragEvent<HTMLElement>) => {
        if (dragged.current === null) return;
        event.preventDefault();
        event.stopPropagation();
        if (dragged.current !== at) move(dragged.current, at);
        end();
      },
    }),
    buttons: (at, what) => (
      <span className="moves">
        {at === 0 ? null : <button type="button" className="button quiet" aria-label={t('up', { what })} title={t('up', { what })} onClick={step(at, -1, what)}>↑</button>}
        {at === count - 1 ? null : <button type="button" className="button quiet" aria-label={t('down', { what })} title={t('down', { what })} onClick={step(at, 1, what)}>↓</button>}
      </span>
    ),
  };
}
