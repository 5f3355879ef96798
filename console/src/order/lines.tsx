// What was ordered, and where each unit of it is now.
import type { ReactElement } from 'react';
import type { Order, OrderLine } from '../api.ts';
import type { Facts } from '../facts.ts';
import { money, price, quantity, quantityText } from '../numbers.ts';
import { type Stage, STAGES, stageWord } from '../words.ts';
import { t } from './words.ts';

const COLUMNS = [['item', 'item'], ['ordered', 'ordered'], ['where-it-is', 'whereItIs'], ['unit-price', 'unitPrice'], ['total', 'lineTotal']] as const;

export function LinesPanel({ order: { lines, currency }, facts }: { readonly order: Order; readonly facts: Facts }): ReactElement {
  return (
    <section className="card" aria-labelledby="lines-title">
      <h2 id="lines-title">{t('lines')}</h2>
      <table className="lines" role="table" aria-labelledby="lines-title">
        <thead role="rowgroup"><tr role="row">{COLUMNS.map(([name, title]) => <th key={name} scope="col" role="columnheader" className={`l-${name}`}>{t(title)}</th>)}</tr></thead>
        <tbody role="rowgroup">{inFamilies(lines).map((line) => <Line key={line.line} line={line} currency={currency} facts={facts} />)}</tbody>
      </table>
    </section>
  );
}

/** A kit is followed by what it consists of. */
export const inFamilies = <T extends Pick<OrderLine, 'line' | 'parent_line'>>(lines: readonly T[]): T[] =>
  lines.filter((line) => line.parent_line === null).flatMap((line) => [line, ...lines.filter((other) => other.parent_line === line.line)]);

function Line({ line, currency, facts }: { readonly line: OrderLine; readonly currency: string; readonly facts: Facts }): ReactElement {
  const unit = line.unit === null ? '' : ` ${line.unit}`;
  const isComponent = line.parent_line !== null;
  return (
    <tr role="row" className={isComponent ? 'component' : undefined}>
      <th scope="row" role="rowheader" className="l-item">
        <div className="line-item"><span className="line-no" title={t('lineNo', { line: line.line })}>{line.line}</span>
          <span className="item"><span className="item-name">{line.name ?? line.sku}</span><span className="mono code">{line.sku}</span>{line.node === null ? null : <span className="asked">{t('askedFor', { node: facts.nodeName(line.node) })}</span>}</span></div>
      </th>
      <td className="l-ordered" role="cell" data-label={t('ordered')}>{quantityText(line.quantity)}{unit}</td>
      <td className="l-where-it-is" role="cell">{line.kit === null ? <Whereabouts line={line} /> : <span className="muted">{t(line.kit.ship_together ? 'kitTogether' : 'kit')}</span>}</td>
      <td className="l-unit-price" role="cell">{isComponent ? null : <>{price(line.unit_price, currency)}<ListPrice line={line} currency={currency} /></>}</td>
      <td className="l-total" role="cell">{isComponent ? null : money(line.total_minor, currency)}</td>
    </tr>
  );
}

/** Where it differs: what its price list says. */
function ListPrice({ line: { unit_price: asked, list_price: listed }, currency }: { readonly line: OrderLine; readonly currency: string }): ReactElement | null {
  if (listed === null || Number(listed.unit_price) === Number(asked)) return null;
  return <div className="muted" title={t('priceList', { list: listed.price_list })}>{t('list', { price: price(listed.unit_price, currency) })}</div>;
}

interface Part {
  readonly stage: Stage;
  readonly units: number;
}

/** Every unit once: what the carrier told of shipped units is taken out of those that are in transit. */
export function partsOf({ buckets, outcomes }: Pick<OrderLine, 'buckets' | 'outcomes'>): Part[] {
  const told = Object.values(outcomes).reduce((sum, units) => sum + units, 0);
  const units: Readonly<Record<string, number>> = { ...buckets, ...outcomes, in_transit: (buckets['shipped'] ?? 0) - told };
  return STAGES.flatMap((stage) => ((units[stage.key] ?? 0) > 0 ? [{ stage, units: units[stage.key] ?? 0 }] : []));
}

function Whereabouts({ line }: { readonly line: OrderLine }): ReactElement {
  const parts = partsOf(line);
  return (
    <>
      <span className="stack" aria-hidden="true">{parts.map(({ stage, units }) => <i key={stage.key} className={`tone-${stage.tone}`} style={{ flexGrow: units }} />)}</span>
      <span className="parts">
        {parts.map(({ stage, units }, at) => <span key={stage.key}>{at === 0 ? '' : ' · '}<span className="part"><b>{quantity(units, line.quantity_scale)}</b> {stageWord(stage.key)}</span></span>)}
        {line.attempts > 1 ? <span className="muted"> · {t('sourced', { count: line.attempts })}</span> : null}
      </span>
    </>
  );
}
