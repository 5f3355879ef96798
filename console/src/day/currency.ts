import { useFacts } from '../app/facts.ts';

/** Costs are in the currency of each order's channel; a sum has one only where all channels share it. */
export function useOneCurrency(): string | null {
  const [first, ...others] = new Set(useFacts().channels.rows.map(({ currency }) => currency));
  return others.length === 0 && first !== undefined ? first : null;
}
