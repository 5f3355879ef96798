// The page begins here: it puts the frame up, listens to keys, and shows what the address names.
import { h, put } from './dom.ts';
import { type Facts, loadFacts, NO_FACTS } from './facts.ts';
import { helpSheet, listenToKeys, type Actions } from './keys.ts';
import { ListPage } from './list/page.ts';
import { orderIdIn } from './list/query.ts';
import { MailboxPage } from './mail/list.ts';
import { MailPage } from './mail/view.ts';
import { OrderPage } from './order/page.ts';
import { navigate, orderUrl, type Route, startRouter } from './router.ts';
import { createShell } from './shell.ts';
import { deadLink, notice } from './states.ts';
import { tick } from './time.ts';

const TICK_MS = 15_000;

const help = helpSheet();
const shell = createShell({
  typed: (text) => void (orderIdIn(text) === null && list.search(text)),
  submitted: (text) => {
    const id = orderIdIn(text);
    if (id !== null) navigate(orderUrl(id));
    else list.search(text, true);
  },
  down: () => list.keys.j?.(),
}, help.toggle);
const list: ListPage = new ListPage(shell);
/** The page that is shown where it is not the list. */
let other: OrderPage | MailboxPage | MailPage | null = null;
let facts: Facts = NO_FACTS;
/** The link back to the list is another entry of the history, and finds the list as it was all the same. */
let cameFromOther = false;

const everywhere: Actions = { '/': () => shell.search.select(), '?': help.toggle };
listenToKeys(() => ({ ...everywhere, ...(other ? other.keys : list.keys) }));

function show(route: Route, returning: boolean): void {
  if (other) other.leave();
  else list.leave();
  shell.here(route.view);
  other = route.view === 'order' ? new OrderPage(shell, route.id, { address: list.currentAddress, ids: list.ids }, facts)
    : route.view === 'mailbox' ? new MailboxPage(shell, route.search) : route.view === 'mail' ? new MailPage(shell, route.id) : null;
  if (other) {
    put(shell.main, other.element);
    scrollTo(0, 0);
    void other.enter();
  } else if (route.view === 'list') {
    if (list.element.parentNode !== shell.main) put(shell.main, list.element);
    list.enter(route.search, returning || cameFromOther);
  } else if (route.view === 'signed_out') {
    document.title = 'Signed out · Ordo';
    shell.failed({ kind: 'signed_out' });
    put(shell.main, h('h1', { class: 'visually-hidden' }, 'Signed out'), deadLink());
  } else if (route.view === 'nowhere') {
    put(shell.main, h('h1', { class: 'visually-hidden' }, 'Not found'), notice('cross', 'There is no such page', h('p', {}, route.path), h('a', { class: 'button', href: '/orders' }, 'To the orders')));
  }
  cameFromOther = other !== null;
}

document.body.append(shell.root, help.dialog);
startRouter(show);
void loadFacts().then((loaded) => {
  facts = loaded;
  list.setFacts(facts);
  other?.setFacts(facts);
});
setInterval(() => tick(document), TICK_MS);
