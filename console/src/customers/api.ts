// Customers, what they have, and what is done with what is held of them.
import {
  deleteCustomerNote, eraseCustomer, getCustomer, listCustomerConsents, listCustomerNotes, listCustomerOrders, listCustomers, mergeCustomer, recordConsent, writeCustomerNote,
  type Consent, type Customer, type CustomerErasure, type CustomerMerge, type CustomerNote, type CustomerOrder, type CustomerSummary, type RecordConsentData,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export type { Consent, Customer, CustomerErasure, CustomerMerge, CustomerOrder, CustomerSummary } from '@ordo/client';
export type ConsentKind = RecordConsentData['body']['kind'];
export const CONSENT_KINDS = ['marketing_email', 'marketing_phone', 'marketing_sms', 'marketing_post', 'profiling'] as const satisfies readonly ConsentKind[];

interface Page<T> { readonly rows: readonly T[]; readonly next: string | null }
const pageOf = <T>({ data, next_cursor }: { readonly data: readonly T[]; readonly next_cursor: string | null }): Page<T> => ({ rows: data, next: next_cursor });
const PAGE = 50;
const from = (cursor: string): { cursor?: string } => (cursor === '' ? {} : { cursor });

export const customerUrl = (id: string): string => `/customers/${encodeURIComponent(id)}`;

export const readCustomers = async (q: string, cursor: string): Promise<Result<Page<CustomerSummary>>> =>
  mapped(await read((signal) => listCustomers({ query: { limit: PAGE, ...(q === '' ? {} : { q }), ...from(cursor) }, signal })), pageOf);
export const readCustomerOf = async (order: string): Promise<Result<CustomerSummary | null>> => mapped(await read((signal) => listCustomers({ query: { order }, signal })), ({ data }) => data[0] ?? null);
export const readCustomer = (id: string): Promise<Result<Customer>> => read((signal) => getCustomer({ path: { id }, signal }));
export const readOrdersOf = async (id: string, cursor: string): Promise<Result<Page<CustomerOrder>>> => mapped(await read((signal) => listCustomerOrders({ path: { id }, query: { limit: 25, ...from(cursor) }, signal })), pageOf);
export const readNotesOf = async (id: string): Promise<Result<readonly CustomerNote[]>> => mapped(await read((signal) => listCustomerNotes({ path: { id }, query: { limit: 250 }, signal })), ({ data }) => data);
export const readConsents = async (id: string): Promise<Result<readonly Consent[]>> => mapped(await read((signal) => listCustomerConsents({ path: { id }, signal })), ({ data }) => data);

export const writeNote = (id: string, text: string): Promise<Result<CustomerNote>> => read((signal) => writeCustomerNote({ path: { id }, body: { text }, signal }));
export const dropNote = (id: string, note: string): Promise<Result<unknown>> => read((signal) => deleteCustomerNote({ path: { id, note }, signal }));
export const record = (id: string, kind: ConsentKind, given: boolean, source: string): Promise<Result<Consent>> => read((signal) => recordConsent({ path: { id }, body: { kind, given, source }, signal }));
export const merge = (id: string, into: string, dryRun: boolean): Promise<Result<CustomerMerge>> => read((signal) => mergeCustomer({ path: { id }, body: { into, dry_run: dryRun }, signal }));
export const lookAtErasure = (id: string): Promise<Result<CustomerErasure>> => read((signal) => eraseCustomer({ path: { id }, body: { dry_run: true }, signal }));
export const erase = (id: string): Promise<Result<CustomerErasure>> => read((signal) => eraseCustomer({ path: { id }, body: { confirm: id }, signal }));
