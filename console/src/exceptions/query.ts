// Which entries the desk shows, as its address says it.
export interface DeskQuery {
  /** Code of the queue; empty for the first that has entries. */
  readonly queue: string;
  readonly mine: boolean;
  /** Only what rests, instead of what does not. */
  readonly snoozed: boolean;
  readonly cursor: string;
}

export function parseDeskQuery(search: string): DeskQuery {
  const given = new URLSearchParams(search);
  return { queue: given.get('queue') ?? '', mine: given.get('mine') === '1', snoozed: given.get('snoozed') === '1', cursor: given.get('cursor') ?? '' };
}

export function deskUrl({ queue = '', mine = false, snoozed = false, cursor = '' }: Partial<DeskQuery>): string {
  const out = new URLSearchParams({ ...(queue === '' ? {} : { queue }), ...(mine ? { mine: '1' } : {}), ...(snoozed ? { snoozed: '1' } : {}), ...(cursor === '' ? {} : { cursor }) }).toString();
  return out === '' ? '/exceptions' : `/exceptions?${out}`;
}
