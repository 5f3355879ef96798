import { present } from "../kernel/index.ts";
import { type Order, type OrderLine, perKit, type Shipment, componentsOf, wholeKits } from "../order/index.ts";
import type { Demand } from "../routing/index.ts";
import type { SentBack } from "./resource.ts";
import type { SourcingFacts, Wanted } from "./source.ts";

/**
 * Kits that have to leave in one shipment. As long as nothing of a kit has left a node, its components are routed, and sent
 * back, together. Of a kit that a node could only send in part, the missing components follow alone.
 */

/** What is wanted, as demands: whole kits that ship together as one each, everything else line by line. */
export function demandsOf(order: Order, wanted: readonly Wanted[], facts: SourcingFacts, now: number): Demand[] {
  const left = new Map(wanted.map(({ line, quantity }) => [line, quantity]));
  const demands: Demand[] = [];
  // Only strategies ask what goods are worth.
  const valueOf = facts.channel.strategy === null ? null : valuesOf(order);
  const add = (worth: OrderLine, quantity: number, lines: readonly OrderLine[], parts: Demand["parts"]): void => {
    const demand: Demand = { preselected: lines[0]?.document.node ?? null, excluded: excludedFrom(order, lines, now), lineNo: worth.lineNo, quantity, parts };
    demands.push(valueOf === null ? demand : { ...demand, valueMinor: valueOf(worth, quantity) });
  };
  for (const { line } of wanted) {
    const kit = kitShippingTogether(order, line);
    const components = kit ? componentsOf(order, kit) : [];
    const kits = wholeKits(components, (component) => left.get(component) ?? 0);
    if (kit && kits > 0) {
      add(kit, kits, components, components.map((part) => ({ lineNo: part.lineNo, item: facts.item(part.itemId), perUnit: perKit(part) })));
      for (const component of components) left.set(component, (left.get(component) ?? 0) - kits * perKit(component));
    }
    const quantity = left.get(line) ?? 0;
    if (quantity > 0) add(line, quantity, [line], [{ lineNo: line.lineNo, item: facts.item(line.itemId), perUnit: 1 }]);
  }
  return demands;
}

/**
 * What units of a line are worth, as what the customer pays for them, in whole minor units: their share of the line's total, less that of what
 * the order as a whole is discounted, which follows the value of the goods; of a kit's components, each unit as much as any other.
 */
function valuesOf(order: Order): (line: OrderLine, quantity: number) => number {
  const goods = order.lines.reduce((sum, { document }) => sum + document.total_minor, 0);
  const paid = goods - Math.min(order.document.discount_minor, goods);
  return (line, quantity) => {
    const kit = line.parentLineNo === null ? line : present(order.lines.find(({ lineNo }) => lineNo === line.parentLineNo), "kit");
    const all = kit === line ? (line.document.kit?.quantity ?? line.ordered) : componentsOf(order, kit).reduce((sum, { ordered }) => sum + ordered, 0);
    return all === 0 || goods === 0 ? 0 : Number((BigInt(kit.document.total_minor) * BigInt(paid) * BigInt(quantity)) / (BigInt(goods) * BigInt(all)));
  };
}

const NO_NODES: ReadonlySet<string> = new Set();

const excludedFrom = ({ excluded }: Order, lines: readonly OrderLine[], now: number): ReadonlySet<string> => (excluded.length === 0 ? NO_NODES
  : new Set(excluded.filter((one) => one.until > now && lines.some(({ lineNo }) => lineNo === one.lineNo)).map(({ nodeId }) => nodeId)));

/** The line of the kit whose components this one has to leave with. */
function kitShippingTogether(order: Order, { parentLineNo }: OrderLine): OrderLine | undefined {
  if (parentLineNo === null) return undefined;
  return order.lines.find(({ lineNo, document }) => lineNo === parentLineNo && document.kit?.ship_together === true);
}

/** Reserved units that go back, with those that their kits need: half a kit is of no use where nothing has been sent yet. */
export function withTheirKits(order: Order, shipment: Shipment, units: readonly SentBack[]): readonly SentBack[] {
  if (shipment.status !== "PLANNED" || order.lines.every(({ parentLineNo }) => parentLineNo === null)) return units;
  const back = new Map(units.map((unit) => [unit.line, unit]));
  for (const { line } of units) {
    const kit = kitShippingTogether(order, line);
    const components = kit ? componentsOf(order, kit) : [];
    const broken = Math.max(0, ...components.map((component) => Math.ceil((back.get(component)?.quantity ?? 0) / perKit(component))));
    for (const component of components) {
      const quantity = Math.min(shipment.lines.get(component.lineNo)?.reserved ?? 0, broken * perKit(component));
      if (quantity > 0) back.set(component, { line: component, stage: "reserved", quantity });
    }
  }
  return [...back.values()];
}
