// Verifies JWTs with the npm package `jose`.
//
// stdin:  JSON lines {"id", "jwt", "jwk": <public JWK>, "options": {issuer?, subject?, audience?, typ?,
//         algorithms, currentDate?: <seconds since 1970>}}
// stdout: one JSON line for each, in the same order: {"id", "ok": true, "header", "payload"}
//         or {"id", "ok": false, "code", "message"}

import { createInterface } from 'node:readline';

import { importJWK, jwtVerify } from 'jose';

async function verify({ jwt, jwk, options }) {
  const { currentDate, ...rest } = options;
  if (currentDate !== undefined) {
    rest.currentDate = new Date(currentDate * 1000);
  }
  const key = await importJWK(jwk, 'ES256');
  const { protectedHeader, payload } = await jwtVerify(jwt, key, rest);
  return { ok: true, header: protectedHeader, payload };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let verdict;
  try {
    verdict = await verify(request);
  } catch (error) {
    verdict = { ok: false, code: error.code ?? error.name, message: error.message };
  }
  process.stdout.write(`${JSON.stringify({ id: request.id, ...verdict })}\n`);
}
