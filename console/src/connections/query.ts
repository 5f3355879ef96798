// Where in the connections one is: all of it is the address.
export const TABS = ['channels', 'inbox', 'unmapped', 'calls', 'webhooks', 'jobs', 'keys'] as const;
export type Tab = (typeof TABS)[number];

export interface ConnectionsView {
  /** Null where the address names none. */
  readonly tab: Tab | null;
  /** What a list is narrowed down to; empty for all of it. */
  readonly state: string;
  /** Of messages: the code of their connection, and the id that the channel gave their order. */
  readonly connection: string;
  readonly external: string;
  /** Where the page of a list begins. */
  readonly cursor: string;
  /** The one that is looked at: the id of a connection, a message or a webhook. */
  readonly of: string;
}

const PARAMETERS = { state: 'state', connection: 'connection', external: 'external_id', cursor: 'cursor', of: 'of' } as const satisfies Record<Exclude<keyof ConnectionsView, 'tab'>, string>;
type Name = keyof typeof PARAMETERS;
const NAMES = ['state', 'connection', 'external', 'cursor', 'of'] as const satisfies readonly Name[];

export function parseConnections(search: string): ConnectionsView {
  const given = new URLSearchParams(search);
  const text = (name: Name): string => given.get(PARAMETERS[name]) ?? '';
  return { tab: TABS.find((one) => one === given.get('tab')) ?? null, state: text('state'), connection: text('connection'), external: text('external'), cursor: text('cursor'), of: text('of') };
}

export function connectionsUrl(tab: Tab, more: Partial<Omit<ConnectionsView, 'tab'>> = {}): string {
  const set = NAMES.flatMap((name) => (more[name] === undefined || more[name] === '' ? [] : [[PARAMETERS[name], more[name]]]));
  return `/connections?${new URLSearchParams([['tab', tab], ...set]).toString()}`;
}
