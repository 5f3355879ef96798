import type { ReactElement } from 'react';
import { Copyable } from '../ui/copy.tsx';

/** A secret that nobody sees again, and what it is for. */
export const ShownOnce = ({ what, value }: { readonly what: string; readonly value: string }): ReactElement => <div className="shown-once"><p role="status">{what}</p><Copyable text={value} /></div>;
