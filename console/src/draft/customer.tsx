// Who it is for: somebody who is known, or somebody new, and where it goes.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked } from '../app/ask.ts';
import type { Refusal } from '../refusals/told.tsx';
import { readCustomers } from '../customers/api.ts';
import { Problem } from '../ui/problem.tsx';
import { Field } from './fields.tsx';
import type { Fields } from './form.ts';
import { t } from './words.ts';

interface Props {
  readonly fields: Fields;
  readonly wrong: (pointer: string, value: string) => Refusal | undefined;
  readonly set: (change: Partial<Fields>) => void;
}

const FOUND_MAX = 5;

export function WhoPanel({ fields, wrong, set }: Props): ReactElement {
  const [text, setText] = useState('');
  const found = useQuery({ queryKey: ['customers', text, ''], queryFn: () => asked(readCustomers(text, '')), enabled: text.trim().length > 1 });
  const rows = found.data?.rows.slice(0, FOUND_MAX) ?? [];
  return (
    <section className="card draft-who" aria-labelledby="who-title">
      <h2 id="who-title">{t('customer')}</h2>
      {fields.customerId === null ? (
        <div className="draft-find"><Field id="d-find" label={t('find')} type="search" placeholder={t('findHint')} value={text} set={setText} />
          <Problem error={found.error} />
          {found.isSuccess && rows.length === 0 ? <p className="muted" role="status">{t('nobody')}</p> : null}
          <ul>{rows.map((one) => <li key={one.id}><button type="button" className="button" dir="auto" onClick={() => {
            setText('');
            set({ customerId: one.id, name: one.name ?? '', email: one.email ?? '', phone: one.phone ?? '', class: one.class ?? '' });
          }}>{t('use', { name: [one.name, one.email ?? one.phone].filter(Boolean).join(', ') })}</button></li>)}</ul>
        </div>
      ) : <p className="draft-known"><a href={`/customers/${fields.customerId}`}>{t('known')}</a><button type="button" className="button quiet" onClick={() => set({ customerId: null })}>{t('forget')}</button></p>}
      <div className="draft-grid">
        <Field id="d-name" label={t('name')} value={fields.name} wrong={wrong('/customer/name', fields.name)} set={(name) => set({ name })} />
        <Field id="d-email" label={t('email')} type="email" value={fields.email} wrong={wrong('/customer/email', fields.email)} set={(email) => set({ email })} />
        <Field id="d-phone" label={t('phone')} type="tel" maxLength={50} value={fields.phone} set={(phone) => set({ phone })} />
        <Field id="d-class" label={t('class')} maxLength={100} value={fields.class} set={(its) => set({ class: its })} />
      </div>
      <h3>{t('address')}</h3>
      <div className="draft-grid">
        <Field id="d-street" label={t('street')} value={fields.street} wrong={wrong('/ship_to/street', fields.street)} set={(street) => set({ street })} />
        <Field id="d-postcode" label={t('postcode')} maxLength={40} value={fields.postcode} set={(postcode) => set({ postcode })} />
        <Field id="d-city" label={t('city')} value={fields.city} wrong={wrong('/ship_to/city', fields.city)} set={(city) => set({ city })} />
        <Field id="d-country" label={t('country')} maxLength={100} placeholder={t('countryHint')} value={fields.country} wrong={wrong('/ship_to/country', fields.country)} set={(country) => set({ country })} />
      </div>
    </section>
  );
}
