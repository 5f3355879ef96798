// How somebody likes the page: kept in this browser, and put on the page before it is drawn.
import { useSyncExternalStore } from 'react';
import { isLanguage, type Language, LANGUAGES, speak } from '../i18n/words.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export const CONTRASTS = ['system', 'more'] as const;
export const DENSITIES = ['compact', 'cosy', 'touch'] as const;

export interface Preferences {
  readonly theme: (typeof THEMES)[number];
  readonly contrast: (typeof CONTRASTS)[number];
  readonly density: (typeof DENSITIES)[number];
  readonly language: Language;
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  readonly keys: boolean;
}

const NAME = 'ordo.preferences';

const one = <T extends string>(of: readonly T[], value: unknown, otherwise: T): T => of.find((known) => known === value) ?? otherwise;

function read(): Preferences {
  const kept = stored();
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
  return {
    theme: one(THEMES, kept['theme'], 'system'), contrast: one(CONTRASTS, kept['contrast'], 'system'), density: one(DENSITIES, kept['density'], 'compact'),
    language: one(LANGUAGES, kept['language'], spoken), keys: kept['keys'] !== false,
  };
}

/** Storage may be forbidden, or hold what another version wrote. */
function stored(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}');
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    return {};
  }
}

let current: Preferences | null = null;
const listeners = new Set<() => void>();

/** Sizes of rows in pixels: tables of many rows count with them. */
export const ROW_PX: Readonly<Record<Preferences['density'], number>> = { compact: 32, cosy: 40, touch: 56 };

function put({ theme, contrast, density, language }: Preferences): void {
  Object.assign(document.documentElement.dataset, { theme, contrast, density });
  speak(language);
}

export function preferences(): Preferences {
  if (current === null) {
    current = read();
    put(current);
  }
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...preferences(), ...change };
  put(current);
  try {
    localStorage.setItem(NAME, JSON.stringify(current));
  } catch {
    // It holds for as long as the page does.
  }
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = (): Preferences => useSyncExternalStore(listen, preferences);
