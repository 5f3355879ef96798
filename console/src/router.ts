// Addresses and what they show. Every view has an address of its own, and going back finds it where it was left.

export type Route =
  | { readonly view: 'list'; readonly search: string }
  | { readonly view: 'order'; readonly id: string }
  | { readonly view: 'mailbox'; readonly search: string }
  | { readonly view: 'mail'; readonly id: string }
  | { readonly view: 'signed_out' }
  | { readonly view: 'nowhere'; readonly path: string };

/** What a place in the history remembers beside its address. */
export interface Place {
  readonly scroll: number;
  /** Cursors of the pages before this one, the first page being ''. */
  readonly trail: readonly string[];
}

export function routeOf({ pathname, search }: { readonly pathname: string; readonly search: string }): Route {
  if (pathname === '/' || pathname === '/orders') return { view: 'list', search };
  if (pathname === '/mailbox') return { view: 'mailbox', search };
  const mail = /^\/mailbox\/([^/]+)$/.exec(pathname)?.[1];
  if (mail !== undefined) return { view: 'mail', id: decoded(mail) };
  if (pathname === '/signed-out') return { view: 'signed_out' };
  const id = /^\/orders\/([^/]+)$/.exec(pathname)?.[1];
  return id === undefined ? { view: 'nowhere', path: pathname } : { view: 'order', id: decoded(id) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const orderUrl = (id: string): string => `/orders/${encodeURIComponent(id)}`;

export function place(): Place {
  const state: unknown = history.state;
  const read = (key: string): unknown => (typeof state === 'object' && state !== null ? Object.entries(state).find(([name]) => name === key)?.[1] : undefined);
  const scroll = read('scroll');
  const trail = read('trail');
  return {
    scroll: typeof scroll === 'number' ? scroll : 0,
    trail: Array.isArray(trail) ? trail.filter((one): one is string => typeof one === 'string') : [],
  };
}

let changed: (returning: boolean) => void = () => {};
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Starts listening to links and to the history, and shows the present address. */
export function startRouter(show: (route: Route, returning: boolean) => void): void {
  history.scrollRestoration = 'manual';
  changed = (returning) => {
    // What was scrolled a moment ago belongs to another address now.
    clearTimeout(waiting);
    show(routeOf(location), returning);
  };
  addEventListener('popstate', () => changed(true));
  addEventListener('pagehide', rememberScroll);
  // Going back changes the address before anybody is asked, so the scroll position is written down while it changes.
  addEventListener('scroll', () => {
    clearTimeout(waiting);
    waiting = setTimeout(rememberScroll, 120);
  }, { passive: true });
  document.addEventListener('click', followLink);
  changed(true);
}

function rememberScroll(): void {
  history.replaceState({ ...place(), scroll: Math.round(scrollY) }, '');
}

export function navigate(url: string, trail: readonly string[] = []): void {
  rememberScroll();
  history.pushState({ scroll: 0, trail }, '', url);
  changed(false);
}

/** Shows another address in the place of this one: going back skips what was only passed through. */
export function pass(url: string): void {
  history.replaceState({ scroll: 0, trail: [] }, '', url);
  changed(false);
}

/** Links are ordinary links: only a plain click on one of ours is taken here, so new tabs, copying and middle clicks work. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.origin !== location.origin || link.target !== '' || routeOf(link).view === 'nowhere') return;
  event.preventDefault();
  const trail = link.dataset['trail'];
  navigate(link.pathname + link.search, trail === undefined ? [] : trail.split(' ').map((one) => (one === '-' ? '' : one)));
}
