/** A made-up file of the layout, with a row of every class and every oddity. */

const HEADING = 'invoice_no,stock_code,description,quantity,invoice_date,unit_price,customer_id,country';

export const ROWS: readonly string[] = [
  // Two lines of the same product at the same price stay two lines; postage and a discount are the order's.
  '100001,10A,BLUE CUP,6,2010-12-01T08:26,2.55,501,United Kingdom', '100001,10A,BLUE CUP,6,2010-12-01T08:26,2.55,501,United Kingdom',
  '100001,POST,POSTAGE,1,2010-12-01T08:26,18,501,United Kingdom', '100001,D,Discount,-1,2010-12-01T08:26,3.5,501,United Kingdom',
  // The same product in small letters, under another name; an invoice whose rows do not stand together.
  '100002,10a,BLUE CUP OLD NAME,1,2010-12-01T09:00,2.10,,France', '100003,20,"TRAY, ""ROUND""",3,2010-12-01T09:01,0.335,502,Germany', '100002,20,"TRAY, ""ROUND""",2,2010-12-01T09:02,0.85,,France',
  '100003,DOT,DOTCOM POSTAGE,1,2010-12-01T09:01,4.25,502,Germany', '100003,M,Manual,1,2010-12-01T09:01,1.25,502,Germany', '100003,gift_0001_20,Gift voucher,1,2010-12-01T09:01,16.67,502,Germany',
  '100003,PADS,PADS FOR ALL,1,2010-12-01T09:01,0.001,502,Germany',
  // Given away: with a customer, or under a name at which it is sold.
  '100004,30,ONLY GIVEN,1,2011-01-10T10:00,0,503,Spain', '100005,10A,BLUE CUP,2,2011-07-01T10:00,0.00,,EIRE', '100005,20,"TRAY, ""ROUND""",1,2011-07-01T10:00,0.85,,EIRE',
  // What the stock clerk wrote.
  '100006,20,damaged,7,2011-01-11T10:00,0,,United Kingdom', '100007,20,check,-7,2011-01-11T10:01,0,,United Kingdom', '100008,40,Unknown,1,2011-01-11T10:02,0,,United Kingdom',
  // Only services.
  '100009,AMAZONFEE,AMAZON FEE,1,2011-01-12T10:00,100.00,,United Kingdom', '100009,BANK CHARGES,Bank Charges,1,2011-01-12T10:00,15,,United Kingdom',
  // Cancelled, and adjusted.
  'C100010,10A,BLUE CUP,-6,2011-01-13T10:00,2.55,501,United Kingdom', 'C100010,D,Discount,-1,2011-01-13T10:00,10,501,United Kingdom',
  'A100011,B,Adjust bad debt,1,2011-01-14T10:00,-11062.06,,United Kingdom',
  // Cannot be read, and so the whole invoice is left out.
  '100012,20,"TRAY, ""ROUND""",1,2011-01-15T10:00,cheap,504,Norway', '100012,10A,BLUE CUP,1,2011-01-15T10:00,2.55,504,Norway',
];

/** Figures in tenths of a penny. */
export const UCI_FIXTURE = {
  rows: ROWS.length, invoices: 12, captured: 5, products: 3, receipts: 5,
  tenths: {
    sale: 2 * 15300 + 2100 + 1005 + 1700 + 850 + 2550, given_away: 0, shipping: 18000 + 4250, discount: -3500, other_charge: 1250 + 16670 + 1 + 115000,
    cancellation: -15300 - 10000, adjustment: -11062060, stock_note: 0, unreadable: 0,
  },
  /** Each line and each charge in whole pennies: 0.335 * 3 is 1.005, and 0.001 is nothing. */
  capturedMinor: (2 * 1530 + 1800 - 350) + (210 + 170) + (101 + 425 + 1792) + 0 + 85,
  roundingTenths: 5 - 1,
} as const;

export const uciFile = (rows: readonly string[] = ROWS): string => `${[HEADING, ...rows].join('\n')}\n`;
