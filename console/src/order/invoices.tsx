// What was invoiced of the order, each invoice as the file that the buyer gets.
import type { ReactElement } from 'react';
import type { Invoice } from '../api.ts';
import { money } from '../numbers.ts';
import { Time } from '../ui/time.tsx';
import { shipmentNumber } from './shipments.tsx';
import { t } from './words.ts';

/** Nothing before the first invoice: goods that have not left are not invoiced. */
export function InvoicesPanel({ invoices }: { readonly invoices: readonly Invoice[] }): ReactElement | null {
  if (invoices.length === 0) return null;
  return (
    <section className="card money" aria-labelledby="invoices-title">
      <h2 id="invoices-title">{t('invoices')}</h2>
      <ul className="payments">{invoices.map((one) => (
        <li key={one.id}>
          <a className="number" href={`/v1/invoices/${encodeURIComponent(one.id)}/pdf`} target="_blank" rel="noopener" aria-label={t('invoicePdf', { number: one.number })}>{one.number}</a>
          <span className="muted">{t('shipmentNo', { no: shipmentNumber(one.shipment) })}, <Time iso={one.issued_at} as="relative" /></span><b>{money(one.total_minor, one.currency)}</b>
        </li>))}
      </ul>
    </section>
  );
}
