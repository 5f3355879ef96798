// Who has signed in, at the top right. The menu behind it comes when somebody is about to open it: it is a quarter of what the list would load.
import { lazy, type ReactElement, Suspense, useRef, useState } from 'react';
import { useSession } from './session.ts';
import { t } from './words.ts';

const load = () => import('../people/user-menu.tsx');
const UserMenu = lazy(load);
const soon = (): void => void load().catch(() => undefined);

const initials = (name: string): string => name.split(/\s+/).map((part) => part.charAt(0)).slice(0, 2).join('').toUpperCase();

export function UserButton(): ReactElement {
  const { data } = useSession();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  // Its place is kept from the beginning, so that nothing beside it moves.
  if (!data) return <span className="button quiet square" />;
  const name = data.user.name ?? data.user.id;
  return (
    <>
      <button ref={button} type="button" className="button quiet square user" aria-haspopup="menu" aria-expanded={open} aria-label={t('signedInAs', { name })} onPointerEnter={soon} onFocus={soon} onClick={() => setOpen(!open)} onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        setOpen(true);
      }}>{initials(name)}</button>
      {open ? <Suspense fallback={null}><UserMenu button={button} name={name} close={() => setOpen(false)} /></Suspense> : null}
    </>
  );
}
