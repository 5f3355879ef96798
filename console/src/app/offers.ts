// What the screen that is open offers to the palette: it says so while it is there, as it does for its keys.
import { useEffect, useRef } from 'react';
import type { Refusal } from '../refusals/told.tsx';
import type { Key } from './keys.ts';

export interface Offer {
  readonly id: string;
  readonly title: string;
  /** The key that does the same. */
  readonly key?: Key;
  /** Why it cannot be done now; it is named all the same. */
  readonly refused?: Refusal | undefined;
  readonly run: () => void;
}

interface Offering {
  /** What it is done to, such as "#1042". */
  readonly to: string;
  readonly offers: readonly Offer[];
}

/** The parts of the screen, in the order in which they came. */
const offering: { readonly current: Offering }[] = [];

/** While the component is there, the palette has what it offers. */
export function useOffers(to: string, offers: readonly Offer[]): void {
  const latest = useRef<Offering>({ to, offers });
  latest.current = { to, offers };
  useEffect(() => {
    offering.push(latest);
    return () => void offering.splice(offering.indexOf(latest), 1);
  }, []);
}

/** Null where the screen offers nothing. */
export function offered(): Offering | null {
  const [first] = offering;
  return first === undefined ? null : { to: first.current.to, offers: offering.flatMap(({ current }) => current.offers) };
}
