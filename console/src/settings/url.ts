/** The settings that a text finds, of a channel. */
export function settingsUrl(view: { readonly q?: string; readonly channel?: string } = {}): string {
  const text = new URLSearchParams(Object.entries(view).filter(([, value]) => value !== '')).toString();
  return text === '' ? '/settings' : `/settings?${text}`;
}
