// One mail: what it looks like, what it says without looks, what stands on its envelope, and what became of it.
import { type Failure, type MailDetail, readMail } from '../api.ts';
import { chip } from '../chip.ts';
import { type Child, h, on, put } from '../dom.ts';
import type { Facts } from '../facts.ts';
import type { Actions } from '../keys.ts';
import { poll, type Poll } from '../live.ts';
import { plural } from '../numbers.ts';
import { orderUrl } from '../router.ts';
import type { Shell } from '../shell.ts';
import { copyable, failurePage, notice } from '../states.ts';
import { time } from '../time.ts';
import { mailKindWord, mailLook } from '../words.ts';
import { mailboxUrl } from './query.ts';

const REFRESH_MS = 4_000;
/** States from which a person may have it written anew. */
const AGAIN: ReadonlySet<string> = new Set(['kept', 'dropped', 'refused', 'dead']);

export class MailPage {
  readonly element = h('div', { class: 'order mail' });
  readonly keys: Actions = { u: () => document.querySelector<HTMLAnchorElement>('#back')?.click() };
  private readonly shell: Shell;
  private readonly id: string;
  private readonly content = h('div', { class: 'order-content' });
  private polling: Poll | null = null;
  private gone = false;
  private shown = '';
  private tab = 0;

  constructor(shell: Shell, id: string) {
    this.shell = shell;
    this.id = id;
    put(this.element, h('nav', { class: 'crumbs', 'aria-label': 'Place in the mailbox' }, h('a', { class: 'button quiet', href: mailboxUrl(), id: 'back' }, '← Mailbox')), this.content);
  }

  async enter(): Promise<void> {
    document.title = 'Mail · Ordo';
    await this.refresh();
    if (this.gone) return;
    scrollTo(0, 0);
    this.element.querySelector('h1')?.focus({ preventScroll: true });
    this.polling = poll(REFRESH_MS, () => this.refresh());
  }

  leave(): void {
    this.gone = true;
    this.polling?.stop();
  }

  setFacts(_facts: Facts): void {}

  private async refresh(): Promise<boolean> {
    const result = await readMail(this.id);
    if (this.gone) return true;
    if (!result.ok) return this.trouble(result.failure);
    this.shell.current();
    const now = JSON.stringify(result.value);
    if (now !== this.shown) {
      if (this.shown !== '') this.shell.announce(`Mail: ${mailLook(result.value.state).word}`);
      this.shown = now;
      this.render(result.value);
    }
    return true;
  }

  private trouble(failure: Failure): boolean {
    if (this.shown !== '' && failure.kind === 'away') {
      this.shell.stale(failure, () => this.polling?.now());
      return false;
    }
    this.shell.failed(failure);
    put(this.content, h('h1', { class: 'visually-hidden' }, 'Mail'), failurePage(failure, () => void this.refresh(),
      () => notice('cross', 'There is no such mail', h('p', {}, `Nothing has the id ${this.id}; mails are forgotten after a while.`), h('a', { class: 'button', href: mailboxUrl() }, 'To the mailbox'))));
    return false;
  }

  private render(mail: MailDetail): void {
    const { message } = mail;
    document.title = `${message?.subject ?? 'Mail'} · Ordo`;
    const fact = (what: string, ...value: readonly Child[]): HTMLElement => h('div', {}, h('dt', {}, what), h('dd', {}, ...value));
    put(this.content,
      h('header', { class: 'order-head' },
        h('div', { class: 'order-title' }, h('h1', { tabindex: '-1', dir: 'auto' }, message?.subject ?? 'Not written'), chip(mailLook(mail.state))),
        h('dl', { class: 'order-facts' },
          fact('To', message?.to ?? '–'), fact('About', mailKindWord(mail.kind)), fact('Order', h('a', { class: 'number', href: orderUrl(mail.order) }, `#${mail.order_number}`)),
          fact('Noted', time(mail.created_at, { style: 'relative' }), h('span', { class: 'muted' }, ' · '), time(mail.created_at, { style: 'full' })), fact('Tried', mail.attempts === 0 ? 'not yet' : plural(mail.attempts, 'time')),
          mail.note === null ? null : fact('Note', mail.note), fact('Id', copyable(mail.id)))),
      AGAIN.has(mail.state) ? h('p', { class: 'mail-again' }, 'To write it anew and send it: ', copyable(`npx ordo mails retry ${mail.id}`)) : null,
      message?.persons_hidden ? h('p', { class: 'muted' }, 'Persons are left out here, as everywhere on these pages. With a key that may see them: ', copyable(`npx ordo mails show ${mail.id}`)) : null,
      message === null ? notice('dashed', 'There is no text', h('p', {}, 'It was not written yet, could not be, or was erased with the contact of its order.')) : this.parts(mail, message));
  }

  private parts(mail: MailDetail, message: NonNullable<MailDetail['message']>): HTMLElement {
    const headers = [
      ['From', `${message.from.name} <${message.from.address}>`], ['To', message.to], ...(message.reply_to === null ? [] : [['Reply-To', message.reply_to]]), ['Subject', message.subject],
      ['Message-ID', mail.message_id ?? ''], ['Auto-Submitted', 'auto-generated'],
    ];
    return tabs([
      // What is in the frame can run nothing, ask for nothing and reach nothing of this page; the server says so too.
      ['As it looks', h('iframe', { src: `/v1/mails/${encodeURIComponent(mail.id)}/html`, sandbox: 'allow-popups allow-popups-to-escape-sandbox', referrerpolicy: 'no-referrer', title: 'The mail as its reader sees it', class: 'mail-frame' })],
      ['Plain text', h('pre', { class: 'mail-text', dir: 'auto', tabindex: '0', 'aria-label': 'Plain text' }, message.text)],
      ['Headers', h('dl', { class: 'mail-headers' }, ...headers.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'mono' }, value))))],
    ], this.tab, (index) => void (this.tab = index));
  }
}

/** Tabs as screen readers know them: one of them is in the order of the tab key, arrows lead to the others. */
function tabs(parts: readonly (readonly [string, HTMLElement])[], first: number, chosen: (index: number) => void): HTMLElement {
  const panels = parts.map(([, content], index) => h('div', { role: 'tabpanel', id: `part-${index}`, 'aria-labelledby': `tab-${index}` }, content));
  const buttons = parts.map(([label], index) => on(h('button', { type: 'button', role: 'tab', class: 'tab', id: `tab-${index}`, 'aria-controls': `part-${index}` }, label), 'click', () => choose(index)));
  const choose = (at: number): void => {
    chosen(at);
    buttons.forEach((one, index) => {
      one.setAttribute('aria-selected', String(index === at));
      one.tabIndex = index === at ? 0 : -1;
    });
    panels.forEach((one, index) => void (one.hidden = index !== at));
  };
  const list = on(h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Parts of the mail' }, ...buttons), 'keydown', (event) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = buttons.findIndex((one) => one === document.activeElement);
    if (by === 0 || at < 0) return;
    event.preventDefault();
    const next = (at + by + buttons.length) % buttons.length;
    choose(next);
    buttons[next]?.focus();
  });
  choose(first);
  return h('section', { class: 'card' }, list, ...panels);
}
