import type { ReactElement, ReactNode } from 'react';

/** A fact and its name, in a list of them. */
export const Fact = ({ what, children, className }: { readonly what: ReactNode; readonly children: ReactNode; readonly className?: string }): ReactElement => <div className={className}><dt>{what}</dt><dd>{children}</dd></div>;
