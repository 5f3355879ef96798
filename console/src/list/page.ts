// The order list: one instance for the life of the page, so that coming back to it finds it as it was left.
import type { Failure, OrderPage } from '../api.ts';
import { button, h, put } from '../dom.ts';
import { type Facts, NO_FACTS } from '../facts.ts';
import type { Actions } from '../keys.ts';
import { poll, type Poll } from '../live.ts';
import { count, plural } from '../numbers.ts';
import { navigate, pass, place, type Place } from '../router.ts';
import type { Shell } from '../shell.ts';
import { failurePage } from '../states.ts';
import { noMatch, nothingYet } from './empty.ts';
import { createFilters, createTabs } from './filters.ts';
import { loadCounts, loadPage } from './load.ts';
import { createPager } from './pager.ts';
import { activeFilters, EVERYTHING, type ListQuery, listUrl, PAGE_ROWS, parseQuery } from './query.ts';
import { OrderTable } from './table.ts';

const REFRESH_MS = 4_000;
const COUNT_MS = 45_000;
/** Nothing that takes less than this shows that it takes time. */
const PATIENCE_MS = 150;
const ANNOUNCE_MS = 20_000;
/** Events that a search may be behind without a word: they pass within a second or two. */
const BEHIND = 2_000;
/** One answer holds fewer rows than could have come in a day, so the pill stops counting here. */
const MANY = 200;

export class ListPage {
  readonly element: HTMLElement;
  readonly keys: Actions;
  private readonly shell: Shell;
  private readonly tabs = createTabs();
  private readonly filters = createFilters();
  private readonly pager = createPager();
  private readonly table = new OrderTable(NO_FACTS);
  private readonly state = h('div', { class: 'list-state' });
  private readonly heading = h('h1', { tabindex: '-1' }, 'Orders');
  private readonly order = h('p', { class: 'muted' }, 'Newest first');
  private readonly pill = button('', () => this.showNewest(), { class: 'button pill', hidden: true });
  private facts = NO_FACTS;
  private query: ListQuery = EVERYTHING;
  private address: string | null = null;
  /** Counts loads, so that an answer that was overtaken is dropped. */
  private load = 0;
  /** Ends what was overtaken, so that the server need not answer it. */
  private loading: AbortController | null = null;
  /** The last search left out what is personal, because whoever is signed in may not see it. */
  private impersonal = false;
  /** Somebody pressed Enter and waits for the first row. */
  private goingOn = false;
  private waiting = 0;
  private announcedAt = 0;
  private countedAt = 0;
  private opened: string | null = null;
  private scroll = 0;
  private polling: Poll | null = null;
  /** What stands where the rows would, in short. */
  private failure: string | null = null;

  constructor(shell: Shell) {
    this.shell = shell;
    this.keys = { j: () => this.table.step(1), k: () => this.table.step(-1), n: () => void (this.pill.hidden || this.showNewest()) };
    this.element = h('div', { class: 'list' },
      h('div', { class: 'list-head' }, this.heading, this.order),
      this.tabs.element, this.filters.element, h('div', { class: 'pill-place' }, this.pill), this.state, this.table.element, this.pager.element);
  }

  get ids(): readonly string[] {
    return this.table.ids;
  }

  get currentAddress(): string {
    return this.address ?? '/orders';
  }

  setFacts(facts: Facts): void {
    this.facts = facts;
    this.filters.setFacts(facts);
    this.table.setFacts(facts);
    if (this.table.element.hidden && this.failure === null) this.showEmpty();
  }

  /** Shows an address: as it was left when it is the one that was left, from the server otherwise. */
  enter(search: string, returning: boolean): void {
    const query = parseQuery(search);
    const here = place();
    const address = listUrl(query);
    document.title = 'Orders · Ordo';
    // Whoever types keeps what they typed, to the last space.
    if (this.shell.search.value.trim() !== query.search) this.shell.search.value = query.search;
    const kept = returning && this.address === address && this.failure === null;
    const sameFacets = facetsOf(this.query) === facetsOf(query);
    if (!sameFacets) this.tabs.forgetCounts();
    this.query = query;
    this.address = address;
    this.tabs.show(query);
    this.filters.show(query);
    if (kept) {
      scrollTo(0, this.scroll);
      if (this.opened !== null) this.table.focus(this.opened);
      this.goOn();
    } else void this.reload(here);
    this.startPolling();
    if (kept) this.polling?.now();
  }

  /** Among all orders. What is typed takes the place of what was typed before; Enter goes on to the first that is found. */
  search(text: string, goOn = false): void {
    this.goingOn = goOn;
    const shown = this.element.isConnected && this.query.search === text;
    if (!goOn && (shown || (text === '' && !this.element.isConnected))) return;
    if (shown && this.element.getAttribute('aria-busy') === null) return this.goOn();
    const url = listUrl({ ...EVERYTHING, search: text });
    if (this.element.isConnected && this.query.search !== '' && !shown) pass(url);
    else if (!shown) navigate(url);
  }

  private goOn(): void {
    const [first] = this.table.ids;
    if (this.goingOn && first !== undefined && this.query.search !== '') this.table.focus(first);
    this.goingOn = false;
  }

  leave(): void {
    const row = document.activeElement?.closest('tr');
    this.opened = row?.dataset['id'] ?? null;
    this.scroll = scrollY;
    this.polling?.stop();
    this.polling = null;
    // What is still on its way belongs to a view that is gone.
    this.load += 1;
    this.loading?.abort();
  }

  private startPolling(): void {
    this.polling?.stop();
    this.polling = poll(REFRESH_MS, () => this.refresh());
  }

  private async reload(from: Place): Promise<void> {
    const load = (this.load += 1);
    this.setWaiting(0);
    this.element.setAttribute('aria-busy', 'true');
    const impatient = setTimeout(() => this.showWaiting(), PATIENCE_MS);
    this.loading?.abort();
    this.loading = new AbortController();
    const result = await loadPage(this.query, PAGE_ROWS, this.loading.signal);
    clearTimeout(impatient);
    if (load !== this.load) return;
    this.element.removeAttribute('aria-busy');
    this.element.classList.remove('loading');
    if (!result.ok) return this.fail(result.failure);
    this.shell.current();
    this.showPage(result.value, from);
    scrollTo(0, from.scroll);
    this.table.markGone(new Set());
    void this.recount();
  }

  private showWaiting(): void {
    if (this.table.ids.length > 0 && !this.table.element.hidden) this.element.classList.add('loading');
    else {
      put(this.state);
      this.failure = null;
      this.table.element.hidden = false;
      this.table.skeleton(12);
    }
  }

  private showPage({ rows, next, search }: OrderPage, { trail }: Place): void {
    this.failure = null;
    const searching = this.query.search !== '';
    this.element.classList.toggle('searching', searching);
    this.impersonal = search?.personal === false;
    this.order.textContent = !searching ? 'Newest first'
      : search === null || search.behind < BEHIND ? 'Exact matches first, then the newest' : `Search is ${count(search.behind)} events behind: the latest orders may be missing`;
    this.element.classList.remove('closed');
    this.table.show(rows);
    this.table.element.hidden = rows.length === 0;
    this.showEmpty();
    this.pager.show(this.query, rows.length, next, trail);
    const what = this.query.search === '' ? '' : ' found';
    this.shell.announce(rows.length === 0 ? 'No orders' : `${plural(rows.length, 'order')}${what}`);
    this.goOn();
  }

  private showEmpty(): void {
    const bare = this.query.cursor === '' && activeFilters(this.query).length === 0;
    put(this.state, this.table.ids.length > 0 ? null : bare ? nothingYet() : noMatch(this.query, this.facts, this.impersonal));
  }

  private fail(failure: Failure): void {
    this.shell.failed(failure);
    // The same failure again leaves the page, and the focus in it, alone.
    const told = JSON.stringify([failure.kind, 'detail' in failure ? failure.detail : '']);
    if (this.failure === told) return;
    this.failure = told;
    this.table.element.hidden = true;
    this.table.show([]);
    this.pager.hide();
    this.setWaiting(0);
    // Filters are of no use to somebody who may not look.
    this.element.classList.toggle('closed', failure.kind === 'signed_out' || failure.kind === 'forbidden');
    put(this.state, failurePage(failure, () => void this.reload(place())));
  }

  /** What everything looks like now: rows change in place, new ones wait behind the pill. */
  private async refresh(): Promise<boolean> {
    const { load } = this;
    const result = await loadPage(this.query, PAGE_ROWS + this.waiting);
    if (load !== this.load) return true;
    if (!result.ok) {
      const ends = result.failure.kind === 'signed_out' || result.failure.kind === 'forbidden';
      if (ends || this.failure !== null) this.fail(result.failure);
      else this.shell.stale(result.failure, () => this.polling?.now());
      return false;
    }
    this.shell.current();
    if (this.failure !== null) this.showPage(result.value, place());
    else this.merge(result.value);
    if (Date.now() - this.countedAt > COUNT_MS) void this.recount();
    return true;
  }

  private merge(page: OrderPage): void {
    if (this.table.ids.length === 0) {
      if (page.rows.length > 0) this.showPage(page, place());
      return;
    }
    this.table.patch(page.rows);
    this.table.markGone(this.goneFrom(page));
    const first = this.query.cursor === '' && this.query.search === '';
    if (first) this.setWaiting(page.rows.filter((row) => !this.table.has(row.id)).length);
  }

  /** Shown orders that lie within the answer's span and are not in it any more. */
  private goneFrom({ rows, next }: OrderPage): Set<string> {
    const present = new Set(rows.map((row) => row.id));
    const last = rows.at(-1);
    // Ids are sorted by capture, so they say nothing about the span of a list that is sorted by the day of placing.
    if (next !== null && (this.query.from !== '' || this.query.to !== '')) return new Set();
    const end = next === null || !last ? '' : last.id;
    return new Set(this.table.ids.filter((id) => !present.has(id) && id > end));
  }

  private setWaiting(orders: number): void {
    const more = orders > this.waiting;
    this.waiting = orders;
    this.pill.hidden = orders === 0;
    if (orders === 0) return;
    this.pill.textContent = `${orders >= MANY ? `${MANY}+` : orders} new`;
    this.pill.title = 'Show them (N)';
    if (!more || Date.now() - this.announcedAt < ANNOUNCE_MS) return;
    this.announcedAt = Date.now();
    this.shell.announce(`${plural(orders, 'new order')} above`);
  }

  private showNewest(): void {
    // The pill goes away under the finger; the focus stays in the list.
    this.heading.focus({ preventScroll: true });
    void this.reload({ scroll: 0, trail: [] });
  }

  private async recount(): Promise<void> {
    const { load, query } = this;
    this.countedAt = Date.now();
    if (query.search !== '') return this.tabs.forgetCounts();
    await loadCounts(query, (one) => this.tabs.count(one), () => load === this.load && !document.hidden);
  }
}

/** What the counts of the tabs depend on. */
const facetsOf = (query: ListQuery): string => listUrl({ ...query, statuses: [], cursor: '' });
