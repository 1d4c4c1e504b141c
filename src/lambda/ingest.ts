import { functionSettings } from './function-settings.ts';
import { handling } from './handling.ts';

/** By the clock: looks at the manifests of the exports in EXPORT_LOCATIONS and brings in what is new. The event says nothing. */
export const handler = handling('ingest', async (_event, invocation) => {
  const settings = functionSettings(invocation.env);
  const { polled } = await import('./ingest-answer.ts');
  return polled(settings, invocation);
});
