// What is ordered, with what it costs and how many there are of it.
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { useFacts } from '../app/facts.ts';
import { money, price, quantity } from '../numbers.ts';
import type { Refusal } from '../refusals/told.tsx';
import type { OrderDraft } from './api.ts';
import { Field } from './fields.tsx';
import { type Fields, LINE, type LineFields } from './form.ts';
import { ItemField } from './item-field.tsx';
import { t } from './words.ts';

interface Props {
  readonly lines: readonly LineFields[];
  readonly draft: OrderDraft | null;
  readonly wrong: (pointer: string, value: string) => Refusal | undefined;
  readonly set: (change: Partial<Fields>) => void;
}

export function Lines({ lines, draft, wrong, set }: Props): ReactElement {
  const { nodeName } = useFacts();
  /** Names of items that were taken from the list, for as long as the server has not said them. */
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const section = useRef<HTMLElement>(null);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    section.current?.querySelector<HTMLInputElement>(`#l-sku-${wanted.current}`)?.focus();
    wanted.current = null;
  }, [lines.length]);
  const change = (index: number, changed: Partial<LineFields>): void => set({ lines: lines.map((line, at) => (at === index ? { ...line, ...changed } : line)) });
  const add = (): void => {
    wanted.current = lines.length;
    set({ lines: [...lines, LINE] });
  };
  const remove = (index: number): void => {
    wanted.current = Math.max(0, index - 1);
    set({ lines: lines.length === 1 ? [LINE] : lines.filter((_, at) => at !== index) });
  };
  /** Enter goes on to the next line, where there is something in this one. */
  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    if (index === lines.length - 1 && lines[index]?.sku.trim() !== '') add();
    else section.current?.querySelector<HTMLInputElement>(`#l-sku-${index + 1}`)?.focus();
  };
  const quote = draft?.quote ?? null;
  let sent = -1;
  return (
    <section className="card draft-lines" ref={section} aria-labelledby="lines-title">
      <h2 id="lines-title">{t('lines')}</h2>
      <div className="draft-line draft-line-head" aria-hidden="true"><span>{t('skuHead')}</span><span>{t('quantityHead')}</span><span>{t('unitHead')}</span><span>{t('priceHead')}</span><span>{t('discountHead')}</span><span className="figure">{t('total')}</span><span /></div>
      {lines.map((line, index) => {
        const begun = line.sku.trim() !== '';
        if (begun) sent += 1;
        const [at, n] = [begun ? sent : -1, index + 1];
        // What the server says is of what it was last sent: of another SKU than the one that stands here now it says nothing.
        const isSaid = begun && draft !== null && (draft.content === null || draft.content.lines[at]?.sku === line.sku.trim());
        const of = isSaid ? quote?.lines[at] : undefined;
        const name = of?.name ?? names.get(line.sku.trim());
        const problem = (name: string, value: string): Refusal | undefined => (begun ? wrong(`/lines/${at}/${name}`, value) : undefined);
        return (
          <div key={index} className="draft-line" role="group" aria-label={`${t('skuHead')} ${n}`} onKeyDown={(event) => onKeyDown(event, index)}>
            <ItemField id={`l-sku-${index}`} label={t('sku', { n })} sku={line.sku} wrong={problem('sku', line.sku)} set={(sku) => change(index, { sku })} chosen={({ sku, name }) => {
              setNames(new Map([...names, [sku, name]]));
              change(index, { sku, unit: '' });
            }} />
            <Field bare id={`l-quantity-${index}`} label={t('quantity', { n })} inputMode="decimal" value={line.quantity} wrong={problem('quantity', line.quantity)} set={(quantity) => change(index, { quantity })} />
            <div className="field"><label className="visually-hidden" htmlFor={`l-unit-${index}`}>{t('unit', { n })}</label><select id={`l-unit-${index}`} value={line.unit} onChange={({ target }) => change(index, { unit: target.value })}>
              <option value="">{of?.base_unit ?? '–'}</option>{[...new Set([...(of?.units ?? []), ...(line.unit === '' ? [] : [line.unit])])].map((unit) => <option key={unit} value={unit}>{unit}</option>)}</select></div>
            {of && of.price_list === null && of.name !== null
              ? <Field bare id={`l-price-${index}`} label={t('price', { n })} inputMode="decimal" value={line.price} wrong={problem('unit_price', line.price)} set={(price) => change(index, { price })} />
              : <p className="draft-price" title={of?.price_reason ?? undefined}>{typeof of?.unit_price === 'string' && quote?.currency ? price(of.unit_price, quote.currency) : '–'}<span className="muted">{of?.price_list ?? ''}</span></p>}
            <Field bare id={`l-discount-${index}`} label={t('discount', { n })} inputMode="decimal" value={line.discount} wrong={problem('discount_percent', line.discount)} set={(discount) => change(index, { discount })} />
            <p className="figure draft-total">{typeof of?.total_minor === 'number' && quote?.currency ? money(of.total_minor, quote.currency) : '–'}</p>
            <button type="button" className="button quiet" aria-label={t('remove', { n })} onClick={() => remove(index)}>×</button>
            {name ? <p className="muted draft-about"><span dir="auto">{name}</span>{of === undefined || of.atp === null ? null : <> · {t('available')} {quantity(of.atp, of.quantity_scale)}{of.best_node ? ` (${t('best', { node: nodeName(of.best_node.node), atp: quantity(of.best_node.atp, of.quantity_scale) })})` : ''}</>}{of?.price_reason ? <> · {of.price_reason}</> : null}</p> : null}
          </div>);
      })}
      <p><button type="button" className="button" onClick={add}>{t('add')}</button></p>
    </section>
  );
}
