// Whose this order is, for who may know.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { customerUrl, readCustomerOf } from '../customers/api.ts';
import { t } from '../customers/words.ts';
import { Link } from '../ui/link.tsx';
import { FailurePanel } from '../ui/notice.tsx';

/** Whose a new order is becomes known a moment after it was captured. */
const TRIES = 5;

export function CustomerPanel({ id }: { readonly id: string }): ReactElement | null {
  const may = useMay();
  const answer = useQuery({ queryKey: ['order', id, 'customer'], queryFn: () => asked(readCustomerOf(id)), enabled: may('orders:read_personal'), refetchInterval: ({ state }) => (state.data === null && state.dataUpdateCount < TRIES ? 1000 : false) });
  if (!may('orders:read_personal') || answer.isPending) return null;
  const customer = answer.data ?? null;
  return (
    <section className="card order-customer" aria-labelledby="customer-title">
      <h2 id="customer-title">{t('ofOrder')}</h2>
      {answer.error ? <FailurePanel failure={failureOf(answer.error)} what={t('ofOrder')} retry={() => void answer.refetch()} />
        : customer === null ? <p className="muted">{t('noCustomer')}</p>
          : <p><Link className="number" href={customerUrl(customer.id)} dir="auto">{customer.name ?? customer.email ?? customer.phone ?? t('nameless')}</Link><br /><span className="muted" dir="auto">{[customer.email, customer.phone].filter(Boolean).join(' · ')}</span></p>}
    </section>
  );
}
