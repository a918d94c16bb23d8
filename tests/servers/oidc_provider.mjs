// An oidc-provider on loopback that judges client assertions (private_key_jwt, ES256).
//
// stdin:  one JSON line {"mode": "default" | "fapi2", "clients": [{"client_id", "jwks": {"keys": []}, "scope",
//         "token_endpoint_auth_method": private_key_jwt if absent}],
//         "issuers": [{"iss", "subjects": [], "jwks": {"keys": []}}], of those whose assertions are taken as grants,
//         "date_offset": seconds that the clock is off, 0 if absent,
//         "issuer": the https URL by which clients know it, where a proxy with TLS stands in front; if absent, the http
//         URL at which it listens}
// stdout: one JSON line {"issuer", "token_endpoint", "registration_endpoint", "metadata_url", "listens": the http URL}
//         once requests are answered, nothing else
// stderr: one JSON line per event; a refusal carries the reason that the HTTP answer withholds
//
// oidc-provider in the version of package.json, with its own rules: `aud` is the issuer or an endpoint's URL (in FAPI
// 2.0 the issuer as a string, nothing else) and `exp` may be 15 s off. Everything is in memory. The process ends when stdin closes or on SIGTERM.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';

import { serveDate, shiftDate } from './clock.mjs';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const RESOURCE = 'https://api.example.com';
const ASSERTION = 'private_key_jwt';

const report = (event) => process.stderr.write(`${JSON.stringify(event)}\n`);

// The library writes its notices to the console; stdout belongs to the ready line alone.
console.info = (message) => report({ event: 'notice', message });
console.warn = (message) => report({ event: 'warning', message });
const { Provider, errors } = await import('oidc-provider'); // it has a notice even as it loads

// One of another method than private_key_jwt gets a secret that nobody knows.
function registered({ client_id, jwks, scope, token_endpoint_auth_method = ASSERTION }, grantTypes) {
  return {
    client_id,
    ...(jwks && { jwks }),
    ...(scope && { scope }),
    token_endpoint_auth_method,
    ...(token_endpoint_auth_method === ASSERTION
      ? { token_endpoint_auth_signing_alg: 'ES256' }
      : { client_secret: randomBytes(32).toString('base64url') }),
    id_token_signed_response_alg: 'ES256',
    grant_types: grantTypes,
    redirect_uris: [],
    response_types: [],
  };
}

// The grant of RFC 7523 section 2.1, which the library does not have: jose judges, and the client is authenticated.
function takeGrants(provider, issuers, audience) {
  const parties = new Map(issuers.map(({ iss, subjects, jwks }) => [iss, { subjects, keys: createLocalJWKSet(jwks) }]));
  const used = new Set();
  const rules = { audience, algorithms: ['ES256'], clockTolerance: 15, requiredClaims: ['iss', 'sub', 'exp', 'jti'] };

  async function judge(assertion) {
    const party = parties.get(decodeJwt(assertion).iss);
    if (!party) {
      throw new Error('unknown issuer');
    }
    const { payload } = await jwtVerify(assertion, party.keys, rules);
    if (!party.subjects.includes(payload.sub)) {
      throw new Error('unknown subject');
    }
    const name = JSON.stringify([payload.iss, payload.jti]);
    if (used.has(name)) {
      throw new Error('assertions must only be used once');
    }
    used.add(name);
  }

  const grant = async (ctx) => {
    const { assertion } = ctx.oidc.params;
    if (!assertion) {
      throw new errors.InvalidRequest("missing required parameter 'assertion'");
    }
    await judge(assertion).catch((error) => {
      throw new errors.InvalidGrant(`assertion rejected: ${error.message}`);
    });
    ctx.body = { access_token: randomBytes(32).toString('base64url'), token_type: 'Bearer', expires_in: 600 };
  };
  provider.registerGrantType(JWT_BEARER, grant, ['assertion', 'scope']);
}

function configuration({ mode, clients, issuers }) {
  if (mode !== 'default' && mode !== 'fapi2') {
    throw new Error(`unknown mode: ${mode}`);
  }

  // ID tokens are never asked for, but without keys of its own the library falls back to public ones.
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  return {
    clients: clients.map((each) => registered(each, ['client_credentials', ...(issuers ? [JWT_BEARER] : [])])),
    clientAuthMethods: [...new Set([ASSERTION, ...clients.map((each) => each.token_endpoint_auth_method ?? ASSERTION)])],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    // Of those who register themselves; by the standard's default, RS256, nobody could.
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    // As a static scope, `api` can be had without naming a resource.
    scopes: ['openid', 'offline_access', 'api'],
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // Resource servers are clients, too, and ask about any token.
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
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
  const listens = `http://127.0.0.1:${server.address().port}`;
  const issuer = config.issuer ?? listens;

  const provider = new Provider(issuer, configuration(config));
  // Then X-Forwarded-Proto counts.
  provider.proxy = config.issuer !== undefined;
  if (config.issuers) {
    takeGrants(provider, config.issuers, [issuer, `${issuer}/token`]);
  }
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
  process.stdout.write(`${JSON.stringify({ issuer, ...endpoints, listens })}\n`);
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
