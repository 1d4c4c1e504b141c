import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ProblemError } from './api/client.ts';
import { followSystem, useTheme } from './app/look.ts';
import { makeRouter } from './app/router.tsx';
import './styles/all.css';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What the caller did wrong stays wrong; what broke on the way is tried once more.
      retry: (tried, error) => tried < 1 && !(error instanceof ProblemError && error.problem.status >= 400),
    },
  },
});
const router = makeRouter(queries);

function Page() {
  const theme = useTheme();
  return (
    <MantineProvider forceColorScheme={theme}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

followSystem();
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
