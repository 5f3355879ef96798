import { useQuery } from '@tanstack/react-query';
import { asked } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { digitsOf } from '../numbers.ts';
import { readBaseCurrency } from './api.ts';

/** What costs are weighed in: the base of the exchange rates, or without any the one currency that every channel has. Null where nobody can say. */
export function useBaseCurrency(): string | null {
  const { channels } = useFacts();
  const base = useQuery({ queryKey: ['base-currency'], queryFn: () => asked(readBaseCurrency()), staleTime: Infinity }).data ?? null;
  const [only, ...others] = [...new Set(channels.rows.map(({ currency }) => currency))];
  return base ?? (others.length === 0 ? (only ?? null) : null);
}

/** Digits in which the value of goods is typed: those of the channels' currencies. Null where these differ, and one number means another value in each. */
export function useGoodsDigits(): number | null {
  const [only, ...others] = new Set(useFacts().channels.rows.map(({ currency }) => digitsOf(currency)));
  return others.length === 0 ? (only ?? null) : null;
}
