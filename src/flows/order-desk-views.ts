import type { Page } from "./queries.ts";

/** What people keep beside an order, as lists and the order show it. */
export interface DeskFigures {
  readonly tags: readonly string[];
  readonly assignee: string | null;
  readonly note_count: number;
}

export interface NoteView {
  readonly id: string;
  readonly order: string;
  readonly author: string;
  readonly mentions: readonly string[];
  readonly written_at: string;
  /** Null where the caller may not see it or it was erased. */
  readonly text: string | null;
}

export interface MentionView {
  readonly unread: boolean;
  readonly order_number: number;
  readonly note: NoteView;
}

interface Paged { readonly after: readonly string[] | null; readonly limit: number }

/** Who hears of a cancellation beside whom events are sent. */
export interface ToldOfCancelling { readonly customer: boolean; readonly connection: string | null }

export interface OrderDeskQueries {
  toldOfCancelling(tenantId: number, orderId: string): Promise<ToldOfCancelling>;
  /** Oldest first; null where there is no such order. */
  listNotes(tenantId: number, filter: Paged & { readonly orderId: string; readonly personal: boolean }): Promise<Page<NoteView> | null>;
  /** Of one person: unread ones first, then the latest. */
  listMentions(tenantId: number, filter: Paged & { readonly person: string; readonly personal: boolean }): Promise<Page<MentionView>>;
  countUnread(tenantId: number, person: string): Promise<number>;
  /** Tags that orders have, by name. */
  listOrderTags(tenantId: number, filter: Paged): Promise<Page<{ readonly tag: string }>>;
}

/** What a person does with what mentions them. */
export interface Mentions {
  /** Notes by their ids; null for all. Answers how many were unread. */
  read(tenantId: number, person: string, notes: readonly string[] | null): Promise<number>;
}
