/**
 * Bugs planted into the store, to see that the simulation finds them. Each is a mistake that has been made somewhere:
 * a lock left out, an answer given too early, a counter forgotten.
 */
export const MUTANTS = {
  "no item lock": "Stock decisions on one item are not serial, and figures are written instead of differences.",
  "taken without a second look": "Stock that was read without locks is taken as it was read, and no CHECK stands behind it.",
  "capacity without a second look": "What nodes can send is claimed as it was read.",
  "given back without a second look": "Units are given back as if no count had come in between.",
  "no order lock": "Two changes of one order decide on the same copy and both write their figures.",
  "early acknowledgement": "The caller is answered although the commit failed.",
  "answers forgotten": "The answer of an idempotency key is not stored.",
  "answers in a commit of their own": "The key's answer is stored first, the work after it.",
  "external id not unique": "An order of the same channel and external id is not recognised.",
  "lost stock movement": "The last physical movement of a batch is not written.",
  "lost line movement": "The last line movement of a batch of actions is not written.",
  "demand counters forgotten": "Unassigned demand keeps its old figures.",
  "soft claims kept": "A claim that ended stays open in its table.",
  "half a commit": "Only the first half of a commit's writes is done when the process dies.",
  "position from a sequence": "Event positions are taken outside the transaction, so a rollback leaves a gap.",
  "stale status": "The cached status label of changed orders is not written.",
  "shipment not written": "The stages of changed shipments are not written.",
  "hold not released": "Released holds stay open in their table.",
  "exclusion forgotten": "A node that sent work back is not remembered.",
  "waiting orders not found": "Arriving stock finds nobody who waits for it.",
  "no claim lock": "Two orders convert one soft claim at once.",
} as const satisfies Readonly<Record<string, string>>;

export type Mutant = keyof typeof MUTANTS;
