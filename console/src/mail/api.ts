// What the mailbox asks the server.
import { getMail, listMails, type ListMailsData, type Mail, type MailDetail } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export type { Mail, MailDetail } from '@ordo/client';

export interface MailPage {
  readonly rows: readonly Mail[];
  readonly next: string | null;
}

export const readMails = async (query: NonNullable<ListMailsData['query']>): Promise<Result<MailPage>> =>
  mapped(await read((signal) => listMails({ query, signal })), ({ data, next_cursor }) => ({ rows: data, next: next_cursor }));

export const readMail = (id: string): Promise<Result<MailDetail>> => read((signal) => getMail({ path: { id }, signal }));
