//! What is known of servers, written down a second time from what their sources and documentation say, and the sentences
//! that they refuse with.
#![allow(clippy::unwrap_used, missing_docs)]

use jurat_core::{
    Behaviour, Class, Diagnosis, Evidence, KeyIdNeed, Profile, ReceivedAnswer, Response, SentRequest, TypeNeed,
};
use serde_json::json;

/// In columns: what is taken as `aud` of a client assertion (`i`ssuer, `t`oken endpoint, `e`ndpoint that is contacted, a
/// list of `1`, of `n`) and of a grant (`i`, `t`); `iat` and `nbf` required, a future `iat` refused; `jti` required in a
/// client assertion and a grant, taken once; unknown headers refused; `client_id` required, compared. Then seconds: age of
/// `iat`, `exp` from now (with `!` without `iat` alone), `exp` from `iat`; then when `kid` is needed, and which `typ`.
const KNOWN: &str = "
    server         i t e 1 n   i t   iat nbf fut   j g x   h   c =    age ahead life   kid      typ
    rfc-10070      + - - ? -   + +   ?   ?   ?     ? ? ?   ?   ? ?    ?   ?     ?      ?        ?
    keycloak       + + + + -   + ?   -   ?   +     + ? +   ?   - +    60  60!   ?      ?        any
    ory-hydra      - + ? + +   - +   -   ?   +     + ? +   ?   - +    ?   ?     ?      ?        any
    okta           - ? + ? ?   + -   -   ?   +     - ? +   ?   ? ?    ?   3600  ?      several  ?
    spring         + + + + +   ? ?   -   ?   ?     - ? -   ?   + ?    ?   ?     ?      ?        ?
    duende         + ? ? + ?   ? ?   -   ?   ?     + ? +   ?   - ?    ?   ?     ?      ?        ?
    authelia       ? ? ? + +   ? ?   ?   ?   ?     + ? +   ?   - ?    ?   ?     ?      ?        ?
    oidc-provider  + + + + +   ? ?   -   ?   -     + ? +   -   - +    ?   ?     ?      never    any
    authlib        + ? ? + +   + ?   -   ?   +     + ? +   +   - -    ?   ?     ?      several  any
    better-auth    + + + + +   ? ?   -   ?   -     + ? +   -   - +    300 300   ?      several  any
    zitadel        + - ? + +   + -   +   ?   +     - - -   ?   ? ?    3600 ?    ?      always   any
    glewlwyd       - ? + - -   ? ?   -   ?   ?     ? ? ?   ?   ? ?    ?   3600  ?      ?        any
    atproto        + - ? + +   ? ?   +   ?   +     + ? +   ?   ? ?    60  ?     ?      always   any
    fapi2          + - - - -   ? ?   -   ?   -     + ? +   -   - +    ?   ?     ?      never    any
    singpass       + ? ? ? ?   ? ?   ?   ?   ?     ? ? ?   ?   ? ?    ?   ?     120    ?        JWT
    corppass       + ? ? ? ?   ? ?   ?   ?   ?     ? ? ?   ?   ? ?    ?   ?     600    ?        JWT
    smart          - + ? ? ?   ? ?   ?   ?   ?     + ? +   ?   ? ?    ?   300   ?      always   JWT
    entra          ? ? ? - -   ? ?   ?   ?   ?     ? ? ?   ?   ? ?    ?   ?     ?      ?        ?
    google         ? ? ? ? ?   ? ?   +   ?   +     ? ? ?   ?   ? ?    ?   ?     3600   ?        ?
    maskinporten   ? ? ? ? ?   + -   +   ?   ?     ? ? ?   ?   ? ?    ?   ?     120    ?        ?
";

fn columns(known: &Behaviour<'_>) -> Vec<String> {
    let known_or = |flag: Option<bool>| flag.map_or("?", |flag| if flag { "+" } else { "-" }).to_owned();
    let seconds = |limit: Option<u32>| limit.map_or("?".into(), |limit| limit.to_string());
    let flags = [
        known.issuer,
        known.token_endpoint,
        known.invoked_endpoint,
        known.list_of_one,
        known.list,
        known.grant_issuer,
        known.grant_token_endpoint,
        known.iat_required,
        known.nbf_required,
        known.iat_ahead_refused,
        known.jti_required,
        known.grant_jti_required,
        known.replay_refused,
        known.headers_refused,
        known.client_id_required,
        known.client_id_compared,
    ];
    let without_iat = if known.max_ahead_without_iat { "!" } else { "" };
    let key_id = match known.key_id {
        KeyIdNeed::Never => "never",
        KeyIdNeed::Several => "several",
        KeyIdNeed::Always => "always",
        _ => "?",
    };
    let typ = match known.typ {
        TypeNeed::Any => "any".to_owned(),
        TypeNeed::Only(types) => types.join("|"),
        _ => "?".to_owned(),
    };
    let mut columns = vec![known.id.to_owned()];
    columns.extend(flags.map(known_or));
    columns.push(seconds(known.max_age));
    columns.push(format!("{}{without_iat}", seconds(known.max_ahead)));
    columns.extend([seconds(known.max_lifetime), key_id.to_owned(), typ]);
    columns
}

#[test]
fn each_is_what_is_known_of_it() {
    let expected: Vec<Vec<&str>> = KNOWN.trim().lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(expected.len(), Behaviour::ALL.len());
    for row in &expected {
        let [id, ..] = row.as_slice() else { continue };
        assert_eq!(columns(Behaviour::named(id).unwrap()), *row);
    }
}

/// What servers say when they refuse a client assertion or a grant: the code of what it means, the error, the sentence.
const SENTENCES: &[(&str, &str)] = &[
    (
        "keycloak",
        "
        audience_mismatch       invalid_client Invalid token audience
        audience_multiple       invalid_client Multiple audiences not allowed
        expired                 invalid_client Token is not active
        iat_missing             invalid_client Token expiration is too far in the future and iat claim not present in token
        issued_in_future        invalid_client Token was issued in the future
        issued_too_long_ago     invalid_client Token was issued too far in the past to be used now
        kid_unknown             invalid_client Unable to load public key
        signature_invalid       invalid_client Client authentication with signed JWT failed: Signature on JWT token failed validation
        algorithm_unsupported   invalid_client Client authentication with signed JWT failed: Algorithm not supported
        assertion_malformed     invalid_client Client authentication with signed JWT failed: Failure parsing
        algorithm_unsupported   invalid_client Invalid signature algorithm
        audience_mismatch       invalid_client Client authentication with signed JWT failed: Token audience doesn't match domain. Expected audiences are any of [https://as.example/realms/r] but audience from token is '[x]'
        audience_multiple       invalid_client Client authentication with signed JWT failed: Multiple audiences not allowed in the JWT token for client authentication
        expired                 invalid_client Client authentication with signed JWT failed: Token is not active
        exp_missing             invalid_client Client authentication with signed JWT failed: Token cannot be validated. Neither the exp nor the iat claim are present.
        jti_missing             invalid_client Client authentication with signed JWT failed: Missing ID on the token
        jti_replayed            invalid_client Client authentication with signed JWT failed: Token reuse detected
        subject_missing         invalid_client Client authentication with signed JWT failed: Can't identify client. Subject missing on JWT token
        issuer_subject_mismatch invalid_client Client authentication with signed JWT failed: Issuer mismatch. The issuer should match the subject
        client_id_mismatch      invalid_client Client authentication with signed JWT failed: client_id parameter not matching with client from JWT token
        jti_replayed            invalid_client Token reuse detected
        jti_missing             invalid_client Token jti claim is required
        exp_missing             invalid_client Token exp claim is required
        subject_missing         invalid_client Token sub claim is required
        client_id_mismatch      invalid_client client_id parameter does not match sub claim
        client_id_mismatch      invalid_client client_id parameter does not match authenticated client
        assertion_missing       invalid_client client_assertion parameter missing
        client_unknown          invalid_client Invalid client or Invalid client credentials
        assertion_type_wrong    invalid_client Parameter client_assertion_type has value 'x' but expected is 'y'
        assertion_type_wrong    invalid_client Parameter client_assertion_type is missing
        assertion_missing       invalid_grant  Missing parameter:assertion
        assertion_malformed     invalid_grant  The provided assertion is not a valid JWT
        issuer_missing          invalid_grant  Missing claim: iss
        subject_missing         invalid_grant  Missing claim: sub
        client_unknown          invalid_grant  No Identity Provider for provided issuer
        client_unknown          invalid_grant  Identity Provider is not allowed for the client
        grant_type_unsupported  invalid_grant  JWT Authorization Grant is not supported for the requested client
        signature_invalid       invalid_grant  Invalid signature
        subject_unknown         invalid_grant  User not found
        ",
    ),
    (
        "ory-hydra",
        "
        audience_mismatch       invalid_client Claim 'audience' from 'client_assertion' must match the authorization server's token endpoint 'https://as.example/token'.
        expired                 error          The error is unrecognizable
        kid_unknown             invalid_request The JSON Web Token uses signing key with kid 'x', which could not be found.
        key_unknown             invalid_request Unable to find ECDSA public key with use='sig' for kid 'x' in JSON Web Key Set.
        key_unknown             invalid_request The retrieved JSON Web Key Set does not contain any key.
        key_unknown             invalid_client The OAuth 2.0 Client has no JSON Web Keys set registered, but they are needed to complete the request.
        signature_invalid       invalid_client Unable to verify the integrity of the 'client_assertion' value.
        algorithm_unsupported   invalid_client The 'client_assertion' uses signing algorithm 'ES256' but the requested OAuth 2.0 Client enforces signing algorithm 'RS256'.
        jti_replayed            jti_known The jti was already used.
        jti_replayed            jti_known The jti was already used. Claim 'jti' from 'client_assertion' MUST only be used once.
        jti_missing             invalid_client Claim 'jti' from 'client_assertion' must be set but is not.
        exp_missing             invalid_client Unable to type assert the expiry time from claims. This should not happen as we validate the expiry time already earlier with token.Claims.Valid()
        expired                 invalid_client Unable to verify the request object because its claims could not be validated, check if the expiry time is set correctly.
        subject_missing         invalid_client The claim 'sub' from the client_assertion JSON Web Token is undefined.
        algorithm_unsupported   invalid_client The 'client_assertion' request parameter uses unsupported signing algorithm 'none'.
        issuer_subject_mismatch invalid_client Claim 'iss' from 'client_assertion' must match the 'client_id' of the OAuth 2.0 Client.
        issuer_subject_mismatch invalid_client Claim 'sub' from 'client_assertion' must match the 'client_id' of the OAuth 2.0 Client.
        auth_method_unsupported invalid_client This requested OAuth 2.0 client only supports client authentication method 'client_secret_basic', however 'client_assertion' was provided in the request.
        auth_method_unsupported invalid_client This requested OAuth 2.0 client does not support client authentication, however 'client_assertion' was provided in the request.
        assertion_missing       invalid_request The client_assertion request parameter must be set when using client_assertion_type of 'x'.
        assertion_missing       invalid_request Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.
        assertion_type_wrong    invalid_request Unknown client_assertion_type 'x'.
        content_type_wrong      invalid_request The POST body can not be empty.
        issuer_missing          invalid_grant The JWT in 'assertion' request parameter MUST contain an 'iss' (issuer) claim.
        subject_missing         invalid_grant The JWT in 'assertion' request parameter MUST contain a 'sub' (subject) claim.
        audience_missing        invalid_grant The JWT in 'assertion' request parameter MUST contain an 'aud' (audience) claim.
        exp_missing             invalid_grant The JWT in 'assertion' request parameter MUST contain an 'exp' (expiration time) claim.
        iat_missing             invalid_grant The JWT in 'assertion' request parameter MUST contain an 'iat' (issued at) claim.
        jti_missing             invalid_grant The JWT in 'assertion' request parameter MUST contain an 'jti' (JWT ID) claim.
        assertion_malformed     invalid_grant Unable to parse JSON Web Token passed in 'assertion' request parameter.
        assertion_malformed     invalid_grant Looks like there are no claims in JWT in 'assertion' request parameter.
        not_yet_valid           invalid_grant The JWT in 'assertion' request parameter contains an 'nbf' (not before) claim, that identifies the time '2026-11-23T18:44:14Z' before which the token MUST NOT be accepted.
        expired                 invalid_grant The JWT in 'assertion' request parameter expired.
        audience_mismatch       invalid_grant The JWT in 'assertion' request parameter MUST contain an 'aud' (audience) claim containing a value 'https://as.example/token' that identifies the authorization server as an intended audience.
        lifetime_too_long       invalid_grant The JWT in 'assertion' request parameter contains an 'exp' (expiration time) claim with value '2' that is unreasonably far in the future, considering token issued at '1'.
        key_unknown             invalid_grant No public JWK was registered for issuer 'a' and subject 'b', and public key is required to check signature of JWT in 'assertion' request parameter.
        signature_invalid       invalid_grant Unable to verify the integrity of the 'assertion' value.
        scope_invalid           invalid_scope The public key registered for issuer 'a' and subject 'b' is not allowed to request scope 'c'.
        ",
    ),
    (
        "okta",
        "
        audience_mismatch       invalid_client The audience claim for client_assertion must be the endpoint invoked for the request.
        expired                 invalid_client The client_assertion token is expired.
        lifetime_too_long       invalid_client The client_assertion token has an expiration too far into the future.
        issued_in_future        invalid_client The client_assertion token must be issued before the current time.
        kid_unknown             invalid_client The client_assertion JWT kid is invalid.
        key_unknown             invalid_client The client does not have a JWKSet configured.
        key_unknown             invalid_client The client JWKSet is invalid.
        signature_invalid       invalid_client The client_assertion signature is invalid.
        algorithm_unsupported   invalid_client The client_assertion JWT signature algorithm is invalid.
        jti_replayed            invalid_client The client_assertion token has already been used.
        exp_missing             invalid_client The client_assertion token must contain the 'exp' claim as seconds since epoch.
        client_unknown          invalid_client The issuer claim for client_assertion is not a valid client_id.
        auth_method_unsupported invalid_client Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.
        multiple_client_auth    invalid_request Cannot supply multiple client credentials.
        assertion_type_wrong    invalid_request The client_assertion_type is invalid.
        assertion_malformed     invalid_client The parsing of the client_assertion failed.
        audience_mismatch       invalid_grant The audience of the JWT Bearer Grant must match the the issuer of the authorization server.
        jti_replayed            invalid_grant The jti of the JWT Bearer Grant was already used.
        client_unknown          invalid_token The issuer of the token is not permitted to use the JWT Bearer Grant.
        ",
    ),
    (
        "authlib",
        "
        audience_mismatch       invalid_client Invalid claim: 'aud'
        expired                 invalid_client The token is expired
        jti_replayed            invalid_client JWT ID is used before.
        jti_missing             invalid_client Missing JWT ID.
        exp_missing             invalid_client Missing claim: 'exp'
        issuer_subject_mismatch invalid_client Issuer and Subject MUST match.
        client_unknown          invalid_client The client does not exist on this server.
        assertion_malformed     invalid_client Invalid JWT assertion.
        ",
    ),
    (
        "better-auth",
        "
        jti_replayed            invalid_client client assertion jti has already been used
        jti_missing             invalid_client client assertion must include jti claim
        exp_missing             invalid_client client assertion must include exp claim
        issued_too_long_ago     invalid_client client assertion iat is too far in the past (max 300s)
        lifetime_too_long       invalid_client client assertion exp is too far in the future (max 300s)
        client_id_mismatch      invalid_client client_id in body does not match assertion sub/iss
        client_unknown          invalid_client unknown client
        algorithm_unsupported   invalid_client unsupported assertion signing algorithm: RS1
        assertion_malformed     invalid_client malformed client assertion: invalid JWT header
        assertion_type_wrong    invalid_client unsupported client_assertion_type
        assertion_missing       invalid_client client_assertion and client_assertion_type must both be provided
        ",
    ),
    (
        "oidc-provider",
        "
        multiple_client_auth    invalid_request client authentication must only be provided using one mechanism
        assertion_type_wrong    invalid_request client_assertion_type must have value urn:ietf:params:oauth:client-assertion-type:jwt-bearer
        assertion_malformed     invalid_request invalid client_assertion format
        ",
    ),
    (
        "zitadel",
        "
        audience_mismatch       invalid_grant audience is not valid
        expired                 invalid_grant token has expired
        issued_in_future        invalid_grant issuedAt of token is in the future
        issued_too_long_ago     invalid_grant issuedAt of token is to old
        iat_missing             invalid_grant issuedAt of token is missing
        issuer_subject_mismatch invalid_grant delegation not allowed, issuer and sub must be identical
        signature_invalid       invalid_grant invalid signature (no matching key)
        auth_method_unsupported invalid_client private_key_jwt not allowed for this client
        multiple_client_auth    invalid_request client authentication must not use more than one method
        assertion_type_wrong    invalid_request invalid client_assertion_type x
        assertion_missing       invalid_request client_id or client_assertion must be provided
        assertion_missing       invalid_request assertion missing
        grant_type_unsupported  invalid_request grant_type missing
        ",
    ),
    (
        "atproto",
        "
        kid_missing             invalid_client \"kid\" required in client_assertion
        audience_mismatch       invalid_client Validation of \"client_assertion\" failed: unexpected \"aud\" claim value
        issuer_subject_mismatch invalid_client Validation of \"client_assertion\" failed: unexpected \"sub\" claim value
        issuer_subject_mismatch invalid_client Validation of \"client_assertion\" failed: unexpected \"iss\" claim value
        expired                 invalid_client Validation of \"client_assertion\" failed: \"exp\" claim timestamp check failed
        not_yet_valid           invalid_client Validation of \"client_assertion\" failed: \"nbf\" claim timestamp check failed
        issued_in_future        invalid_client Validation of \"client_assertion\" failed: \"iat\" claim timestamp check failed (it should be in the past)
        issued_too_long_ago     invalid_client Validation of \"client_assertion\" failed: \"iat\" claim timestamp check failed (too far in the past)
        time_unit               invalid_client Validation of \"client_assertion\" failed: \"exp\" claim must be a number
        audience_missing        invalid_client Validation of \"client_assertion\" failed: missing required \"aud\" claim
        subject_missing         invalid_client Validation of \"client_assertion\" failed: missing required \"sub\" claim
        issuer_missing          invalid_client Validation of \"client_assertion\" failed: missing required \"iss\" claim
        iat_missing             invalid_client Validation of \"client_assertion\" failed: missing required \"iat\" claim
        jti_missing             invalid_client Validation of \"client_assertion\" failed: missing required \"jti\" claim
        signature_invalid       invalid_client Validation of \"client_assertion\" failed: signature verification failed
        kid_unknown             invalid_client Validation of \"client_assertion\" failed: no applicable key found in the JSON Web Key Set
        assertion_type_wrong    invalid_client Unsupported client_assertion_type \"x\"
        assertion_missing       invalid_request client_assertion required for \"private_key_jwt\"
        jti_replayed            invalid_grant  private_key_jwt jti reused
        grant_type_unsupported  invalid_grant  Grant type \"x\" is not supported by the server
        ",
    ),
    (
        "entra",
        "
        expired                 invalid_client AADSTS700024: Client assertion is not within its valid time range. Trace ID: 1
        key_unknown             invalid_client AADSTS700027: Client assertion contains an invalid signature. Trace ID: 1
        assertion_malformed     invalid_request AADSTS50027: JWT token is invalid or malformed. Trace ID: 1
        client_unknown          unauthorized_client AADSTS700016: Application was not found in the directory. Trace ID: 1
        scope_invalid           invalid_client AADSTS700023: x. Trace ID: 1
        ",
    ),
    (
        "google",
        "
        expired                 invalid_grant Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.
        signature_invalid       invalid_grant Invalid JWT Signature.
        audience_mismatch       invalid_grant Invalid JWT: Failed audience check.
        client_unknown          invalid_grant Invalid grant: account not found
        ",
    ),
    (
        "maskinporten",
        "
        audience_mismatch       invalid_grant Invalid assertion. Client authentication failed. Invalid JWT claim aud (trace_id: 1) MP-110
        key_unknown             invalid_grant Invalid assertion. Signed with an invalid certificate MP-120
        key_unknown             invalid_grant Invalid assertion. Expired key MP-121
        ",
    ),
];

/// What Ory Hydra says before the sentence, for every reason of the same code.
fn beginning(id: &str, error: &str) -> &'static str {
    match (id, error) {
        ("ory-hydra", "invalid_client") => {
            "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported \
             authentication method). "
        }
        ("ory-hydra", "invalid_request") => {
            "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more \
             than once, or is otherwise malformed. "
        }
        ("ory-hydra", "invalid_grant") => {
            "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is \
             invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was \
             issued to another client. "
        }
        _ => "",
    }
}

/// The causes that the server's words alone give, as far as they are stated.
fn stated(id: &str, request: Option<&SentRequest<'_>>, error: &str, description: &str) -> Vec<&'static str> {
    let mut body = json!({ "error": error, "error_description": description }).to_string().into_bytes();
    let answer = ReceivedAnswer::new(400, Response::new(400, &mut body).read());
    let evidence = Evidence::new()
        .with_answer(&answer)
        .with_profile(Profile::named(id).unwrap())
        .with_behaviour(Behaviour::named(id).unwrap());
    let evidence = match request {
        Some(request) => evidence.with_request(request),
        None => evidence,
    };
    let mut scratch = vec![0; Diagnosis::scratch_size(0)];
    let diagnosis = Diagnosis::explain(&evidence, &mut scratch).unwrap();
    let stated = diagnosis.causes().iter().filter(|cause| cause.class() == Class::Stated);
    stated.map(|cause| cause.fault().code()).collect()
}

#[test]
fn their_sentences_mean_what_is_known() {
    for (id, sentences) in SENTENCES {
        for line in sentences.trim().lines() {
            let (fault, said) = line.trim().split_once(' ').unwrap();
            let (error, sentence) = said.trim().split_once(' ').unwrap();
            let description = format!("{}{}", beginning(id, error), sentence.trim());
            assert_eq!(stated(id, None, error, &description), [fault], "{id}: {sentence}");
        }
    }
}

#[test]
fn a_code_means_something_else_where_a_product_uses_it_otherwise() {
    let request = SentRequest::new("POST", "https://as.example/token").with_parameter("grant_type", "refresh_token");
    let said = |id, error, description| stated(id, Some(&request), error, description);
    // A refresh token that is out of date, which the assertion is not.
    assert_eq!(said("keycloak", "invalid_grant", "Token is not active"), ["grant_refused"]);
    assert_eq!(said("authlib", "invalid_grant", ""), ["grant_refused"]);
    // Words that nobody knows leave it at the code.
    assert_eq!(stated("keycloak", None, "invalid_grant", "no"), ["grant_refused"]);
    // A client assertion, for which this server has the codes of other faults.
    let audience = "audience is not valid: Audience must contain client_id \"x\"";
    assert_eq!(said("zitadel", "invalid_grant", audience), ["audience_mismatch"]);
    assert_eq!(said("zitadel", "unauthorized_client", "JWT assertion failed"), [""; 0]);
    assert_eq!(said("zitadel", "unauthorized_client", ""), ["grant_type_unsupported"]);
    assert_eq!(said("rfc-10070", "unauthorized_client", "JWT assertion failed"), ["grant_type_unsupported"]);
}
