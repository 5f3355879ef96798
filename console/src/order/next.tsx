// The next thing to do about what stops an order: the action that usually clears it, or where that is done.
import type { ReactElement } from 'react';
import { useMay } from '../app/session.ts';
import { deskUrl } from '../exceptions/query.ts';
import { Link } from '../ui/link.tsx';
import { a } from './act-words.ts';
import type { PossibleAction } from './api.ts';

type Action = PossibleAction['action'];

/** An action on the order, of that hold where it is one of a hold, or an address. */
export type Next =
  | { readonly does: Extract<Action, 'release_hold' | 'reroute' | 'override'>; readonly holdNo: number | null }
  | { readonly goes: 'unmapped' | 'badDay' | 'desk'; readonly href: string };

/** What ends a hold: goods are mapped and channels resumed for all their orders at once. */
export function nextOfHold({ kind, hold_no: holdNo }: { readonly kind: string; readonly hold_no: number }): Next {
  if (kind === 'ITEM') return { goes: 'unmapped', href: '/connections?tab=unmapped' };
  return kind === 'CHANNEL_PAUSED' ? { goes: 'badDay', href: '/bad-day' } : { does: 'release_hold', holdNo };
}

/** As the exceptions desk suggests it; what needs a count or a word of the customer is done there. */
export function nextOfException(kind: string): Next {
  if (kind === 'NO_ROUTE') return { does: 'override', holdNo: null };
  return kind === 'NO_STOCK' || kind === 'ATTEMPTS_EXHAUSTED' ? { does: 'reroute', holdNo: null } : { goes: 'desk', href: deskUrl({ queue: kind.toLowerCase() }) };
}

interface Props {
  readonly next: Next;
  readonly possible: readonly PossibleAction[];
  /** What it is about, for whoever cannot see where it stands. */
  readonly about: string;
  readonly act: (action: Action, holdNo: number | null) => void;
}

/** Nothing where whoever looks may not, or the order as it is does not allow it: the list of actions says why. */
export function NextAction({ next, possible, about, act }: Props): ReactElement | null {
  const may = useMay();
  if ('goes' in next) return may(next.goes === 'unmapped' ? 'channels:read' : next.goes === 'badDay' ? 'catalogue:read' : 'orders:read') ? <Link className="button" href={next.href}>{a(`next.${next.goes}`)}</Link> : null;
  if (!may('orders:write') || !possible.some(({ action, allowed }) => action === next.does && allowed)) return null;
  const label = next.does === 'release_hold' ? a('next.release') : a(next.does);
  return <button type="button" className="button" aria-label={`${label}: ${about}`} onClick={() => act(next.does, next.holdNo)}>{label}</button>;
}
