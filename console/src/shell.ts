// What surrounds every view: the name, the search, whether what is shown is current, and the voice for screen readers.
import { button, h, hidden, on, put, svg } from './dom.ts';
import type { Failure } from './api.ts';
import { glyph } from './glyphs.ts';

export interface Shell {
  readonly root: HTMLElement;
  readonly main: HTMLElement;
  readonly search: HTMLInputElement;
  /** Which view is shown: the link to it says so. */
  here(view: string): void;
  /** Says something to screen readers when they have finished what they read. */
  announce(text: string): void;
  /** The server answered: what is shown is of this moment. */
  current(): void;
  /** There is nothing to show: the page itself says why. */
  failed(failure: Failure): void;
  /** The server did not answer: what is shown is of an earlier moment. */
  stale(failure: Failure, retry: () => void): void;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** Three places, one of them chosen, and the way to it. */
function emblem(): SVGSVGElement {
  return svg('svg', { viewBox: '0 0 24 24', width: 22, height: 22, class: 'emblem', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: 'M5 18.5 12 7.5M12 7.5 19 13', class: 'way' }), svg('circle', { cx: 5, cy: 18.5, r: 2.2, class: 'place' }),
    svg('circle', { cx: 19, cy: 13, r: 2.2, class: 'place' }), svg('circle', { cx: 12, cy: 7, r: 4, class: 'chosen' }));
}

/** Somebody who types on is not interrupted by what came before. */
const TYPING_MS = 200;

export interface Finding {
  /** What is in the field while somebody types. */
  typed(text: string): void;
  /** Enter. */
  submitted(text: string): void;
  /** From the field into what was found. */
  down(): void;
}

export function createShell(finding: Finding, help: () => void): Shell {
  const { search, form } = searchField(finding);
  const light = h('span', { class: 'light' });
  const pulse = h('p', { class: 'pulse', title: 'When the server last answered' }, light, h('span', { class: 'pulse-text' }, 'Connecting'));
  const banner = h('div', { class: 'banner', role: 'status', hidden: true });
  const voice = h('div', { class: 'visually-hidden', 'aria-live': 'polite', 'aria-atomic': 'true' });
  const main = h('main', { id: 'main', tabindex: '-1' });
  const mailbox = h('a', { href: '/mailbox', class: 'place' }, 'Mailbox');
  const root = h('div', { class: 'app' },
    h('a', { href: '#main', class: 'skip' }, 'Skip to the content'),
    h('header', { class: 'top' },
      h('a', { href: '/orders', class: 'brand' }, emblem(), h('span', {}, 'Ordo')), mailbox, form, pulse,
      button('?', help, { class: 'button quiet square', 'aria-label': 'Keys and help', title: 'Keys (?)' })),
    banner, main, voice);
  const here = (view: string): void => {
    if (view === 'mailbox' || view === 'mail') mailbox.setAttribute('aria-current', 'page');
    else mailbox.removeAttribute('aria-current');
  };
  return { root, main, search, here, ...status(pulse, banner), announce: speaker(voice) };
}

function searchField({ typed, submitted, down }: Finding): { search: HTMLInputElement; form: HTMLFormElement } {
  const search = h('input', {
    type: 'search', id: 'search', name: 'q', placeholder: 'Search orders: number, SKU, tracking, …', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search', maxlength: 200,
  });
  let typing: ReturnType<typeof setTimeout> | undefined;
  on(search, 'input', (event) => {
    clearTimeout(typing);
    // A word that is still being composed is not what somebody looks for.
    if (!(event instanceof InputEvent && event.isComposing)) typing = setTimeout(() => typed(search.value.trim()), TYPING_MS);
  });
  on(search, 'compositionend', () => {
    clearTimeout(typing);
    typing = setTimeout(() => typed(search.value.trim()), TYPING_MS);
  });
  on(search, 'keydown', (event) => {
    if (event.key !== 'ArrowDown' || event.isComposing) return;
    event.preventDefault();
    down();
  });
  const label = h('label', { for: 'search' }, hidden('Search orders by number, external id, SKU, item, tracking number or customer'));
  const form = on(h('form', { class: 'search', role: 'search' }, label, search, h('kbd', { 'aria-hidden': 'true' }, '/')), 'submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    submitted(search.value.trim());
  });
  return { search, form };
}

const STATES: Readonly<Record<Failure['kind'], string>> = { signed_out: 'Signed out', forbidden: 'No access', missing: 'Connected', away: 'Not connected', failed: 'Not connected' };

function status(pulse: HTMLElement, banner: HTMLElement): Pick<Shell, 'current' | 'failed' | 'stale'> {
  const text = pulse.querySelector('.pulse-text');
  let answeredAt = Date.now();
  return {
    current() {
      answeredAt = Date.now();
      pulse.dataset['state'] = 'live';
      if (text) text.textContent = `Live · ${clock.format(answeredAt)}`;
      banner.hidden = true;
    },
    failed(failure) {
      pulse.dataset['state'] = failure.kind === 'missing' ? 'live' : 'stale';
      if (text) text.textContent = STATES[failure.kind];
      banner.hidden = true;
    },
    stale(failure, retry) {
      pulse.dataset['state'] = 'stale';
      if (text) text.textContent = STATES[failure.kind];
      // Only a change is written, so that the banner is read out once.
      if (!banner.hidden) return;
      const why = failure.kind === 'away' || failure.kind === 'failed' ? failure.detail : 'Ordo does not answer.';
      put(banner, glyph('alert'), h('span', {}, `${why} What you see is from ${clock.format(answeredAt)}; it is tried again by itself.`), button('Try now', retry));
      banner.hidden = false;
    },
  };
}

/** The same text twice is read out twice only when the element changes in between. */
function speaker(voice: HTMLElement): (text: string) => void {
  return (text) => {
    voice.textContent = '';
    setTimeout(() => void (voice.textContent = text), 50);
  };
}
