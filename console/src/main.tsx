// The page begins here: how somebody likes it, then the screen that the address names.
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { cache } from './app/ask.ts';
import { preferences, usePreferences } from './app/preferences.ts';
import { router } from './app/routes.tsx';

/** Words are looked up while drawing, so another language draws everything anew. */
function App(): ReactElement {
  const { language } = usePreferences();
  return <RouterProvider key={language} router={router} />;
}

preferences();
const root = document.createElement('div');
document.body.append(root);
createRoot(root).render(<StrictMode><QueryClientProvider client={cache}><App /></QueryClientProvider></StrictMode>);
