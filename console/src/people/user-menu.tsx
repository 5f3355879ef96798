// Who has signed in, at the top right: their own page, and the way out.
import { useRouter } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { forgetEverything, useSession } from '../app/session.ts';
import { leave } from './api.ts';
import { t } from './words.ts';

const initials = (name: string): string => name.split(/\s+/).map((part) => part.charAt(0)).slice(0, 2).join('').toUpperCase();

export default function UserMenu(): ReactElement | null {
  const { data } = useSession();
  const { history } = useRouter();
  if (!data) return null;
  const name = data.user.name ?? data.user.id;
  const out = async (): Promise<void> => {
    await leave();
    forgetEverything();
    location.assign('/signed-out');
  };
  return (
    <MenuTrigger>
      <Button className="button quiet square user" aria-label={t('signedInAs', { name })}>{initials(name)}</Button>
      <Popover className="menu-sheet" placement="bottom end">
        <p className="muted">{t('signedInAs', { name })}</p>
        <Menu aria-label={name}><MenuItem id="me" onAction={() => history.push('/me')}>{t('me')}</MenuItem><MenuItem id="out" onAction={() => void out()}>{t('signOut')}</MenuItem></Menu>
      </Popover>
    </MenuTrigger>
  );
}
