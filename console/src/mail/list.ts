// The mailbox: every mail to a customer, whether it left or is only kept here.
import { type Failure, type Mail, type MailPage as Page, readMails } from '../api.ts';
import { chip } from '../chip.ts';
import { h, put } from '../dom.ts';
import type { Facts } from '../facts.ts';
import type { Actions } from '../keys.ts';
import { poll, type Poll } from '../live.ts';
import { count, plural } from '../numbers.ts';
import { orderUrl, place } from '../router.ts';
import type { Shell } from '../shell.ts';
import { copyable, failurePage, notice } from '../states.ts';
import { time } from '../time.ts';
import { mailKindWord, mailLook, MAIL_STATES } from '../words.ts';
import { mailboxUrl, type MailQuery, mailUrl, parseMailQuery } from './query.ts';

const REFRESH_MS = 4_000;

const COLUMNS = [['subject', 'Subject'], ['to', 'To'], ['kind', 'About'], ['order', 'Order'], ['noted', 'Noted'], ['state', 'State'], ['tries', 'Tries'], ['note', 'Note']] as const;

export class MailboxPage {
  readonly element: HTMLElement;
  readonly keys: Actions = { j: () => this.step(1), k: () => this.step(-1) };
  private readonly shell: Shell;
  private readonly query: MailQuery;
  private readonly state = h('div', { class: 'list-state' });
  private readonly body = h('tbody', { role: 'rowgroup' });
  private readonly frame: HTMLElement;
  private readonly pager = h('nav', { class: 'pager', 'aria-label': 'Pages' });
  private polling: Poll | null = null;
  private gone = false;
  /** What is on the screen, so that it is only changed where it changed. */
  private shown = '';

  constructor(shell: Shell, search: string) {
    this.shell = shell;
    this.query = parseMailQuery(search);
    const head = h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...COLUMNS.map(([name, title]) => h('th', { scope: 'col', role: 'columnheader', class: `m-${name}` }, title))));
    this.frame = h('div', { class: 'table-frame', hidden: true }, h('table', { class: 'mails', role: 'table', 'aria-label': 'Mails' }, head, this.body));
    const { order } = this.query;
    this.element = h('div', { class: 'list mailbox' },
      h('div', { class: 'list-head' }, h('h1', { tabindex: '-1' }, 'Mailbox'),
        order === '' ? h('p', { class: 'muted' }, 'Mails to customers, newest first') : h('p', { class: 'muted' }, 'Mails about ', h('a', { href: orderUrl(order) }, 'one order'), ' · ', h('a', { href: mailboxUrl() }, 'show all'))),
      this.tabs(), this.state, this.frame, this.pager);
  }

  async enter(): Promise<void> {
    document.title = 'Mailbox · Ordo';
    const { scroll } = place();
    this.element.setAttribute('aria-busy', 'true');
    await this.refresh();
    this.element.removeAttribute('aria-busy');
    if (this.gone) return;
    scrollTo(0, scroll);
    this.element.querySelector('h1')?.focus({ preventScroll: true });
    this.polling = poll(REFRESH_MS, () => this.refresh());
  }

  leave(): void {
    this.gone = true;
    this.polling?.stop();
  }

  /** Codes of channels do not stand here, so names of them change nothing. */
  setFacts(_facts: Facts): void {}

  private tabs(): HTMLElement {
    const { state, order } = this.query;
    const tab = (value: MailQuery['state'], label: string): HTMLElement =>
      h('a', { class: 'tab', href: mailboxUrl({ state: value, order }), 'aria-current': value === state ? 'page' : null }, label);
    return h('nav', { class: 'tabs', 'aria-label': 'State' }, tab('', 'All'), ...MAIL_STATES.map((one) => tab(one, mailLook(one).word)));
  }

  private async refresh(): Promise<boolean> {
    const { state, order, cursor } = this.query;
    const result = await readMails({ limit: 50, ...(state === '' ? {} : { state }), ...(order === '' ? {} : { order }), ...(cursor === '' ? {} : { cursor }) });
    if (this.gone) return true;
    if (!result.ok) return this.trouble(result.failure);
    this.shell.current();
    const now = JSON.stringify(result.value);
    if (now === this.shown) return true;
    const first = this.shown === '';
    this.shown = now;
    this.show(result.value);
    if (first) this.shell.announce(result.value.rows.length === 0 ? 'No mails' : plural(result.value.rows.length, 'mail'));
    return true;
  }

  private trouble(failure: Failure): boolean {
    if (this.shown !== '' && failure.kind !== 'signed_out' && failure.kind !== 'forbidden') {
      this.shell.stale(failure, () => this.polling?.now());
      return false;
    }
    this.shell.failed(failure);
    this.frame.hidden = true;
    put(this.state, failurePage(failure, () => void this.refresh()));
    return false;
  }

  /** Rows are made anew; the one that has the focus keeps it. */
  private show({ rows, next }: Page): void {
    const focused = document.activeElement?.closest('tr')?.dataset['id'];
    put(this.body, ...rows.map(row));
    put(this.state, rows.length === 0 ? this.nothing() : null);
    this.frame.hidden = rows.length === 0;
    if (focused !== undefined) this.body.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(focused)}"] a.number`)?.focus({ preventScroll: true });
    const { cursor } = this.query;
    put(this.pager, cursor === '' ? null : h('a', { class: 'button', href: mailboxUrl({ ...this.query, cursor: '' }) }, 'Newest'),
      next === null ? null : h('a', { class: 'button', href: mailboxUrl({ ...this.query, cursor: next }) }, 'Older'));
  }

  private nothing(): HTMLElement {
    if (this.query.state !== '' || this.query.order !== '' || this.query.cursor !== '') return notice('dashed', 'No mail matches', h('a', { class: 'button', href: mailboxUrl() }, 'Show all mails'));
    return notice('empty', 'No mails yet',
      h('p', {}, 'A mail appears here when an order with an e-mail address comes in, is sent, is late or is cancelled, and its channel mails.'),
      h('p', { class: 'muted' }, 'Without a mail server they are written and kept here, and none leaves.'), copyable('ORDO_SMTP_URL=smtp://… npm start'));
  }

  private step(by: 1 | -1): void {
    const links = [...this.body.querySelectorAll<HTMLAnchorElement>('a.number')];
    const at = links.findIndex((link) => link === document.activeElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  }
}

function row(mail: Mail): HTMLElement {
  const cell = (name: string, ...children: Parameters<typeof put>[1][]): HTMLElement => h('td', { class: `m-${name}`, role: 'cell' }, ...children);
  return h('tr', { role: 'row', 'data-id': mail.id },
    h('th', { scope: 'row', role: 'rowheader', class: 'm-subject' }, h('a', { class: 'number', href: mailUrl(mail.id), dir: 'auto' }, mail.subject ?? '(not written)')),
    cell('to', mail.to === null ? h('span', { class: 'muted' }, '–') : mail.to), cell('kind', mailKindWord(mail.kind)), cell('order', h('a', { class: 'number', href: orderUrl(mail.order) }, `#${mail.order_number}`)),
    cell('noted', time(mail.created_at, { style: 'relative' })), cell('state', chip(mailLook(mail.state))), cell('tries', count(mail.attempts)), cell('note', mail.note === null ? null : h('span', { title: mail.note }, mail.note)));
}
