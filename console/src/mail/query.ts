// What the mailbox shows, as its address says it.
import { isMailState, type MailState } from '../words.ts';

export interface MailQuery {
  readonly state: MailState | '';
  /** Id of the order the mails are about; empty for any. */
  readonly order: string;
  readonly cursor: string;
}

export function parseMailQuery(search: string): MailQuery {
  const parameters = new URLSearchParams(search);
  const state = parameters.get('state') ?? '';
  return { state: isMailState(state) ? state : '', order: parameters.get('order') ?? '', cursor: parameters.get('cursor') ?? '' };
}

export function mailboxUrl(query: Partial<MailQuery> = {}): string {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return parameters === '' ? '/mailbox' : `/mailbox?${parameters}`;
}

export const mailUrl = (id: string): string => `/mailbox/${encodeURIComponent(id)}`;
