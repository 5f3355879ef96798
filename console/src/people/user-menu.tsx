// Behind the button at the top right: one's own page, and the way out.
import { useRouter } from '@tanstack/react-router';
import type { ReactElement, RefObject } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { forgetEverything } from '../app/session.ts';
import { t as app } from '../app/words.ts';
import { leave } from './api.ts';
import { t } from './words.ts';

interface Props {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly name: string;
  readonly close: () => void;
}

export default function UserMenu({ button, name, close }: Props): ReactElement {
  const { history } = useRouter();
  const out = async (): Promise<void> => {
    await leave();
    forgetEverything();
    location.assign('/signed-out');
  };
  return (
    <Popover className="menu-sheet" placement="bottom end" triggerRef={button} isOpen onOpenChange={(open) => void (open || close())} aria-label={name}>
      <p className="muted">{app('signedInAs', { name })}</p>
      <Menu aria-label={name} autoFocus="first" onAction={(id) => {
        close();
        if (id === 'me') history.push('/me');
        else void out();
      }}><MenuItem id="me">{t('me')}</MenuItem><MenuItem id="out">{t('signOut')}</MenuItem></Menu>
    </Popover>
  );
}
