// What screen readers hear when they have finished what they read. The same text twice is read twice, and of two that come at once none is lost.
let voice: HTMLElement | null = null;

export const speaker = (element: HTMLElement | null): void => void (voice = element);

/** Long enough for a reader to have noticed; what was read is not left behind for whoever walks through the page. */
const KEPT_MS = 5_000;

export function announce(text: string): void {
  const line = document.createElement('p');
  voice?.append(line);
  setTimeout(() => void (line.textContent = text), 50);
  setTimeout(() => line.remove(), KEPT_MS);
}
