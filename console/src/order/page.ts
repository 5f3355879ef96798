// One order: what stops it, why it ships from where it ships, what is in it, and everything that happened.
import { type Exception, type Failure, type Invoice, type Order, readDecisions, readExceptions, readInvoices, readOrder, readTimeline, type Result, type RoutingDecision, type Timeline } from '../api.ts';
import { type Child, h, put } from '../dom.ts';
import { type Facts, NO_FACTS } from '../facts.ts';
import type { Actions } from '../keys.ts';
import { poll, type Poll } from '../live.ts';
import { navigate, orderUrl, place } from '../router.ts';
import type { Shell } from '../shell.ts';
import { failurePage, failurePanel, notice } from '../states.ts';
import { orderLook } from '../words.ts';
import { blockersStrip } from './blockers.ts';
import { moneyPanel, orderHeader } from './header.ts';
import { invoicesPanel } from './invoices.ts';
import { linesPanel } from './lines.ts';
import { riskPanel } from './risk.ts';
import { shipmentsPanel } from './shipments.ts';
import { lastEvent, timelinePanel } from './timeline.ts';
import { storyOf } from './story.ts';
import { whyPanel } from './why.ts';

const REFRESH_MS = 4_000;
/** Decisions and events can change while the order does not, so everything is read anew every so many times. */
const WHOLE_EVERY = 8;
const PATIENCE_MS = 150;

/** The list an order was opened from. */
export interface Origin {
  readonly address: string;
  readonly ids: readonly string[];
}

interface Loaded {
  readonly order: Order;
  readonly timeline: Result<Timeline>;
  readonly decisions: Result<readonly RoutingDecision[]>;
  readonly exceptions: Result<readonly Exception[]>;
  readonly invoices: Result<readonly Invoice[]>;
}

export class OrderPage {
  readonly element = h('div', { class: 'order' });
  readonly keys: Actions;
  private readonly shell: Shell;
  private readonly id: string;
  private readonly origin: Origin;
  private readonly content = h('div', { class: 'order-content' });
  private facts: Facts = NO_FACTS;
  private loaded: Loaded | null = null;
  private polling: Poll | null = null;
  private rounds = 0;
  /** What stands where the order would, in short. */
  private failure: string | null = null;
  private gone = false;

  constructor(shell: Shell, id: string, origin: Origin, facts: Facts) {
    this.shell = shell;
    this.id = id;
    this.origin = origin;
    this.facts = facts;
    this.keys = {
      u: () => this.back(), '[': () => this.step(-1), ']': () => this.step(1),
      c: () => document.querySelector<HTMLButtonElement>('#copy-reason')?.click(),
    };
    put(this.element, this.crumbs(), this.content);
  }

  async enter(): Promise<void> {
    document.title = 'Order · Ordo';
    const { scroll } = place();
    const impatient = setTimeout(() => put(this.content, skeleton()), PATIENCE_MS);
    const failure = await this.load();
    clearTimeout(impatient);
    if (this.gone) return;
    if (failure) this.fail(failure);
    else {
      this.render();
      scrollTo(0, scroll);
      this.element.querySelector('h1')?.focus({ preventScroll: true });
    }
    this.polling = poll(REFRESH_MS, () => this.refresh());
  }

  leave(): void {
    this.gone = true;
    this.polling?.stop();
  }

  setFacts(facts: Facts): void {
    this.facts = facts;
    if (this.loaded) this.render();
  }

  private async load(): Promise<Failure | null> {
    const order = readOrder(this.id);
    const [timeline, decisions, exceptions, invoices] = await Promise.all([readTimeline(this.id), readDecisions(this.id), readExceptions(this.id), readInvoices(this.id)]);
    const result = await order;
    if (!result.ok) return result.failure;
    this.loaded = { order: result.value, timeline, decisions, exceptions, invoices };
    this.shell.current();
    return null;
  }

  private async refresh(): Promise<boolean> {
    const before = this.loaded;
    this.rounds += 1;
    const order = await readOrder(this.id);
    if (this.gone) return true;
    if (!order.ok) return this.trouble(order.failure);
    this.shell.current();
    const same = before !== null && JSON.stringify(before.order) === JSON.stringify(order.value);
    if (same && this.rounds % WHOLE_EVERY !== 0) return true;
    const failure = await this.load();
    if (this.gone) return true;
    if (failure) return this.trouble(failure);
    if (JSON.stringify(before) !== JSON.stringify(this.loaded)) {
      this.render();
      this.tellChange(before);
    }
    return true;
  }

  private trouble(failure: Failure): boolean {
    if (this.loaded === null || failure.kind === 'signed_out' || failure.kind === 'forbidden' || failure.kind === 'missing') this.fail(failure);
    else this.shell.stale(failure, () => this.polling?.now());
    return false;
  }

  private tellChange(before: Loaded | null): void {
    const events = this.loaded?.timeline.ok ? this.loaded.timeline.value.events : [];
    const last = lastEvent(events);
    const known = before?.timeline.ok ? lastEvent(before.timeline.value.events)?.position : undefined;
    if (last && last.position !== known) this.shell.announce(`Order updated: ${storyOf(last, this.facts).title}`);
  }

  private fail(failure: Failure): void {
    this.loaded = null;
    this.shell.failed(failure);
    // The same failure again leaves the page, and the focus in it, alone.
    const told = JSON.stringify([failure.kind, 'detail' in failure ? failure.detail : '']);
    if (this.failure === told) return;
    this.failure = told;
    put(this.content, h('h1', { class: 'visually-hidden' }, 'Order'), failurePage(failure, () => this.polling?.now(), () => notice('cross', 'There is no such order', h('p', {}, `Nothing has the id ${this.id}.`), h('a', { class: 'button', href: '/orders' }, 'To the orders'))));
  }

  /** Panels are made anew; what was unfolded and what had the focus is found again by its key. */
  private render(): void {
    if (!this.loaded) return;
    this.failure = null;
    const { order, timeline, decisions, exceptions, invoices } = this.loaded;
    const { facts } = this;
    document.title = `#${order.number} · ${orderLook(order.status).word} · Ordo`;
    const open = [...this.content.querySelectorAll<HTMLDetailsElement>('details[open][data-key]')].map((one) => one.dataset['key']);
    const focused = document.activeElement?.closest<HTMLElement>('details[data-key]')?.dataset['key'];
    const events = timeline.ok ? timeline.value.events : [];
    const again = (): void => void this.load().then(() => this.render());
    put(this.content, orderHeader(order, facts),
      exceptions.ok ? blockersStrip(order, exceptions.value, facts) : failurePanel(exceptions.failure, 'Exceptions', again),
      h('div', { class: 'columns' },
        h('div', { class: 'column' },
          decisions.ok ? whyPanel(decisions.value, { order, facts, events, announce: this.shell.announce }) : failurePanel(decisions.failure, 'The routing decisions', again),
          linesPanel(order, facts), shipmentsPanel(order, facts)),
        h('div', { class: 'column side' },
          timeline.ok ? timelinePanel(timeline.value, order, facts) : failurePanel(timeline.failure, 'The timeline', again), riskPanel(order), moneyPanel(order),
          invoices.ok ? invoicesPanel(invoices.value) : failurePanel(invoices.failure, 'The invoices', again))));
    for (const one of this.content.querySelectorAll<HTMLDetailsElement>('details[data-key]')) {
      if (open.includes(one.dataset['key'])) one.open = true;
      if (focused !== undefined && one.dataset['key'] === focused) one.querySelector('summary')?.focus({ preventScroll: true });
    }
  }

  private crumbs(): HTMLElement {
    const { ids } = this.origin;
    const at = ids.indexOf(this.id);
    const to = (index: number, label: string, symbol: string): Child => {
      const id = ids[index];
      return id === undefined ? h('span', { class: 'button quiet square off', 'aria-hidden': 'true' }, symbol)
        : h('a', { class: 'button quiet square', href: orderUrl(id), 'aria-label': label, title: label }, symbol);
    };
    return h('nav', { class: 'crumbs', 'aria-label': 'Place in the list' }, h('a', { class: 'button quiet', href: this.origin.address, id: 'back' }, '← Orders'),
      ...(at < 0 ? [] : [h('span', { class: 'muted' }, `${at + 1} of ${ids.length}`), to(at - 1, 'Previous order ([)', '‹'), to(at + 1, 'Next order (])', '›')]));
  }

  private back(): void {
    document.querySelector<HTMLAnchorElement>('#back')?.click();
  }

  private step(by: 1 | -1): void {
    const id = this.origin.ids[this.origin.ids.indexOf(this.id) + by];
    if (this.origin.ids.includes(this.id) && id !== undefined) navigate(orderUrl(id));
  }
}

const skeleton = (): HTMLElement => h('div', { class: 'order-skeleton', 'aria-hidden': 'true' }, h('span', { class: 'bone tall' }), h('span', { class: 'bone' }), h('span', { class: 'bone block' }), h('span', { class: 'bone block' }));
