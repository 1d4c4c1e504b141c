const TIMEOUT_MS = 10_000;

/** Posts lines of text to a Slack webhook (Mattermost and others take the same). @throws Error if it is not taken */
export const slackWebhook =
  (url: string) =>
  async (text: string): Promise<void> => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // The address is a secret, so it is not repeated here.
    if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`);
  };
