// The pages are whole without this: it only adds the search of the API, keeps it in the address, and shows where one is among all pages.

const list = document.querySelector<HTMLElement>('.docs-pages');
const here = list?.querySelector<HTMLElement>('[aria-current]');
if (list && here) list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 3;

const field = document.querySelector<HTMLInputElement>('#search');
const found = document.querySelector<HTMLOutputElement>('#found');
const operations = [...document.querySelectorAll<HTMLElement>('.docs-operation')].map((element) => ({
  element, text: (element.textContent ?? '').toLowerCase(), link: document.querySelector<HTMLElement>(`[data-for="${CSS.escape(element.id)}"]`),
}));
const groups = [...document.querySelectorAll<HTMLElement>('.docs-group')];

/** Every word must be somewhere in the operation. */
function search(query: string): void {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { element, text, link } of operations) {
    const fits = words.every((word) => text.includes(word));
    if (fits) count += 1;
    element.hidden = !fits;
    if (link) link.hidden = !fits;
  }
  for (const group of groups) {
    const parts = [...group.querySelectorAll<HTMLElement>('.docs-operation, [data-for]')];
    group.hidden = words.length > 0 && parts.every((part) => part.hidden);
  }
  if (found) found.value = words.length === 0 ? `${found.dataset['all'] ?? ''} operations` : count === 0 ? 'No operation has all of these words.' : `${count} of ${found.dataset['all'] ?? ''} operations`;
}

function remember(query: string): void {
  const address = new URL(location.href);
  if (query === '') address.searchParams.delete('q');
  else address.searchParams.set('q', query);
  history.replaceState(null, '', address);
}

if (field) {
  field.value = new URLSearchParams(location.search).get('q') ?? '';
  if (field.value !== '') search(field.value);
  field.addEventListener('input', () => {
    search(field.value);
    remember(field.value);
  });
  field.form?.addEventListener('submit', (event) => event.preventDefault());
  // A link to what the search hides shows everything again.
  addEventListener('hashchange', () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.closest('[hidden]') == null) return;
    field.value = '';
    search('');
    remember('');
    target.scrollIntoView();
  });
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || document.activeElement === field) return;
    event.preventDefault();
    field.select();
  });
}
