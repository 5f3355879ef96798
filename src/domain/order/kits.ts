import type { Item } from "../catalog/index.ts";
import { noUnits } from "./journal.ts";
import type { LineDocument, Order, OrderLine } from "./types.ts";

/**
 * A kit is taken apart when it is captured: its own line carries the price and no units, the lines of its components carry the
 * units and no price. So stock, shipments and ledgers know components alone.
 */

/** A component's item, and how many counted units of it one kit has. */
export interface KitPart {
  readonly item: Pick<Item, "id" | "sku" | "status">;
  readonly quantity: number;
}

export const isKit = (line: Pick<OrderLine, "document">): boolean => line.document.kit !== undefined;

/** The lines of a kit's components; none for any other line. */
export const componentsOf = (order: Pick<Order, "lines">, kit: Pick<OrderLine, "lineNo">): OrderLine[] => order.lines.filter(({ parentLineNo }) => parentLineNo === kit.lineNo);

export const perKit = ({ document }: Pick<OrderLine, "document">): number => document.per_kit ?? 1;

/** How many whole kits a figure of their components makes. */
export const wholeKits = (components: readonly OrderLine[], figure: (component: OrderLine) => number): number =>
  components.length === 0 ? 0 : Math.min(...components.map((component) => Math.floor(figure(component) / perKit(component))));

/** A figure of a line in its own counted units: for a kit, the whole kits that its components make. */
export const figureOf = (order: Pick<Order, "lines">, line: OrderLine, figure: (line: OrderLine) => number): number =>
  isKit(line) ? wholeKits(componentsOf(order, line), figure) : figure(line);

/** Turns a line that was counted in kits into the line of the kit and those of its components, numbered from `nextLineNo`. */
export function takeApart(line: OrderLine, kits: number, shipTogether: boolean, parts: readonly KitPart[], nextLineNo: number): { kit: OrderLine; components: OrderLine[] } {
  return {
    kit: { ...line, ordered: 0, document: { ...line.document, kit: { quantity: kits, ship_together: shipTogether } } },
    components: parts.map(({ item, quantity }, n) => ({
      lineNo: nextLineNo + n, itemId: item.id, parentLineNo: line.lineNo, ordered: kits * quantity, units: noUnits(), attempts: 0,
      document: componentDocument(line.document, item.sku, kits * quantity, quantity),
    })),
  };
}

export const componentDocument = (kit: LineDocument, sku: string, quantity: number, each: number): LineDocument => ({
  sku, quantity: String(quantity), unit: null, unit_factor: 1, unit_price: "0", discount_minor: 0, tax_minor: 0, total_minor: 0, external_id: null, node: kit.node, per_kit: each,
});
