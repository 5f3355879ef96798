// What the screens of strategies show, as their address says it.
export const VIEWS = ['rules', 'versions', 'simulations', 'shadow'] as const;
export type View = (typeof VIEWS)[number];

export interface StrategyQuery {
  readonly view: View;
  /** Versions that are compared; 0 where none was chosen. */
  readonly from: number;
  readonly to: number;
  readonly cursor: string;
}

const whole = (text: string | null): number => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 0);

export function parseStrategyQuery(search: string): StrategyQuery {
  const given = new URLSearchParams(search);
  return { view: VIEWS.find((one) => one === given.get('view')) ?? 'rules', from: whole(given.get('from')), to: whole(given.get('to')), cursor: given.get('cursor') ?? '' };
}

export function strategyUrl(code: string, { view = 'rules', from = 0, to = 0, cursor = '' }: Partial<StrategyQuery> = {}): string {
  const parameters = new URLSearchParams(Object.entries({ view: view === 'rules' ? '' : view, from: from === 0 ? '' : String(from), to: to === 0 ? '' : String(to), cursor }).filter(([, value]) => value !== '')).toString();
  return `/strategies/${encodeURIComponent(code)}${parameters === '' ? '' : `?${parameters}`}`;
}

export const simulationUrl = (code: string, id: string, cursor = ''): string => `/strategies/${encodeURIComponent(code)}/simulations/${encodeURIComponent(id)}${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`;
