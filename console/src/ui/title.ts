import { useEffect } from 'react';

/** The name of the screen in the browser's own bar. */
export function useTitle(title: string): void {
  useEffect(() => void (document.title = `${title} · Ordo`), [title]);
}
