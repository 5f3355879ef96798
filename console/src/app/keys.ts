// Keys, from one table: what they do, where, and who does it while its screen is there. The help sheet is made of it too.
import { useEffect, useRef } from 'react';
import { words } from '../i18n/words.ts';
import { preferences } from './preferences.ts';

export const WHERE = ['everywhere', 'list', 'order'] as const;
export type Where = (typeof WHERE)[number];

/** Every binding there is. Two keys after one another are written with a blank between them. */
export const KEYS = {
  '/': 'everywhere', '?': 'everywhere', 'mod+k': 'everywhere', 'g o': 'everywhere', 'g e': 'everywhere', 'g h': 'everywhere', 'g d': 'everywhere', 'g b': 'everywhere', 'g i': 'everywhere', 'g n': 'everywhere', 'g s': 'everywhere', 'g r': 'everywhere', 'g c': 'everywhere', 'g m': 'everywhere', 'g a': 'everywhere', 'g u': 'everywhere', z: 'everywhere', 'g k': 'everywhere', 'g p': 'everywhere', 'g l': 'everywhere', 'g t': 'everywhere',
  j: 'list', k: 'list', enter: 'list', x: 'list', 'shift+x': 'list', a: 'list', n: 'list', f: 'list', ' ': 'list', escape: 'list',
  '[': 'order', ']': 'order', u: 'order', c: 'order', w: 'order', t: 'order',
} as const satisfies Readonly<Record<string, Where>>;
export type Key = keyof typeof KEYS;
export type Actions = Readonly<Partial<Record<Key, () => void>>>;

export const keyWords = words(
  {
    everywhere: 'Everywhere', list: 'In a list', order: 'On an order',
    '/': 'Search', '?': 'Show or hide this sheet', 'mod+k': 'Go anywhere, do anything', 'g o': 'To the orders', 'g e': 'To the exceptions', 'g h': 'To what mentions you', 'g d': 'To the morning list', 'g b': 'To the bad-day desk', 'g i': 'To the stock', 'g n': 'To the nodes', 'g s': 'To the strategies', 'g r': 'To the reports', 'g c': 'To the connections', 'g m': 'To the mailbox', 'g a': 'To the audit log', 'g u': 'To the people', z: 'Take back what was just done', 'g k': 'To the customers', 'g p': 'Take down an order', 'g l': 'To the bulk actions', 'g t': 'To the settings',
    j: 'Next row', k: 'Previous row', enter: 'Open the row', x: 'Select the row', 'shift+x': 'Select up to the row', a: 'Take the row: it is yours', n: 'Show what came meanwhile', f: 'To the filters', ' ': 'Look into the row without leaving', escape: 'Close, or select nothing',
    '[': 'Previous order of the list', ']': 'Next order of the list', u: 'Back to the list', c: 'Copy the reason', w: 'Why here, on a page of its own', t: 'Take it',
  },
  {
    everywhere: 'Überall', list: 'In einer Liste', order: 'In einem Auftrag',
    '/': 'Suchen', '?': 'Diese Übersicht zeigen oder schließen', 'mod+k': 'Überallhin gehen, alles tun', 'g o': 'Zu den Aufträgen', 'g e': 'Zu den Ausnahmen', 'g h': 'Zu den Erwähnungen', 'g d': 'Zur Morgenliste', 'g b': 'Zum Störfall', 'g i': 'Zum Bestand', 'g n': 'Zu den Standorten', 'g s': 'Zu den Strategien', 'g r': 'Zu den Berichten', 'g c': 'Zu den Verbindungen', 'g m': 'Zum Postausgang', 'g a': 'Zum Protokoll', 'g u': 'Zu den Personen', z: 'Zurücknehmen, was gerade getan wurde', 'g k': 'Zu den Kunden', 'g p': 'Auftrag aufnehmen', 'g l': 'Zu den Sammelaktionen', 'g t': 'Zu den Einstellungen',
    j: 'Nächste Zeile', k: 'Vorige Zeile', enter: 'Zeile öffnen', x: 'Zeile auswählen', 'shift+x': 'Bis zur Zeile auswählen', a: 'Zeile übernehmen: sie gehört Ihnen', n: 'Zeigen, was inzwischen kam', f: 'Zu den Filtern', ' ': 'In die Zeile sehen, ohne zu gehen', escape: 'Schließen, oder nichts auswählen',
    '[': 'Voriger Auftrag der Liste', ']': 'Nächster Auftrag der Liste', u: 'Zurück zur Liste', c: 'Begründung kopieren', w: 'Warum hier, auf eigener Seite', t: 'Übernehmen',
  },
);

const isKey = (text: string): text is Key => Object.hasOwn(KEYS, text);
const FIRST_KEYS: ReadonlySet<string> = new Set(Object.keys(KEYS).flatMap((key) => (key.includes(' ') && key !== ' ' ? [key.slice(0, 1)] : [])));
const PATIENCE_MS = 1_200;

/** The screens that listen, the last one first. */
const listening: { readonly current: Actions }[] = [];

/** While the component is there, its actions answer to their keys; what it leaves out, screens around it may take. */
export function useKeys(actions: Actions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    listening.unshift(latest);
    return () => void listening.splice(listening.indexOf(latest), 1);
  }, []);
}

/** What would answer to a key now; undefined where nothing does. */
const answerTo = (key: Key): (() => void) | undefined => listening.find(({ current }) => current[key] !== undefined)?.current[key];

/** The keys of a kind of screen that one answers to now, each with what it does. */
export const answering = (where: Where): { key: Key; run: () => void }[] =>
  Object.entries(KEYS).flatMap(([key, of]) => {
    const run = of === where && isKey(key) ? answerTo(key) : undefined;
    return run !== undefined && isKey(key) ? [{ key, run }] : [];
  });

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'));
/** Enter and the space bar already mean something on what they are pressed on. */
const hasMeaning = (key: string, target: EventTarget | null): boolean => (key === ' ' || key === 'enter') && target instanceof HTMLElement && target.matches('button, summary, input, a:not(.number), [role=button], [role=menuitem], [role=option]');

function nameOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return `mod+${key}`;
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

let first: { readonly key: string; readonly at: number } | null = null;

export function listenToKeys(): () => void {
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const pressed = nameOf(event);
    const begun = first !== null && event.timeStamp - first.at < PATIENCE_MS ? `${first.key} ${pressed}` : '';
    first = null;
    const key = isKey(begun) ? begun : pressed;
    const quiet = key.startsWith('mod+') || key === 'escape';
    if ((!quiet && isTyping(event.target)) || (!preferences().keys && !quiet && key !== '?' && key !== 'enter') || hasMeaning(key, event.target)) return;
    if (document.querySelector('dialog[open], [role=dialog], [role=menu]') !== null && key !== '?') return;
    if (FIRST_KEYS.has(pressed) && !isKey(begun)) first = { key: pressed, at: event.timeStamp };
    if (!isKey(key)) return;
    const act = answerTo(key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}

const SHOWN: Readonly<Record<string, string>> = { enter: 'Enter', ' ': 'Space', escape: 'Esc' };

/** A key as it is printed on a keyboard, its parts apart. */
export const printed = (key: Key): string[] => (key === ' ' ? ['Space'] : key.split(' ').map((part) => SHOWN[part] ?? part.replace('mod+', isMac() ? '⌘ ' : 'Ctrl ').replace('shift+', '⇧ ').toUpperCase().replace('CTRL', 'Ctrl')));
const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);
