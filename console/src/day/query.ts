// What the morning list and the bad-day desk show, as their addresses say it.
export const CAUSES = ['HELD', 'WAITING_FOR_STOCK', 'NODE_CLOSED', 'NODE_BEHIND', 'NOT_ACCEPTED', 'NOT_RELEASED'] as const;
export type Cause = (typeof CAUSES)[number];

export interface MorningQuery {
  readonly cause: Cause | '';
  readonly node: string;
}

export function parseMorningQuery(search: string): MorningQuery {
  const given = new URLSearchParams(search);
  return { cause: CAUSES.find((one) => one === given.get('cause')) ?? '', node: given.get('node') ?? '' };
}

const addressOf = (path: string, query: Readonly<Record<string, string>>): string => {
  const out = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return out === '' ? path : `${path}?${out}`;
};

export const morningUrl = ({ cause = '', node = '' }: Partial<MorningQuery>): string => addressOf('/morning', { cause, node });

export const RESULTS = ['moved', 'waiting', 'kept', 'gone', 'failed'] as const;
export type ResultName = (typeof RESULTS)[number];

export interface BadDayQuery {
  /** Id of the closure that is looked at; empty for none. */
  readonly closure: string;
  readonly result: ResultName | '';
  readonly cursor: string;
}

export function parseBadDayQuery(search: string): BadDayQuery {
  const given = new URLSearchParams(search);
  return { closure: given.get('closure') ?? '', result: RESULTS.find((one) => one === given.get('result')) ?? '', cursor: given.get('cursor') ?? '' };
}

export const badDayUrl = ({ closure = '', result = '', cursor = '' }: Partial<BadDayQuery>): string => addressOf('/bad-day', { closure, result, cursor });
