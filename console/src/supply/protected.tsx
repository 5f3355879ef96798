// What is kept back: safety stock of items at nodes, buffers of channels, and what is left to promise, changed with one reason.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { Channel } from '../api.ts';
import { asked, cache, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { count, quantity, typedQuantity } from '../numbers.ts';
import { FailurePanel, Notice } from '../ui/notice.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Problem } from '../ui/problem.tsx';
import { useTitle } from '../ui/title.ts';
import { type Availability, findItems, type Item, keepBack, readPromised } from './api.ts';
import { t } from './goods-words.ts';
import { StockParts } from './nav.tsx';
import { quantityIn } from './pasted.ts';

/** What is typed and not saved, by "item sku field" or "channel code": the text as typed. */
type Typed = Readonly<Record<string, string>>;
type Field = 'safety_stock' | 'safety_percent';
const REFRESH_MS = 15_000;
const protectedUrl = (q: string, sku: string): string => {
  const text = new URLSearchParams(Object.entries({ q, sku }).filter(([, value]) => value !== '')).toString();
  return text === '' ? '/stock/protected' : `/stock/protected?${text}`;
};
const keyOf = (item: Item, field: Field): string => JSON.stringify(['item', item.sku, field]);
const channelKey = (code: string): string => JSON.stringify(['channel', code]);

/** Counted units of what was typed; null where it is no such number. */
function unitsIn(text: string, scale: number): number | null {
  const read = quantityIn(text);
  const [whole = '0', part = ''] = 'quantity' in read ? read.quantity.split('.') : [];
  return 'why' in read || part.length > scale ? null : Number(whole + part.padEnd(scale, '0'));
}

export default function ProtectedPage(): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const given = new URLSearchParams(searchStr);
  const [q, sku] = [(given.get('q') ?? '').trim(), given.get('sku') ?? ''];
  const may = useMay()('catalogue:write');
  const facts = useFacts();
  const items = useQuery({ queryKey: ['protected-items', q], queryFn: () => asked(findItems(q)), placeholderData: (before) => before });
  const [typed, setTyped] = useState<Typed>({});
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('protected'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const type = (key: string, text: string, before: string): void => setTyped(text === before ? Object.fromEntries(Object.entries(typed).filter(([one]) => one !== key)) : { ...typed, [key]: text });
  const rows = items.data ?? [];
  const amount = (item: Item, field: Field, label: string): ReactElement => {
    const before = field === 'safety_stock' ? typedQuantity(item.safety_stock, item.quantity_scale) : String(item.safety_percent);
    const isKit = item.components !== null;
    return isKit ? <span className="muted">{field === 'safety_stock' ? t('kit') : '–'}</span> : !may ? <>{field === 'safety_stock' ? quantity(item.safety_stock, item.quantity_scale) : count(item.safety_percent)}</> : <Keep label={label} before={before} text={typed[keyOf(item, field)]} changed={(text) => type(keyOf(item, field), text, before)} valid={(text) => (field === 'safety_stock' ? unitsIn(text, item.quantity_scale) !== null : unitsIn(text, 0) !== null && Number(text) <= 100)} />;
  };
  const row = (item: Item): ReactElement => (
    <tr key={item.sku}><th scope="row"><span className="mono">{item.sku}</span> <span className="muted" dir="auto">{item.name}</span></th><td className="figure">{amount(item, 'safety_stock', t('safetyOf', { sku: item.sku }))}</td><td className="figure">{amount(item, 'safety_percent', t('percentOf', { sku: item.sku }))}</td>
      <td>{item.sku === sku ? <span className="muted">{t('chosen')}</span> : <button type="button" className="button quiet" aria-label={t('see', { sku: item.sku })} onClick={() => history.replace(protectedUrl(q, item.sku))}>{t('seeShort')}</button>}</td></tr>);
  const channelRow = (one: Channel): ReactElement => (
    <tr key={one.code}><th scope="row" dir="auto">{one.name}</th><td>{one.node_pool === null ? t('allNodes') : t('pool', { count: one.node_pool.length })}</td>
      <td className="figure">{may ? <Keep label={t('bufferOf', { channel: one.name })} before={String(one.buffer)} text={typed[channelKey(one.code)]} changed={(text) => type(channelKey(one.code), text, String(one.buffer))} valid={(text) => unitsIn(text, 0) !== null} /> : count(one.buffer)}</td></tr>);
  return (
    <div className="list supply">
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('protected')}</h1><p className="muted">{t('protLead')}</p></div>
      <StockParts />
      <p className="muted supply-how">{t('how')} {may ? '' : t('mayNotProtect')}</p>
      <SaveProtection typed={typed} items={rows} channels={facts.channels.rows} drop={() => setTyped({})} />
      {sku === '' ? null : <Left sku={sku} channels={facts.channels.rows} />}
      <div className="supply-columns">
        <section className="below"><h2>{t('items')}</h2>
          <form className="filter-row supply-filters" role="search" aria-label={t('items')} onSubmit={(event) => {
            event.preventDefault();
            history.replace(protectedUrl(String(new FormData(event.currentTarget).get('q') ?? '').trim(), sku));
          }}><div className="field"><label htmlFor="prot-q">{t('search')}</label><input key={q} id="prot-q" name="q" type="search" defaultValue={q} placeholder={t('searchHint')} autoComplete="off" /></div></form>
          <PlainTable label={t('items')} answer={items} columns={[t('item'), t('safetyStock'), t('safetyPercent'), '']} figures={[t('safetyStock'), t('safetyPercent')]} row={row} empty={<Notice shape={q === '' ? 'empty' : 'dashed'} title={t(q === '' ? 'noItemsYet' : 'noItems')} />} /></section>
        <section className="below"><h2>{t('channels')}</h2><PlainTable label={t('channels')} answer={{ data: facts.channels.rows, error: null, isPending: false, refetch: () => undefined }} columns={[t('channel'), t('from'), t('buffer')]} figures={[t('buffer')]} row={channelRow} empty={<p className="muted">{t('noChannels')}</p>} /></section>
      </div>
    </div>
  );
}

interface KeepProps { readonly label: string; readonly before: string; readonly text: string | undefined; readonly changed: (text: string) => void; readonly valid: (text: string) => boolean }

const Keep = ({ label, before, text, changed, valid }: KeepProps): ReactElement => {
  const isWrong = text !== undefined && !valid(text);
  return <><input className={text === undefined ? 'amount-field' : 'amount-field s-staged'} inputMode="decimal" aria-label={label} aria-invalid={isWrong || undefined} value={text ?? before} onFocus={({ target }) => target.select()} onChange={({ target }) => changed(target.value)} />{isWrong ? <div className="is-later" role="alert">{t('notNumber')}</div> : null}</>;
};

interface SaveProps { readonly typed: Typed; readonly items: readonly Item[]; readonly channels: readonly Channel[]; readonly drop: () => void }

/** What the typed texts say, in the body the API takes; null where one of them is no number. */
function bodyOf({ typed, items, channels }: Omit<SaveProps, 'drop'>): Omit<Parameters<typeof keepBack>[0], 'reason'> | null {
  let isWrong = false;
  const number = (text: string | undefined, scale: number): number | undefined => {
    if (text === undefined) return undefined;
    const units = unitsIn(text, scale);
    isWrong ||= units === null;
    return units ?? undefined;
  };
  const changed = items.flatMap((item) => {
    const [stock, percent] = [number(typed[keyOf(item, 'safety_stock')], item.quantity_scale), number(typed[keyOf(item, 'safety_percent')], 0)];
    return stock === undefined && percent === undefined ? [] : [{ sku: item.sku, ...(stock === undefined ? {} : { safety_stock: stock }), ...(percent === undefined ? {} : { safety_percent: percent }) }];
  });
  const buffers = channels.flatMap(({ code }) => {
    const buffer = number(typed[channelKey(code)], 0);
    return buffer === undefined ? [] : [{ code, buffer }];
  });
  return isWrong ? null : { items: changed, channels: buffers };
}

function SaveProtection({ typed, items, channels, drop }: SaveProps): ReactElement | null {
  const [reason, setReason] = useState('');
  const count = Object.keys(typed).length;
  const body = bodyOf({ typed, items, channels });
  const saving = useMutation({
    mutationFn: (given: NonNullable<typeof body>) => keepBack({ ...given, reason }),
    onSuccess: async () => {
      announce(t('saved', { count }));
      await Promise.all([cache.invalidateQueries({ queryKey: ['protected-items'] }), cache.invalidateQueries({ queryKey: ['facts'] }), cache.invalidateQueries({ queryKey: ['protected-left'] })]);
      drop();
      setReason('');
    },
  });
  if (count === 0) return saving.isSuccess ? <p className="stock-saved" role="status">{t('saved', { count: (saving.variables.items?.length ?? 0) + (saving.variables.channels?.length ?? 0) })}</p> : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (body !== null && !saving.isPending) saving.mutate(body);
  };
  return (
    <form className="stock-save filter-row" onSubmit={submit} aria-busy={saving.isPending || undefined}>
      <div className="field stock-note"><label htmlFor="keep-reason">{t('reason')}</label><input id="keep-reason" required maxLength={500} autoComplete="off" value={reason} onChange={({ target }) => setReason(target.value)} /></div>
      <button type="submit" className="button primary">{t('save', { count })}</button><button type="button" className="button quiet" onClick={drop}>{t('drop')}</button><Problem error={saving.error} />
    </form>
  );
}

/** How what each channel can promise of an item comes about: the same figures as the server's, added up in words. */
function Left({ sku, channels }: { readonly sku: string; readonly channels: readonly Channel[] }): ReactElement {
  const codes = ['', ...channels.map(({ code }) => code)];
  const answer = useQuery({ queryKey: ['protected-left', sku, codes], queryFn: () => Promise.all(codes.map((code) => asked(readPromised(sku, code)))), refetchInterval: every(REFRESH_MS) });
  if (answer.error && answer.data === undefined) return <FailurePanel failure={failureOf(answer.error)} what={t('look', { sku })} retry={() => void answer.refetch()} />;
  const cells = codes.map((code, at) => ({ code, name: code === '' ? t('anyChannel') : channels.find((one) => one.code === code)?.name ?? code, said: answer.data?.[at] }));
  const write = (units: number, scale: number): string => quantity(units, scale);
  const rows = [
    ['', 'onHandAll', (said: Figures) => said.there], ['−', 'reservedAll', (said: Figures) => said.claimed], ['−', 'keptAll', (said: Figures) => said.kept], ['=', 'atNodes', (said: Figures) => said.atNodes], ['−', 'unassigned', (said: Figures) => said.unassigned], ['−', 'buffer', (said: Figures) => said.buffer], ['=', 'canBePromised', (said: Figures) => said.atp],
  ] as const;
  return (
    <section className="card below" aria-labelledby="left-title"><h2 id="left-title">{t('look', { sku })}</h2>
      <div className="table-frame scrolls" role="region" aria-label={t('equation')} tabIndex={0}><table className="plain-table roomy left-table">
        <thead><tr><td /><th scope="col">{t('equation')}</th>{cells.map(({ code, name }) => <th key={code} scope="col" className="figure">{name}</th>)}</tr></thead>
        <tbody>{rows.map(([sign, key, of]) => <tr key={key} className={sign === '=' ? 'equals' : undefined}><td className="sign">{sign}</td><th scope="row">{key === 'canBePromised' ? `${t('canBePromised')}, ${t('floor')}` : t(key)}</th>{cells.map(({ code, said }) => <td key={code} className="figure">{said === undefined ? '' : write(of(figuresOf(said)), said.quantity_scale)}</td>)}</tr>)}</tbody>
      </table></div>
    </section>
  );
}

interface Figures { readonly there: number; readonly claimed: number; readonly kept: number; readonly atNodes: number; readonly unassigned: number; readonly buffer: number; readonly atp: number }

/** Of nodes that sell, because what lies elsewhere is promised to nobody. */
function figuresOf({ nodes, network }: Availability): Figures {
  const selling = nodes.filter(({ eligible }) => eligible);
  const sum = (of: (place: (typeof nodes)[number]) => number): number => selling.reduce((total, place) => total + of(place), 0);
  return { there: sum((one) => one.on_hand + one.inbound), claimed: sum((one) => one.reserved + one.soft), kept: sum((one) => one.protected), atNodes: sum((one) => one.atp), unassigned: network.unassigned_demand, buffer: network.buffer, atp: network.atp };
}
