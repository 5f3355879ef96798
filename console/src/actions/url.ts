// Where actions over many orders are looked at.
export const RESULTS = ['changed', 'skipped', 'failed'] as const;
export type ResultName = (typeof RESULTS)[number];

export interface ActionView {
  /** Which orders; all of them without it. */
  readonly result: ResultName | '';
  readonly cursor: string;
}

const textOf = (path: string, values: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString();
  return text === '' ? path : `${path}?${text}`;
};

export const actionsUrl = (cursor = ''): string => textOf('/order-actions', { cursor });
export const actionUrl = (id: string, { result = '', cursor = '' }: Partial<ActionView> = {}): string => textOf(`/order-actions/${encodeURIComponent(id)}`, { result, cursor });

export function parseAction(search: string): ActionView {
  const given = new URLSearchParams(search);
  return { result: RESULTS.find((one) => one === given.get('result')) ?? '', cursor: given.get('cursor') ?? '' };
}
