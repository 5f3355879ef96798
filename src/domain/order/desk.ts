import { accept, type Outcome, refuse } from "../kernel/index.ts";
import { refuseFields } from "./capture.ts";

/** Tags that one order may have. */
export const TAGS_MAX = 20;

/** What people who work on an order keep beside it. Tags are sorted, each there once; the assignee is whom events name as an actor. */
export interface Desk {
  readonly orderId: string;
  readonly tags: readonly string[];
  readonly assignee: string | null;
  readonly version: number;
}

export type DeskChange =
  | { readonly type: "set_tags"; readonly tags: readonly string[] }
  | { readonly type: "tag"; readonly tags: readonly string[] }
  | { readonly type: "untag"; readonly tags: readonly string[] }
  /** The rest stays as it is, whoever changes it meanwhile. */
  | { readonly type: "change_tags"; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly type: "assign"; readonly assignee: string | null };

/** The desk after a change; the same desk where nothing changes. Refused with INVALID_FIELD where an order would have more than 20 tags, with NOTHING_TO_DO where somebody asked for a change and there is none. */
export function changeDesk(desk: Desk, change: DeskChange): Outcome<Desk> {
  if (change.type === "assign") {
    if (desk.assignee === change.assignee) return refuse("NOTHING_TO_DO", change.assignee === null ? "Nobody has the order." : "The order is with them already.");
    return accept({ ...desk, assignee: change.assignee, version: desk.version + 1 });
  }
  const tags = [...tagsAfter(desk.tags, change)].toSorted();
  if (tags.length > TAGS_MAX) return refuseFields([{ pointer: change.type === "change_tags" ? "/add" : "/tags", code: "INVALID_FIELD", detail: `The order would have ${tags.length} tags; at most ${TAGS_MAX} are allowed.` }]);
  const same = tags.length === desk.tags.length && tags.every((tag) => desk.tags.includes(tag));
  if (!same) return accept({ ...desk, tags, version: desk.version + 1 });
  if (change.type === "set_tags" || change.type === "change_tags") return accept(desk);
  return refuse("NOTHING_TO_DO", change.type === "tag" ? "The order has these tags already." : "The order has none of these tags.");
}

function tagsAfter(before: readonly string[], change: Exclude<DeskChange, { type: "assign" }>): ReadonlySet<string> {
  if (change.type === "set_tags") return new Set(change.tags);
  if (change.type === "change_tags") return new Set([...before.filter((tag) => !change.remove.includes(tag)), ...change.add]);
  if (change.type === "tag") return new Set([...before, ...change.tags]);
  return new Set(before.filter((tag) => !change.tags.includes(tag)));
}
