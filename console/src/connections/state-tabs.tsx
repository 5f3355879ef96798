import type { ReactElement } from 'react';
import { Link } from '../ui/link.tsx';
import { type ConnectionsView, connectionsUrl, type Tab } from './query.ts';
import { t } from './words.ts';

interface Props {
  readonly tab: Tab;
  /** What else stays as it is. */
  readonly view: Partial<Omit<ConnectionsView, 'tab' | 'cursor'>>;
  readonly states: readonly string[];
  readonly word: (state: string) => string;
}

/** A list by state: a link for each, and one for all. */
export function StateTabs({ tab, view, states, word }: Props): ReactElement {
  const link = (state: string): ReactElement => <Link key={state} className="tab" href={connectionsUrl(tab, { ...view, state })} aria-current={state === view.state ? 'page' : undefined}>{state === '' ? t('all') : word(state)}</Link>;
  return <nav className="tabs" aria-label={t('state')}>{['', ...states].map(link)}</nav>;
}

/** The state that the address asks for; empty for all. */
export const stateOf = <T extends string>({ state }: ConnectionsView, states: readonly T[]): T | '' => states.find((one) => one === state) ?? '';
