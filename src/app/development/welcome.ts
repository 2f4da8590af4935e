export interface Started {
  url: string;
  /** Absent where all providers are pointed elsewhere. */
  sandboxUrl: string | undefined;
  apiKey: string;
  notificationSecret: string;
  /** Absent where no organization has the key. */
  signInLink: string | undefined;
  /** Absent where it could not be made. */
  paymentLink: string | undefined;
  readyIn: string;
}

/** What a person who has started everything reads first. */
export function welcome({
  url,
  sandboxUrl,
  apiKey,
  notificationSecret,
  signInLink,
  paymentLink,
  readyIn,
}: Started): string {
  // Another one at each start, so that pasting again asks for another payin.
  const reference = `first-${Date.now().toString(36)}`;
  const key = `-H 'Authorization: Bearer ${apiKey}'`;
  const readPayin = `curl -sSw '\\n' '${url}/payins?reference=${reference}' ${key}`;
  return `
Recaudo is running: ready in ${readyIn}.

  API         ${url}            reference ${url}/docs   OpenAPI ${url}/openapi.json
  health      ${url}/health/ready
  sandbox     ${sandboxUrl ? `${sandboxUrl}   what the simulated providers were asked for, and what can happen to it` : 'not needed: all providers are pointed elsewhere'}
  API key     ${apiKey}
  console     ${signInLink ? `${signInLink}   signs in once, within a quarter of an hour` : `${url}/console   sign in with email and password`}
${paymentLink ? `  pay         ${paymentLink}   a payment link: what a payer sees\n` : ''}  notifications are signed with ${notificationSecret}

Create a payin, pay it, read it (paste into another terminal):

  curl -sSw '\\n' -X POST ${url}/payins ${key} -H 'Content-Type: application/json' -d '{
    "amountInCents": 5000000, "currency": "COP", "rail": "BRE_B", "reference": "${reference}",
    "inlineCustomer": { "name": "John Doe", "idType": "CC", "idNumber": "1234567890", "phone": "+573121234567", "email": "johndoe@example.com" } }'

  ${sandboxUrl ? `# or open instructions.url of the answer in a browser and pay there\n  ${readPayin} | curl -sSw '\\n' -X POST ${sandboxUrl}/control/pay -d @-` : '# pay: open instructions.url of the answer in a browser'}

  sleep 2; ${readPayin}

Ctrl-C ends all of it; the data stay under .data/ for the next start.

`;
}
