// What screen readers hear when they have finished what they read. The same text twice is read twice.
let voice: HTMLElement | null = null;

export const speaker = (element: HTMLElement | null): void => void (voice = element);

export function announce(text: string): void {
  const element = voice;
  if (element === null) return;
  element.textContent = '';
  setTimeout(() => void (element.textContent = text), 50);
}
