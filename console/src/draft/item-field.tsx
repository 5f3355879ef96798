// Which item somebody means: looked for on the server as they type, by SKU, name or GTIN, among however many there are.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactElement, useEffect, useId, useState } from 'react';
import { asked, failureOf, refusalOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { type Found, findItems } from './api.ts';
import { t } from './words.ts';

/** Somebody who types on is not interrupted by what came before. */
const TYPING_MS = 200;

interface Props {
  readonly id: string;
  readonly label: string;
  readonly sku: string;
  readonly wrong: Refusal | undefined;
  readonly set: (sku: string) => void;
  /** An item of the list was taken. */
  readonly chosen: (item: Found['items'][number]) => void;
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** The row that an arrow leads to, round and round; -1 is the field itself. */
export const stepTo = (at: number, by: 1 | -1, rows: number): number => (at < 0 ? (by === 1 ? 0 : rows - 1) : at + by < 0 || at + by >= rows ? -1 : at + by);

/** What is typed counts as it is; an item of the list is taken with the arrows and Enter, or by a click. */
export function ItemField({ id, label, sku, wrong: mistake, set, chosen }: Props): ReactElement {
  const list = useId();
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const text = sku.trim();
  // Half a word is no mistake while somebody looks for the rest of it.
  const wrong = isOpen ? undefined : mistake;
  const rested = useRested(text);
  const isAsking = isOpen && rested !== '' && rested === text;
  const answer = useQuery({ queryKey: ['draft', 'items', rested], queryFn: ({ signal }) => asked(findItems(rested, signal)), enabled: isAsking, staleTime: 60_000, placeholderData: keepPreviousData });
  const items = isOpen && text !== '' ? (answer.data?.items ?? []) : [];
  const active = at < items.length ? at : -1;
  const note = !isOpen || text === '' ? null : answer.error ? <>{t('notSearched')} <Told of={refusalOf(failureOf(answer.error))} /></> : answer.data === undefined || answer.isPlaceholderData ? null : answer.data.items.length === 0 ? t('noItem', { text }) : answer.data.more ? t('moreItems') : null;
  useEffect(() => {
    if (isAsking && answer.isSuccess && !answer.isPlaceholderData) announce(items.length === 0 ? t('noItem', { text }) : t(answer.data.more ? 'itemsAndMore' : 'itemsFound', { count: items.length }));
  }, [isAsking, answer.data, answer.isPlaceholderData]);
  const close = (): void => {
    setOpen(false);
    setAt(-1);
  };
  const take = (item: Found['items'][number]): void => {
    chosen(item);
    close();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = items[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (items.length === 0) setOpen(true);
      else setAt(stepTo(active, event.key === 'ArrowDown' ? 1 : -1, items.length));
    } else if (event.key === 'Enter' && item !== undefined) take(item);
    else if (event.key === 'Escape' && isOpen) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="field item-field">
      <label htmlFor={id} className="visually-hidden">{label}</label>
      <input id={id} role="combobox" aria-expanded={items.length > 0} aria-controls={list} aria-autocomplete="list" aria-activedescendant={active < 0 ? undefined : `${list}-${active}`} autoComplete="off" spellCheck={false} maxLength={200} value={sku}
        aria-invalid={wrong === undefined ? undefined : true} aria-describedby={wrong === undefined ? undefined : `${id}-wrong`} onKeyDown={pressed} onBlur={close} onChange={({ target }) => {
          set(target.value);
          setOpen(true);
          setAt(-1);
        }} />
      <div className="menu-sheet item-list" hidden={items.length === 0 && note === null} aria-busy={answer.isFetching || undefined}>
        <ul id={list} role="listbox" aria-label={t('items')} hidden={items.length === 0}>{items.map((item, index) => (
          <li key={item.sku} id={`${list}-${index}`} role="option" aria-selected={index === active} onMouseDown={(event) => {
            event.preventDefault();
            take(item);
          }}><span className="mono">{item.sku}</span><span className="item-name" dir="auto">{item.name}</span></li>))}</ul>
        {note === null ? null : <p className="muted">{note}</p>}
      </div>
      {wrong === undefined ? null : <p id={`${id}-wrong`} className="field-wrong"><Told of={wrong} as="fault" /></p>}
    </div>
  );
}
