import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A made-up directory of the layout, with an order of every state and every oddity. */

interface Sale {
  readonly status: string;
  readonly approved?: string;
  readonly carrier?: string;
  readonly delivered?: string;
  /** [product, seller, price, freight] of each unit. */
  readonly items?: readonly (readonly [string, string, string, string])[];
  readonly payments?: readonly (readonly [string, string])[];
}

const lamp = ['lamp', 'north', '19.90', '5.10'] as const;
const chair = ['chair', 'south', '120.00', '30.25'] as const;
const vase = ['vase', 'nowhere', '8.00', '0.00'] as const;
const paidLamp = [['credit_card', '25.00']] as const;
const clocks = { approved: '10:20:00', carrier: '14:00:00', delivered: '18:30:00' };

/** One a day from 2017-03-01 on; the n-th is order-n and belongs to customer-n. */
export const SALES: readonly Sale[] = [
  ...Array.from({ length: 5 }, (): Sale => ({ status: 'delivered', ...clocks, items: [lamp], payments: paidLamp })),
  { status: 'delivered', ...clocks, items: [lamp, lamp, lamp], payments: [['voucher', '50.00'], ['credit_card', '25.00']] },
  { status: 'delivered', ...clocks, items: [lamp, chair], payments: [['boleto', '175.25']] },
  { status: 'delivered', ...clocks, items: [vase, chair, lamp], payments: [['boleto', '183.25']] },
  { status: 'delivered', approved: '15:00:00', carrier: '14:00:00', delivered: '18:30:00', items: [lamp], payments: paidLamp },
  { status: 'delivered', approved: '10:20:00', carrier: '14:00:00', delivered: '13:00:00', items: [lamp], payments: paidLamp },
  { status: 'delivered', approved: '10:20:00', carrier: '14:00:00', items: [lamp], payments: paidLamp },
  { status: 'delivered', carrier: '14:00:00', delivered: '18:30:00', items: [lamp], payments: paidLamp },
  { status: 'shipped', approved: '10:20:00', carrier: '14:00:00', items: [lamp, chair], payments: [['boleto', '175.25']] },
  { status: 'shipped', approved: '10:20:00', carrier: '14:00:00', items: [lamp], payments: paidLamp },
  { status: 'canceled', approved: '10:20:00', items: [lamp], payments: paidLamp },
  { status: 'canceled', ...clocks, items: [lamp], payments: paidLamp },
  { status: 'canceled', payments: [['voucher', '10.00']] },
  { status: 'unavailable', approved: '10:20:00', payments: [['credit_card', '99.99']] },
  { status: 'processing', approved: '10:20:00', items: [chair], payments: [['boleto', '150.25']] },
  { status: 'invoiced', ...clocks, items: [lamp], payments: paidLamp },
  { status: 'created', payments: [['boleto', '1.00']] },
  { status: 'created', items: [lamp], payments: paidLamp },
  { status: 'approved', approved: '10:20:00', items: [lamp], payments: paidLamp },
  { status: 'delivered', ...clocks, items: [lamp], payments: [['credit_card', '26.00']] },
];

/** What of the fixture is captured: three orders have no items. */
export const FIXTURE = {
  orders: 24, captured: 21, delivered: 13, shipped: 2, cancelled: 2, inBetween: 4, refused: 3,
  merchandiseMinor: 22 * 1990 + 4 * 12000 + 800, freightMinor: 22 * 510 + 4 * 3025, capturedPaidMinor: 22 * 2500 + 4 * 15025 + 800 + 100, refusedPaidMinor: 11099,
} as const;

export const table = (heading: string, rows: readonly (readonly string[])[]): string => `${[heading, ...rows.map((row) => row.join(','))].join('\n')}\n`;

/** Text of each file by its name without an ending. */
export function fixtureFiles(sales: readonly Sale[] = SALES): Record<string, string> {
  const day = (n: number, time: string | undefined): string => (time === undefined ? '' : `2017-03-${String(n).padStart(2, '0')} ${time}`);
  const numbered = sales.map((sale, index) => ({ ...sale, n: index + 1 }));
  return {
    orders: table(
      'order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date',
      // The files are in no order of time.
      numbered.toReversed().map(({ n, status, approved, carrier, delivered }) =>
        [`order-${n}`, `customer-${n}`, status, day(n, '10:00:00'), day(n, approved), day(n, carrier), day(n, delivered), day(n, '00:00:00')]),
    ),
    order_items: table('order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value', numbered.flatMap(({ n, items = [] }) =>
      items.map(([product, seller, price, freight], at) => [`order-${n}`, String(at + 1), product, seller, day(n, '23:00:00'), price, freight]))),
    order_payments: table('order_id,payment_sequential,payment_type,payment_installments,payment_value', numbered.flatMap(({ n, payments = [] }) =>
      payments.map(([tender, value], at) => [`order-${n}`, String(at + 1), tender, '1', value]))),
    customers: table('customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state', numbered.map(({ n }) => [`customer-${n}`, 'x', n === 1 ? '99999' : '01001', 'a town', 'SP'])),
    products: table('product_id,product_category_name,product_weight_g,product_length_cm,product_height_cm,product_width_cm', [
      ['lamp', 'casa', '650', '16', '10.5', '14'], ['chair', 'moveis', '9000', '60', '90', '55'], ['vase', '', '', '', '', ''], ['never-sold', 'casa', '1', '1', '1', '1'],
    ]),
    sellers: table('seller_id,seller_zip_code_prefix,seller_city,seller_state', [
      ['north', '01002', '"a town, in the north"', 'SP'], ['south', '01003', 'a town', 'RS'], ['nowhere', '88888', 'a town', 'SC'], ['never-asked', '01002', 'a town', 'SP'],
    ]),
    category_translation: table('product_category_name,product_category_name_english', [['casa', 'home']]),
    zip_centroids: table('zip_code_prefix,lat,lng,city,state', [['01001', '-23.5', '-46.6', 'a', 'SP'], ['01002', '-22.1', '-46', 'a', 'SP'], ['01003', '-30', '-51.2', 'a', 'RS']]),
  };
}

/** Writes files into a new directory, as they are or gzipped. */
export async function writeDirectory(files: Readonly<Record<string, string>>, gzipped = false): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ordo-olist-'));
  for (const [name, text] of Object.entries(files)) {
    if (gzipped) await writeFile(join(directory, `${name}.csv.gz`), gzipSync(text));
    else await writeFile(join(directory, `${name}.csv`), text);
  }
  return directory;
}
