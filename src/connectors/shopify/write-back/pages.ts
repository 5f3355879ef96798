import { ended, found, retry, type Step } from '../../kit/answers.ts';
import type { PageInfo } from './shapes.ts';

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/** No order, item or shipment is that long; a shop that answers the same page for ever is. */
const PAGES_MAX = 60;

/** All nodes of a connection: those of a page that is known (null: none yet), then page by page. */
export async function allNodes<T>(first: Page<T> | null, next: (after: string | null) => Promise<Step<Page<T>>>): Promise<Step<readonly T[]>> {
  const nodes: T[] = first === null ? [] : [...first.nodes];
  let after = first === null ? null : cursorOf(first);
  if (first !== null && after === null) return found(nodes);
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const page = await next(after);
    if (!page.ok) return page;
    nodes.push(...page.value.nodes);
    after = cursorOf(page.value);
    if (after === null) return found(nodes);
  }
  return ended(retry('The channel answered page after page without an end.'));
}

const cursorOf = <T>({ pageInfo }: Page<T>): string | null => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null);
