import { type EventType, isPerson } from "../kernel/index.ts";
import { textsIn } from "./undo.ts";

/** How long the console offers to take something back. */
export const TAKE_BACK_SECONDS = 10;

/** How long messages about it wait: as long as it is offered, and a second for the way there. In milliseconds. */
export const MESSAGES_WAIT_MS = (TAKE_BACK_SECONDS + 1) * 1000;

/** What people do that the console offers to take back, as the log names it. Nothing else waits. */
export const TAKEN_BACK: readonly EventType[] = ["HoldPlaced", "OrderTagged", "OrderAssigned"];

/** For how many seconds nobody outside is told of what somebody does that can be taken back, from when it is done on. */
export const untoldSeconds = (actor: string): number => (isPerson(actor) ? TAKE_BACK_SECONDS : 0);

/** A fact about an order, as messages tell of it. */
export interface ToldFact {
  readonly position: number;
  readonly type: EventType;
  readonly orderId: string | null;
  readonly actor: string;
  readonly recordedAt: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was done and what took it back, by their positions in the log. */
export interface TakenBack {
  readonly deed: number;
  readonly counter: number;
}

export interface Waits {
  /** Until when messages about a fact wait, by its position. */
  readonly until: ReadonlyMap<number, number>;
  /** Of these nobody outside needs to hear who has not heard of the deed yet. */
  readonly takenBack: readonly TakenBack[];
}

/**
 * Decides which of the next facts have to wait before anybody outside is told of them, and which pairs of deed and counter-deed come to
 * nothing. `waiting` are earlier facts of the same orders of which messages still wait, `fresh` those that follow; both by position.
 * A deed of a person waits; what follows about the same order waits with it, so that none overtakes it. Taken back is a deed within its
 * wait, by a person, through exactly its opposite, where nothing else has touched the same since.
 */
export function decideWaits(waiting: readonly ToldFact[], fresh: readonly ToldFact[], waitMs: number): Waits {
  const standing = new Map<string, readonly ToldFact[]>();
  for (const fact of waiting) add(standing, fact);
  const until = new Map<number, number>();
  const takenBack: TakenBack[] = [];
  for (const fact of fresh) {
    if (fact.orderId === null) continue;
    const before = standing.get(fact.orderId) ?? [];
    const last = Math.max(...[...before, fact].filter(isDeed).map(({ recordedAt }) => recordedAt + waitMs));
    if (last > -Infinity) until.set(fact.position, last);
    const deed = takenBackBy(fact, before, waitMs);
    if (deed === undefined) add(standing, fact);
    else {
      takenBack.push({ deed: deed.position, counter: fact.position });
      standing.set(fact.orderId, before.filter((one) => one !== deed));
    }
  }
  return { until, takenBack };
}

const isDeed = ({ type, actor }: ToldFact): boolean => isPerson(actor) && TAKEN_BACK.includes(type);

function add(standing: Map<string, readonly ToldFact[]>, fact: ToldFact): void {
  if (fact.orderId !== null) standing.set(fact.orderId, [...(standing.get(fact.orderId) ?? []), fact]);
}

function takenBackBy(counter: ToldFact, before: readonly ToldFact[], waitMs: number): ToldFact | undefined {
  if (!isPerson(counter.actor)) return undefined;
  const last = before.findLast((one) => touchesSame(one, counter));
  return last !== undefined && isDeed(last) && isOpposite(last, counter) && counter.recordedAt <= last.recordedAt + waitMs ? last : undefined;
}

/** Whether two facts of an order are about the same hold, about one tag at least, or about who looks after it. */
function touchesSame(one: ToldFact, other: ToldFact): boolean {
  if (isOfHold(one) && isOfHold(other)) return one.data["hold_no"] === other.data["hold_no"];
  if (one.type !== other.type) return false;
  if (one.type === "OrderAssigned") return true;
  const tags = new Set(tagsOf(one));
  return one.type === "OrderTagged" && tagsOf(other).some((tag) => tags.has(tag));
}

function isOpposite(deed: ToldFact, counter: ToldFact): boolean {
  if (deed.type === "HoldPlaced") return counter.type === "HoldReleased";
  if (deed.type === "OrderAssigned") return deed.data["from"] === counter.data["to"] && deed.data["to"] === counter.data["from"];
  return sameTags(deed.data["added"], counter.data["removed"]) && sameTags(deed.data["removed"], counter.data["added"]);
}

const isOfHold = ({ type }: ToldFact): boolean => type === "HoldPlaced" || type === "HoldReleased";
const tagsOf = ({ data }: ToldFact): readonly string[] => [...textsIn(data["added"]), ...textsIn(data["removed"])];
const sameTags = (one: unknown, other: unknown): boolean => textsIn(one).toSorted().join("\n") === textsIn(other).toSorted().join("\n");
