// Keys, and the sheet that explains them, from one table. Single letters can be switched off (WCAG 2.1.4).
import { button, h, on, put } from './dom.ts';

export interface Binding {
  readonly key: string;
  readonly does: string;
  readonly where: 'Everywhere' | 'In the list' | 'On an order';
  readonly run: () => void;
}

/** Every binding there is, with what it does; a view gives the ones that work in it their action. */
export const KEYS = {
  '/': ['Everywhere', 'Search'],
  '?': ['Everywhere', 'Show or hide this sheet'],
  j: ['In the list', 'Next order'],
  k: ['In the list', 'Previous order'],
  n: ['In the list', 'Show the orders that came meanwhile'],
  '[': ['On an order', 'Previous order of the list'],
  ']': ['On an order', 'Next order of the list'],
  u: ['On an order', 'Back to the list'],
  c: ['On an order', 'Copy the reason'],
} as const satisfies Readonly<Record<string, readonly [Binding['where'], string]>>;
export type Key = keyof typeof KEYS;
export type Actions = Readonly<Partial<Record<Key, () => void>>>;

const isKey = (text: string): text is Key => Object.hasOwn(KEYS, text);
const OFF = 'ordo.keys.off';

/** Storage may be forbidden; then the choice lasts as long as the page. */
let off = stored();
function stored(): boolean {
  try {
    return localStorage.getItem(OFF) === '1';
  } catch {
    return false;
  }
}

function switchKeys(to: boolean): void {
  off = to;
  try {
    localStorage.setItem(OFF, to ? '1' : '0');
  } catch {
    // Nothing to do: it holds for this page.
  }
}

export function listenToKeys(actions: () => Actions): void {
  document.addEventListener('keydown', (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : '';
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !isKey(key)) return;
    if (isTyping(event.target) || (off && key !== '?')) return;
    const act = actions()[key];
    if (!act || (document.querySelector('dialog[open]') !== null && key !== '?')) return;
    event.preventDefault();
    act();
  });
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'));

const SHOWN: Readonly<Partial<Record<Key, string>>> = { j: 'J', k: 'K', n: 'N', u: 'U', c: 'C' };

export interface HelpSheet {
  readonly dialog: HTMLDialogElement;
  toggle(): void;
}

export function helpSheet(): HelpSheet {
  const dialog = h('dialog', { class: 'sheet', 'aria-labelledby': 'help-title' });
  const box = on(h('input', { type: 'checkbox', id: 'keys-off' }), 'change', () => switchKeys(!box.checked));
  put(
    dialog,
    h('div', { class: 'sheet-head' }, h('h2', { id: 'help-title' }, 'Keys'), button('Close', () => dialog.close(), { class: 'button quiet' })),
    ...(['Everywhere', 'In the list', 'On an order'] as const).map(group),
    h('label', { class: 'switch', for: 'keys-off' }, box, 'Single-key shortcuts are on'),
  );
  // A click on the dialog itself is one on what lies around the sheet.
  on(dialog, 'click', (event) => void (event.target === dialog && dialog.close()));
  return {
    dialog,
    toggle() {
      if (dialog.open) dialog.close();
      else {
        box.checked = !off;
        dialog.showModal();
      }
    },
  };
}

function group(where: Binding['where']): HTMLElement {
  const rows = Object.keys(KEYS).filter(isKey).filter((key) => KEYS[key][0] === where)
    .map((key) => h('div', { class: 'key-row' }, h('dt', {}, h('kbd', {}, SHOWN[key] ?? key)), h('dd', {}, KEYS[key][1])));
  if (where === 'In the list') rows.push(h('div', { class: 'key-row' }, h('dt', {}, h('kbd', {}, 'Enter')), h('dd', {}, 'Open the order')));
  return h('section', {}, h('h3', {}, where), h('dl', {}, ...rows));
}
