// The search field and the list it searches: what is typed becomes an address, what is found may be gone on to.
import type { AnyRouter } from '@tanstack/react-router';
import { EVERYTHING, listUrl, orderIdIn, parseQuery } from '../orders/query.ts';
import { orderUrl } from '../orders/urls.ts';

const isList = (pathname: string): boolean => pathname === '/' || pathname === '/orders';

let goingOn = false;
const lists = new Set<() => void>();

/** The list on the screen: told when somebody wants to go on from the field to the first row. */
export function onGoOn(list: () => void): () => void {
  lists.add(list);
  return () => void lists.delete(list);
}

/** Whether somebody pressed Enter and waits for the first row. Asking ends the wish. */
export function takeGoingOn(): boolean {
  const was = goingOn;
  goingOn = false;
  return was;
}

export const isGoingOn = (): boolean => goingOn;

/** Into the rows, as they are. */
export function goDown(): void {
  for (const list of lists) list();
}

export function searched({ pathname, search }: { readonly pathname: string; readonly search: string }): string {
  return isList(pathname) ? parseQuery(search).search : '';
}

/** What is typed takes the place of what was typed before; Enter goes on to the first that is found. */
export function find({ history }: Pick<AnyRouter, 'history'>, text: string, goOn: boolean): void {
  const id = orderIdIn(text);
  if (id !== null) return void (goOn && history.push(orderUrl(id)));
  const { pathname, search } = history.location;
  const now = searched({ pathname, search });
  goingOn = goOn;
  const shown = isList(pathname) && now === text;
  if (shown) return void (goOn && goDown());
  if (!goOn && text === '' && !isList(pathname)) return;
  const url = listUrl({ ...EVERYTHING, search: text });
  if (isList(pathname) && now !== '') history.replace(url);
  else history.push(url);
}
