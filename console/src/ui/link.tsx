// Links are ordinary links: only a plain click is taken by the page, so new tabs, copying and middle clicks work.
import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, ReactElement } from 'react';

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
}

export const isPlain = (event: MouseEvent): boolean => !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

export function Link({ href, onClick, ...rest }: Props): ReactElement {
  const { history } = useRouter();
  return <a href={href} {...rest} onClick={(event) => {
    onClick?.(event);
    if (!isPlain(event)) return;
    event.preventDefault();
    history.push(href);
  }} />;
}
