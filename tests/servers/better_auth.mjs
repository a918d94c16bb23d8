// Better Auth with its OAuth provider on loopback, judging client assertions (private_key_jwt, ES256).
//
// stdin:  one JSON line {"clients": [{"client_id", "jwks": {"keys": []}, "token_endpoint_auth_method": private_key_jwt
//         if absent}], "date_offset": seconds, 0 if absent}
// stdout: one JSON line {"issuer", "token_endpoint", "metadata_url"} once requests are answered, nothing else
// stderr: one JSON line per event; a refusal carries the reason, which the HTTP answer gives too
//
// better-auth and @better-auth/oauth-provider in the versions of package.json. Their defaults hold: `aud` is the
// issuer or the endpoint invoked (any element of an array), `typ` is not looked at, `exp` and `iat` are at most
// 300 s away and `exp` has no tolerance, `jti` is required and used once for each client, by the primary key of a
// table: hence a real database, in memory. The process ends when stdin closes or on SIGTERM.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

import { SqliteDialect } from 'kysely';
import Database from 'libsql';

import { serveDate, shiftDate } from './clock.mjs';

const BASE_PATH = '/api/auth'; // the product's own

const report = (event) => process.stderr.write(`${JSON.stringify(event)}\n`);

// stdout belongs to the ready line alone.
for (const level of ['debug', 'info', 'log', 'warn', 'error']) {
  console[level] = (...parts) => report({ event: 'notice', level, message: parts.map(String).join(' ') });
}

async function makeAuth(origin, clientIds) {
  // Imported here, when the console no longer writes to stdout and the clock is set.
  const { betterAuth } = await import('better-auth');
  const { getMigrations } = await import('better-auth/db/migration');
  const { jwt } = await import('better-auth/plugins');
  const { oauthProvider } = await import('@better-auth/oauth-provider');
  const auth = betterAuth({
    baseURL: origin,
    basePath: BASE_PATH,
    secret: randomBytes(32).toString('base64url'),
    database: { dialect: new SqliteDialect({ database: new Database(':memory:') }), type: 'sqlite', transaction: true },
    emailAndPassword: { enabled: true }, // an administrator has to log in to register clients
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [
      jwt({ disableSettingJwtHeader: true }),
      oauthProvider({
        loginPage: '/login',
        consentPage: '/consent',
        scopes: ['openid', 'api'],
        // Without this, nobody may give a client scopes of its own.
        clientPrivileges: () => true,
        // The registration of a client has no member for its name.
        generateClientId: () => clientIds.shift(),
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  return auth;
}

async function register(auth, clients) {
  const { headers } = await auth.api.signUpEmail({
    body: { name: 'admin', email: 'admin@example.com', password: randomBytes(32).toString('base64url') },
    returnHeaders: true,
  });
  const session = new Headers({ cookie: headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ') });
  for (const { jwks, token_endpoint_auth_method = 'private_key_jwt' } of clients) {
    await auth.api.adminCreateOAuthClient({
      headers: session,
      body: {
        ...(jwks && { jwks }),
        token_endpoint_auth_method,
        grant_types: ['client_credentials'],
        client_credentials_scopes: ['api'],
      },
    });
  }
}

// What the product answers, with a word to stderr about each refusal.
function reported(auth) {
  return async (request) => {
    const response = await auth.handler(request);
    if (response.status >= 400) {
      const answer = await response
        .clone()
        .json()
        .catch(() => ({}));
      report({
        event: 'refused',
        status: response.status,
        error: answer?.error,
        reason: answer?.error_description ?? answer?.message,
      });
    }
    return response;
  };
}

async function start({ clients, date_offset = 0 }) {
  shiftDate(date_offset);
  // The issuer holds the port, so the port has to be known before the server is made.
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const issuer = `${origin}${BASE_PATH}`;

  const auth = await makeAuth(origin, clients.map(({ client_id }) => client_id));
  await register(auth, clients);

  const { toNodeHandler } = await import('better-auth/node');
  serveDate(server);
  server.on('request', toNodeHandler(reported(auth)));
  const ready = {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    // RFC 8414 section 3.1: between host and path.
    metadata_url: `${origin}/.well-known/oauth-authorization-server${BASE_PATH}`,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

const input = createInterface({ input: process.stdin });
process.on('SIGTERM', () => process.exit(0));
input.on('close', () => process.exit(0));
input.once('line', async (line) => {
  try {
    await start(JSON.parse(line));
  } catch (error) {
    report({ event: 'failed to start', message: error.message || error.status });
    process.exit(1);
  }
});
