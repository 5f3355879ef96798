// Filters that are asked for now and then: what is in the order, where it goes and what it comes to.
import { type ReactElement, useState } from 'react';
import type { Facts } from '../facts.ts';
import { minorOf } from '../numbers.ts';
import { Choice } from './filters.tsx';
import { countryName, m } from './more-words.ts';
import type { ListQuery } from './query.ts';

interface Props {
  readonly query: ListQuery;
  readonly facts: Facts;
  readonly go: (change: Partial<ListQuery>) => void;
}

export default function MoreFilters({ query, facts, go }: Props): ReactElement {
  const { currency } = query;
  const currencies = [...new Set(facts.channels.rows.map((channel) => channel.currency))].toSorted();
  const amount = (text: string): string | null => (text === '' || minorOf(text, currency) !== null ? null : m('wrongAmount', { currency }));
  return (
    <div className="picker-sheet more-filters">
      <Typed key={`s${query.sku}`} id="sku" label={m('sku')} value={query.sku} wrong={() => null} chosen={(sku) => go({ sku })} />
      <Typed key={`c${query.country}`} id="country" label={m('country')} value={query.country} hint={query.country === '' ? m('anyCountry') : countryName(query.country)}
        wrong={(text) => (/^([a-z]{2})?$/i.test(text) ? null : m('wrongCountry'))} chosen={(text) => go({ country: text.toUpperCase() })} />
      <Choice id="currency" label={m('currency')} any={m('anyCurrency')} value={currency} options={currencies.map((code) => [code, code])} chosen={(code) => go({ currency: code, least: '', most: '' })} />
      <Typed key={`l${query.least}`} id="least" label={m('least')} value={query.least} hint={currency === '' ? m('currencyFirst') : currency} off={currency === ''} wrong={amount} chosen={(least) => go({ least })} />
      <Typed key={`m${query.most}`} id="most" label={m('most')} value={query.most} off={currency === ''} wrong={amount} chosen={(most) => go({ most })} />
    </div>
  );
}

interface TypedProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly off?: boolean;
  readonly wrong: (text: string) => string | null;
  readonly chosen: (text: string) => void;
}

/** A text that counts once it was left, or Enter was pressed. */
function Typed({ id, label, value, hint, off = false, wrong, chosen }: TypedProps): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const settle = (text: string): void => {
    const found = wrong(text);
    setProblem(found);
    if (found === null && text !== value) chosen(text);
  };
  const told = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={`f-${id}`}>{label}</label>
      <input id={`f-${id}`} className={value === '' ? undefined : 'set'} defaultValue={value} disabled={off} aria-invalid={problem === null ? undefined : true} aria-describedby={told === undefined ? undefined : `f-${id}-hint`}
        onBlur={({ target }) => settle(target.value.trim())} onKeyDown={({ key, currentTarget }) => void (key === 'Enter' && settle(currentTarget.value.trim()))} />
      {told === undefined ? null : <p id={`f-${id}-hint`} className={problem === null ? 'muted' : 'wrong'} role={problem === null ? undefined : 'alert'}>{told}</p>}
    </div>
  );
}
