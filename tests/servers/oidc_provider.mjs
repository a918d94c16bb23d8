// An oidc-provider on loopback that judges client assertions (private_key_jwt, ES256).
//
// stdin:  one JSON line {"mode": "default" | "fapi2", "clients": [{"client_id", "jwks": {"keys": []}}],
//         "date_offset": seconds that the clock is off, 0 if absent}
// stdout: one JSON line {"issuer", "token_endpoint", "registration_endpoint", "metadata_url"} once requests are
//         answered, nothing else
// stderr: one JSON line per event; a refusal carries the reason that the HTTP answer withholds
//
// oidc-provider in the version of package.json, with its own rules: `aud` is the issuer or an endpoint's URL (in FAPI
// 2.0 the issuer as a string, nothing else) and `exp` may be 15 s off. Everything is in memory. The process ends when stdin closes or on SIGTERM.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

import { serveDate, shiftDate } from './clock.mjs';

const RESOURCE = 'https://api.example.com';

const report = (event) => process.stderr.write(`${JSON.stringify(event)}\n`);

// The library writes its notices to the console; stdout belongs to the ready line alone.
console.info = (message) => report({ event: 'notice', message });
console.warn = (message) => report({ event: 'warning', message });
const { Provider, errors } = await import('oidc-provider'); // it has a notice even as it loads

function configuration({ mode, clients }) {
  if (mode !== 'default' && mode !== 'fapi2') {
    throw new Error(`unknown mode: ${mode}`);
  }

  // ID tokens are never asked for, but without keys of its own the library falls back to public ones.
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  return {
    clients: clients.map(({ client_id, jwks }) => ({
      client_id,
      jwks,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      id_token_signed_response_alg: 'ES256',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    clientAuthMethods: ['private_key_jwt'],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    // As a static scope, `api` can be had without naming a resource.
    scopes: ['openid', 'offline_access', 'api'],
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // Clients may register themselves (RFC 7591), and change what they registered (RFC 7592).
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      fapi: mode === 'fapi2' ? { enabled: true, profile: '2.0' } : { enabled: false },
      resourceIndicators: {
        enabled: true,
        async getResourceServerInfo(ctx, resource) {
          if (resource !== RESOURCE) {
            throw new errors.InvalidTarget();
          }
          return { scope: 'api', accessTokenFormat: 'opaque' };
        },
      },
    },
  };
}

async function start(config) {
  shiftDate(config.date_offset ?? 0);
  // The issuer holds the port, so the port has to be known before the provider is made.
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;

  const provider = new Provider(issuer, configuration(config));
  for (const event of ['grant.error', 'server_error']) {
    provider.on(event, (ctx, error) => {
      report({
        event,
        status: error.statusCode ?? 500,
        error: error.error ?? 'server_error',
        reason: error.error_detail ?? error.error_description ?? error.message,
      });
    });
  }

  serveDate(server);
  server.on('request', provider.callback());
  const endpoints = {
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/reg`,
    metadata_url: `${issuer}/.well-known/oauth-authorization-server`,
  };
  process.stdout.write(`${JSON.stringify({ issuer, ...endpoints })}\n`);
}

const input = createInterface({ input: process.stdin });
process.on('SIGTERM', () => process.exit(0));
input.on('close', () => process.exit(0));
input.once('line', async (line) => {
  try {
    await start(JSON.parse(line));
  } catch (error) {
    report({ event: 'failed to start', message: error.message });
    process.exit(1);
  }
});
