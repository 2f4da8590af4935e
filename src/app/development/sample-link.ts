const SAMPLE = {
  reference: 'sample-link',
  title: 'Enlace de prueba',
  description: 'Así lo ve quien paga. El dinero es de mentira.',
  minInCents: 100_000,
  maxInCents: 100_000_000,
};

/** A payment link to be tried, the same at each start. @returns its address; undefined where it cannot be had: everything else goes on without it */
export async function sampleLink(serviceUrl: string, apiKey: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${serviceUrl}/payment-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(SAMPLE),
    });
    return answer.ok ? ((await answer.json()) as { url: string }).url : undefined;
  } catch {
    return undefined;
  }
}
