import { useQuery } from '@tanstack/react-query';
import { asked } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { readBaseCurrency } from './api.ts';

/** What costs are weighed in: the base of the exchange rates, or without any the one currency that every channel has. Null where nobody can say. */
export function useBaseCurrency(): string | null {
  const { channels } = useFacts();
  const base = useQuery({ queryKey: ['base-currency'], queryFn: () => asked(readBaseCurrency()), staleTime: Infinity }).data ?? null;
  const [only, ...others] = [...new Set(channels.rows.map(({ currency }) => currency))];
  return base ?? (others.length === 0 ? (only ?? null) : null);
}
