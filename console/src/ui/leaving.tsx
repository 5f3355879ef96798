// Stands where something is written that nobody saved yet: whoever goes elsewhere, or closes the tab, is told first.
import { useBlocker } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { AskFirst } from './ask-first.tsx';

interface Props {
  readonly title: string;
  readonly why: string;
  /** What the button says that goes all the same. */
  readonly act: string;
  /** What the address of the page says while it is written there; without it every address of the page is. */
  readonly while?: string;
}

export function Leaving({ title, why, act, while: named }: Props): ReactElement | null {
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname || (named !== undefined && !Object.hasOwn(next.search, named)), withResolver: true, enableBeforeUnload: true });
  if (status !== 'blocked') return null;
  return <AskFirst title={title} act={act} pending={false} error={null} close={reset} go={proceed}><p>{why}</p></AskFirst>;
}
