import { csvRow } from '../../files/cells.ts';
import { writeFile } from 'node:fs/promises';

/** What can be worth a row in the error file. A fault makes the import partial; the others are what the data are like. */
export const ISSUES = {
  UNREADABLE_ROW: { fault: true, suggestion: 'Give the row as many fields as the heading has, with quotes around those that hold commas.' },
  BAD_VALUE: { fault: true, suggestion: 'Write prices like 58.90 and dates like 2017-10-02 10:56:33; the order is left out until then.' },
  BAD_MEASURE: { fault: true, suggestion: 'Write a plain number such as 16.5; the value was left empty.' },
  DUPLICATE_ROW: { fault: true, suggestion: 'Remove one of the two rows; the first one was taken.' },
  UNKNOWN_ORDER: { fault: true, suggestion: 'Add the order to the orders file, or remove the row.' },
  UNKNOWN_CUSTOMER: { fault: true, suggestion: 'Add the customer to the customers file.' },
  UNKNOWN_PRODUCT: { fault: true, suggestion: 'Add the product to the products file.' },
  UNKNOWN_SELLER: { fault: true, suggestion: 'Add the seller to the sellers file.' },
  UNKNOWN_STATUS: { fault: true, suggestion: 'Use created, approved, processing, invoiced, shipped, delivered, unavailable or canceled; the order was only captured.' },
  STATE_DIFFERS: { fault: true, suggestion: 'Look at the order with "ordo orders timeline"; someone else may have changed it.' },
  TOTAL_DIFFERS: { fault: true, suggestion: 'Compare the order with its rows; an earlier import of other rows may have captured it.' },
  NO_ITEMS: { fault: false, suggestion: 'Nothing to do: an order without items cannot be captured. Its payments are counted as refused.' },
  NOT_APPROVED: { fault: false, suggestion: 'Nothing to do: the order gets a PAYMENT hold, which is released where the data say that it went on.' },
  PAYMENT_DIFFERS: { fault: false, suggestion: 'Nothing to do: both sums are kept as they are.' },
  NO_COORDINATES: { fault: false, suggestion: 'Add the zip prefix to the zip_centroids file to have distances.' },
  APPROVED_BEFORE_PURCHASE: { fault: false, suggestion: 'Nothing to do: the purchase time is taken.' },
  CARRIER_BEFORE_APPROVAL: { fault: false, suggestion: 'Nothing to do: the approval time is taken.' },
  DELIVERED_BEFORE_CARRIER: { fault: false, suggestion: 'Nothing to do: the time at the carrier is taken.' },
  NO_CARRIER_DATE: { fault: false, suggestion: 'Nothing to do: the time of the fact before is taken.' },
  NO_DELIVERY_DATE: { fault: false, suggestion: 'Nothing to do: the time at the carrier is taken.' },
  DATES_PAST_STATUS: { fault: false, suggestion: 'Nothing to do: the status decides, and the later dates are left out.' },
  CLOCK_IN_FUTURE: { fault: false, suggestion: 'Nothing to do: the time of the import is taken.' },
} as const;

export type IssueCode = keyof typeof ISSUES;

export interface Issue {
  readonly file: string;
  /** Line of the file, the heading being line 1. */
  readonly row: number | null;
  readonly orderId: string | null;
  /** An IssueCode, or the code of a refusal by the API. */
  readonly code: string;
  readonly message: string;
  readonly suggestion: string;
}

/** Collects what the error file tells, and how often each kind occurred. */
export class IssueLog {
  readonly list: Issue[] = [];
  readonly counts = new Map<string, number>();
  faults = 0;

  add(code: IssueCode, where: { readonly file: string; readonly row?: number; readonly orderId?: string }, message: string): void {
    const { fault, suggestion } = ISSUES[code];
    this.#push({ file: where.file, row: where.row ?? null, orderId: where.orderId ?? null, code, message, suggestion }, fault);
  }

  /** A refusal by the API, which names its own code. */
  refusal(where: { readonly file: string; readonly row?: number; readonly orderId?: string }, problem: { readonly code: string; readonly detail: string }): void {
    this.#push({
      file: where.file, row: where.row ?? null, orderId: where.orderId ?? null, code: problem.code, message: problem.detail,
      suggestion: `See ${problem.code} in docs/reference/errors.md; after correcting it, run the same command again.`,
    }, true);
  }

  count(code: IssueCode): number {
    return this.counts.get(code) ?? 0;
  }

  #push(issue: Issue, fault: boolean): void {
    this.list.push(issue);
    this.counts.set(issue.code, (this.counts.get(issue.code) ?? 0) + 1);
    if (fault) this.faults += 1;
  }
}

export async function writeIssues(path: string, issues: readonly Issue[]): Promise<void> {
  const rows = issues.map(({ file, row, orderId, code, message, suggestion }) => csvRow([file, String(row ?? ''), orderId ?? '', code, message, suggestion]));
  await writeFile(path, `file,row,order_id,code,message,suggestion\r\n${rows.join('')}`);
}
