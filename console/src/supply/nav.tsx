// What there is of stock beside the grid.
import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useMay } from '../app/session.ts';
import { Link } from '../ui/link.tsx';
import { t } from './words.ts';

const PARTS = [
  { name: 'grid', path: '/stock', scope: 'stock:read' }, { name: 'supply', path: '/stock/supply', scope: 'stock:read' }, { name: 'counts', path: '/stock/counts', scope: 'stock:read' }, { name: 'shortages', path: '/stock/shortages', scope: 'stock:read' },
  { name: 'protected', path: '/stock/protected', scope: 'catalogue:read' },
] as const;

export function StockParts(): ReactElement {
  const { pathname } = useLocation();
  const may = useMay();
  const isHere = (path: string): boolean => pathname === path || (path !== '/stock' && pathname.startsWith(`${path}/`));
  return <nav className="tabs" aria-label={t('parts')}>{PARTS.filter(({ scope }) => may(scope)).map(({ name, path }) => <Link key={name} className="tab" href={path} aria-current={isHere(path) ? 'page' : undefined}>{t(`part.${name}`)}</Link>)}</nav>;
}
