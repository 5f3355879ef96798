// The pages that stand where data would: nothing yet, no match, not allowed, signed out, broken.
import type { Failure } from './api.ts';
import { button, type Child, h, put } from './dom.ts';
import { glyph, type Glyph } from './glyphs.ts';

/** A quiet panel: a shape, a sentence, what to do. */
export function notice(shape: Glyph, title: string, ...rest: readonly Child[]): HTMLElement {
  return h('section', { class: 'notice' }, glyph(shape), h('h2', {}, title), ...rest);
}

export function copyable(text: string, label = 'Copy'): HTMLElement {
  const act: HTMLButtonElement = button(label, () => void copy(text).then((done) => {
    act.textContent = done ? 'Copied' : 'Select and copy it';
    setTimeout(() => void (act.textContent = label), 2000);
  }), { class: 'button quiet' });
  return h('span', { class: 'copyable' }, h('code', {}, text), act);
}

/** The clipboard exists on secure pages only; elsewhere an invisible field does it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h('textarea', { class: 'visually-hidden', readonly: true, 'aria-hidden': 'true' });
    field.value = text;
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}

const signedOut = (): HTMLElement => notice('empty', 'You are signed out',
  h('p', {}, 'There is no password. Ordo prints a sign-in link when it starts; the link works once, and signs this browser in for twelve hours.'), ...anotherLink());

const anotherLink = (): Child[] => [
  h('p', {}, 'For a new one, run this where Ordo runs:'), copyable('npx ordo sign-in'),
  h('p', { class: 'muted' }, 'This page only reads. Programs use an API key instead.'),
];

/** Where a link leads that signs nobody in; whoever is signed in already goes on from here. */
export const deadLink = (): HTMLElement => notice('cross', 'This sign-in link no longer works',
  h('p', {}, 'A link works once, within a quarter of an hour.'), ...anotherLink(), h('a', { class: 'button', href: '/orders' }, 'I am signed in already'));

const forbidden = (detail: string): HTMLElement => notice('stop', 'You may not see this', h('p', {}, detail),
  h('p', { class: 'muted' }, 'Whoever runs this Ordo can give you a sign-in link or a key with the scope orders:read.'));

function broken(title: string, detail: string, requestId: string | null, retry: () => void): HTMLElement {
  return notice('alert', title, h('p', {}, detail), button('Try again', retry),
    requestId === null ? null : h('p', { class: 'muted' }, 'If you report this, name the request: ', copyable(requestId)));
}

/** The page for a failure; where there is more to say about what is missing, `missing` says it. */
export function failurePage(failure: Failure, retry: () => void, missing?: () => HTMLElement): HTMLElement {
  switch (failure.kind) {
    case 'signed_out': return signedOut();
    case 'forbidden': return forbidden(failure.detail);
    case 'missing': return missing?.() ?? notice('cross', 'There is nothing here', h('p', {}, failure.detail));
    case 'away': return broken('Ordo does not answer', failure.requestId === null ? 'Is it running, and is this computer connected to it?' : failure.detail, failure.requestId, retry);
    case 'failed': return broken(failure.title, failure.detail, failure.requestId, retry);
  }
}

/** A panel that could not be loaded, beside others that could. It never shows a zero instead. */
export function failurePanel(failure: Failure, what: string, retry: () => void): HTMLElement {
  const id = 'requestId' in failure ? failure.requestId : null;
  const panel = h('div', { class: 'panel-failed' });
  const detail = 'detail' in failure ? failure.detail : 'You are signed out.';
  put(panel, glyph('alert'), h('p', {}, `${what} could not be loaded. ${detail}`), button('Try again', retry), id === null ? null : copyable(id));
  return panel;
}
