import type { Desk } from "../domain/order/index.ts";
import type { Store, Transaction } from "./ports.ts";

/** A note about an order. Mentions are people by their public ids. */
export interface OrderNote {
  readonly id: string;
  readonly orderId: string;
  readonly author: string;
  readonly mentions: readonly string[];
  readonly writtenAt: number;
  readonly text: string;
}

export interface DeskTransaction extends Transaction {
  /** The desks of those of these orders that are there, without locks. */
  readDesks(orderIds: readonly string[]): Promise<ReadonlyMap<string, Desk>>;
  /** The same, locked; comes after the locks of orders. */
  lockDesks(orderIds: readonly string[]): Promise<ReadonlyMap<string, Desk>>;
  saveDesks(desks: readonly Desk[]): Promise<void>;
  /** Which of these people (public ids) are there. */
  findPeople(people: readonly string[]): Promise<ReadonlySet<string>>;
  saveNote(note: OrderNote): Promise<void>;
  /** Who wrote a note of an order; null where there is none. Locks it. */
  lockNote(orderId: string, noteId: string): Promise<string | null>;
  deleteNote(noteId: string): Promise<void>;
}

export interface DeskStore extends Store {
  transact<T>(tenantId: number, work: (tx: DeskTransaction) => Promise<T>): Promise<T>;
}
