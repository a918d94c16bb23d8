//! Diagnosis from outside: requests with one defect each, signed by another library.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jurat_core::{
    Argument, Behaviour, Cause, Check, Class, Diagnosis, Evidence, Fault, Inspection, MAX_CANDIDATES, MAX_CAUSES,
    MetadataEvidence, Outcome, Privacy, Profile, PublicKey, PublishedKeys, ReceivedAnswer, RegisteredClient, Response,
    SeenIds, SentRequest, ServerText, SoftwareVerifier, Status, Wanted,
};
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const ISSUER: &str = "https://as.example/realm";
const TOKEN: &str = "https://as.example/realm/token";
const CLIENT: &str = "device-7";
/// Mon, 23 Nov 2026 18:44:14 GMT.
const NOW: u64 = 1_795_459_454;
const DATE: &str = "Mon, 23 Nov 2026 18:44:14 GMT";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const REFUSED: &str = r#"{"error":"invalid_client"}"#;

fn base64url(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2 + 2];
    Base64UrlUnpadded::encode(bytes, &mut text).unwrap().to_owned()
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).unwrap()
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::from_sec1(key.verifying_key().to_sec1_point(false).as_bytes()).unwrap()
}

fn jwk(key: &SigningKey, kid: &str) -> Value {
    let public = public(key);
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256",
            "x": base64url(public.x()), "y": base64url(public.y()) })
}

fn signature(key: &SigningKey, input: &[u8]) -> [u8; 64] {
    let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha256::digest(input)).unwrap();
    signature.to_bytes().into()
}

/// What is signed of an assertion with this header and these claims.
fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()))
}

/// An assertion with this header and these claims, signed by this key.
fn signed(header: &Value, claims: &Value, signer: u8) -> String {
    let input = signing_input(header, claims);
    format!("{input}.{}", base64url(&signature(&key(signer), input.as_bytes())))
}

/// The claims of a client assertion in order.
fn claims() -> Value {
    json!({ "iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "iat": NOW, "exp": NOW + 60, "jti": "id-1" })
}

/// What is found before a request is sent.
fn checked<T>(evidence: &Evidence<'_>, found: impl FnOnce(&Diagnosis<'_>) -> T) -> T {
    found(&Diagnosis::check(evidence, &mut [0; 2_048]).unwrap())
}

/// What is found when it was answered.
fn explained<T>(evidence: &Evidence<'_>, found: impl FnOnce(&Diagnosis<'_>) -> T) -> T {
    found(&Diagnosis::explain(evidence, &mut [0; 2_048]).unwrap())
}

/// The evidence as it is shown.
fn shown(diagnosis: &Diagnosis<'_>, privacy: &Privacy) -> Value {
    serde_json::from_str(diagnosis.write_evidence(&mut [0; 4_096], privacy).unwrap()).unwrap()
}

/// A request, an answer and what is known, all of it in order. A test spoils one thing.
#[derive(Clone)]
struct Case {
    header: Value,
    claims: Value,
    signer: u8,
    /// Changes the signature's bytes, or takes others.
    spoil_signature: fn(&str, [u8; 64]) -> Vec<u8>,
    /// Changes the assertion.
    spoil: fn(String) -> String,
    grant: bool,
    method: &'static str,
    content_type: Option<&'static str>,
    headers: Vec<(&'static str, &'static str)>,
    params: Vec<(&'static str, String)>,
    without: Vec<&'static str>,
    status: u16,
    answer: String,
    date: Option<&'static str>,
    issuer: Option<&'static str>,
    metadata: Option<Value>,
    registration: Option<Value>,
    jwks: Option<Value>,
    own_key: bool,
    profile: Option<&'static str>,
    /// Instead of what is known of the profile's texts.
    says: Option<Fault>,
    seen: Option<Vec<&'static str>>,
    verifier: bool,
    sent_at: Option<u64>,
    uncertainty: Option<u32>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            header: json!({ "alg": "ES256", "kid": "one", "typ": "client-authentication+jwt" }),
            claims: claims(),
            signer: 1,
            spoil_signature: |_, signature| signature.to_vec(),
            spoil: |assertion| assertion,
            grant: false,
            method: "POST",
            content_type: Some("application/x-www-form-urlencoded"),
            headers: vec![],
            params: vec![],
            without: vec![],
            status: 401,
            answer: REFUSED.into(),
            date: Some(DATE),
            issuer: Some(ISSUER),
            metadata: Some(json!({
                "issuer": ISSUER, "token_endpoint": TOKEN,
                "grant_types_supported": ["client_credentials", GRANT],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            })),
            registration: Some(json!({
                "client_id": CLIENT, "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": "ES256", "grant_types": ["client_credentials", GRANT],
                "scope": "api", "jwks": { "keys": [jwk(&key(1), "one"), jwk(&key(2), "two")] },
            })),
            jwks: None,
            own_key: true,
            profile: Some("oidc-provider"),
            says: None,
            seen: Some(vec!["id-0"]),
            verifier: true,
            sent_at: Some(NOW),
            uncertainty: Some(1),
        }
    }
}

/// What is said of a case.
#[derive(Debug)]
struct Said {
    causes: Vec<(&'static str, Class)>,
    candidates: Vec<&'static str>,
    wanted: Option<Wanted>,
    statuses: Vec<(Check, Status)>,
    json: Value,
    /// All that must not be in the record.
    secrets: Vec<String>,
}

impl Said {
    fn first(&self) -> (&'static str, Class) {
        *self.causes.first().unwrap_or(&("", Class::Consistent))
    }

    /// How sure a cause is, if it is among them.
    fn class(&self, code: &str) -> Option<Class> {
        self.causes.iter().find(|(each, _)| *each == code).map(|(_, class)| *class)
    }

    fn status(&self, check: Check) -> Status {
        self.statuses.iter().find(|(each, _)| *each == check).unwrap().1
    }
}

fn ask(case: &Case) -> Said {
    ask_about(case, false)
}

fn check(case: &Case) -> Said {
    ask_about(case, true)
}

fn ask_about(case: &Case, before: bool) -> Said {
    let key = key(case.signer);
    let input = signing_input(&case.header, &case.claims);
    let bytes = (case.spoil_signature)(&input, signature(&key, input.as_bytes()));
    let assertion = (case.spoil)(format!("{input}.{}", base64url(&bytes)));

    let mut params: Vec<(&str, String)> = if case.grant {
        vec![("grant_type", GRANT.into()), ("assertion", assertion.clone())]
    } else {
        vec![
            ("grant_type", "client_credentials".into()),
            ("client_assertion_type", TYPE.into()),
            ("client_assertion", assertion.clone()),
            ("client_id", CLIENT.into()),
        ]
    };
    params.retain(|(name, _)| !case.without.contains(name));
    params.push(("scope", "api".into()));
    params.extend(case.params.iter().cloned());

    let mut request = SentRequest::new(case.method, TOKEN);
    for (name, value) in &params {
        request = request.with_parameter(name, value);
    }
    if let Some(value) = case.content_type {
        request = request.with_header("Content-Type", value);
    }
    for (name, value) in &case.headers {
        request = request.with_header(name, value);
    }
    let mut body = case.answer.clone().into_bytes();
    let answer = ReceivedAnswer::new(case.status, Response::new(case.status, &mut body).read());
    let answer = case.date.map_or(answer, |date| answer.with_header("Date", date));

    let mut metadata = case.metadata.as_ref().map(|value| value.to_string().into_bytes());
    let metadata = metadata.as_mut().map(|document| MetadataEvidence::read(document, case.issuer).with_fetched_at(NOW));
    let mut registration = case.registration.as_ref().map(|value| value.to_string().into_bytes());
    let registration = registration.as_mut().map(|document| RegisteredClient::read(document).unwrap());
    let jwks = case.jwks.as_ref().map(Value::to_string);
    let jwks =
        jwks.as_ref().map(|document| PublishedKeys::read(document.as_bytes()).unwrap().with_fetched_at(NOW, None));

    let says = case.says.map(|fault| [fault]);
    let texts = says.as_ref().map(|faults| [ServerText { error: "", text: "no", faults }]);
    let mut of_one_text = *case.profile.and_then(Behaviour::named).unwrap_or(&Behaviour::UNKNOWN);
    of_one_text.texts = texts.as_ref().map_or(&[], |texts| texts);
    let mut evidence = Evidence::new().with_request(&request);
    if !before {
        evidence = evidence.with_answer(&answer);
    }
    if let Some(issuer) = case.issuer {
        evidence = evidence.with_issuer(issuer);
    }
    if let Some(metadata) = &metadata {
        evidence = evidence.with_metadata(metadata);
    }
    if let Some(registration) = &registration {
        evidence = evidence.with_registration(registration);
    }
    if let Some(jwks) = jwks {
        evidence = evidence.with_keys(jwks);
    }
    if case.own_key {
        evidence = evidence.with_key(public(&key));
    }
    if let Some(id) = case.profile {
        evidence = evidence.with_profile(Profile::named(id).unwrap());
        if let Some(behaviour) = Behaviour::named(id) {
            evidence = evidence.with_behaviour(behaviour);
        }
        if says.is_some() {
            evidence = evidence.with_behaviour(&of_one_text);
        }
    }
    if let Some(seen) = &case.seen {
        evidence = evidence.with_seen(seen);
    }
    if case.verifier {
        evidence = evidence.with_verifier(&SoftwareVerifier);
    }
    if let Some(at) = case.sent_at {
        evidence = evidence.with_sent_at(at).with_received_at(at);
    }
    if case.uncertainty.is_some() {
        evidence = evidence.with_clock("ntp", case.uncertainty);
    }

    let mut scratch = vec![0; Diagnosis::scratch_size(assertion.len())];
    let diagnosis = if before {
        Diagnosis::check(&evidence, &mut scratch).unwrap()
    } else {
        Diagnosis::explain(&evidence, &mut scratch).unwrap()
    };
    let causes: Vec<_> = diagnosis.causes().iter().map(|cause| (cause.fault().code(), cause.class())).collect();
    let candidates: Vec<_> = diagnosis.cannot_distinguish().iter().map(|fault| fault.code()).collect();
    assert!(causes.len() <= MAX_CAUSES && candidates.len() <= MAX_CANDIDATES);
    // No cause without evidence.
    assert!(diagnosis.causes().iter().all(|cause| !cause.facts().is_empty()));

    let mut output = vec![0; 16_384];
    let privacy = Privacy::new(b"sixteen bytes of key").unwrap();
    let write = |output: &mut [u8]| {
        let text = if before {
            diagnosis.write_checks(output, &privacy)
        } else {
            diagnosis.write_explanation(output, &privacy)
        };
        text.map(str::to_owned)
    };
    let text = write(&mut output).unwrap();
    // The size is exact, and what does not fit leaves nothing.
    assert_eq!(write(&mut vec![0; text.len()]).unwrap(), text);
    let mut small = vec![7; text.len() - 1];
    let error = write(&mut small).unwrap_err();
    assert_eq!((error.cause(), error.needed()), (Cause::BufferTooSmall, Some(text.len())));
    assert!(small.iter().all(|byte| *byte == 0 || *byte == 7));

    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["causes"].as_array().unwrap().len(), causes.len());
    let mut secrets: Vec<String> = assertion.split('.').filter(|part| part.len() > 20).map(str::to_owned).collect();
    secrets.push(base64url(&key.to_bytes()));
    secrets.push("eyJ".into());
    Said {
        causes,
        candidates,
        wanted: diagnosis.wanted(),
        statuses: Check::ALL.iter().map(|check| (*check, diagnosis.status(*check))).collect(),
        json,
        secrets,
    }
}

fn with(change: impl FnOnce(&mut Case)) -> Case {
    let mut case = Case::default();
    change(&mut case);
    case
}

fn grant(change: impl FnOnce(&mut Case)) -> Case {
    with(|case| {
        case.grant = true;
        case.header = json!({ "alg": "ES256", "kid": "one" });
        case.claims["iss"] = json!("sts-1");
        case.claims["sub"] = json!("alice");
        drop(case.registration.as_mut().unwrap().as_object_mut().unwrap().remove("client_id"));
        case.answer = r#"{"error":"invalid_grant"}"#.into();
        case.status = 400;
        change(case);
    })
}

/// Every defect that local evidence proves, and the first cause that has to be named for it.
fn proven() -> Vec<(&'static str, Case)> {
    let claim = |name: &'static str, value: Value| with(|case| case.claims[name] = value);
    let no_claim = |name: &str| with(|case| drop(case.claims.as_object_mut().unwrap().remove(name)));
    let header = |name: &'static str, value: Value| with(|case| case.header[name] = value);
    vec![
        ("http_method_wrong", with(|case| case.method = "GET")),
        ("content_type_wrong", with(|case| case.content_type = Some("application/json"))),
        ("content_type_wrong", with(|case| case.content_type = Some(""))),
        ("parameter_duplicated", with(|case| case.params = vec![("scope", "api".into())])),
        ("multiple_client_auth", with(|case| case.headers = vec![("Authorization", "Basic eDp5")])),
        ("multiple_client_auth", with(|case| case.params = vec![("client_secret", "x".into())])),
        ("assertion_missing", with(|case| case.without = vec!["client_assertion"])),
        ("assertion_missing", with(|case| case.spoil = |_| String::new())),
        ("assertion_type_wrong", with(|case| case.without = vec!["client_assertion_type"])),
        (
            "assertion_type_wrong",
            with(|case| {
                case.without = vec!["client_assertion_type"];
                case.params = vec![("client_assertion_type", GRANT.into())];
            }),
        ),
        ("assertion_malformed", with(|case| case.spoil = |_| "not-a-jwt".into())),
        ("assertion_malformed", with(|case| case.spoil = |text| text.rsplit_once('.').unwrap().0.into())),
        ("assertion_malformed", with(|case| case.spoil = |text| format!("{text}.x"))),
        ("assertion_malformed", with(|case| case.spoil = |text| text.replacen('.', "=.", 1))),
        ("assertion_malformed", with(|case| case.spoil = |text| text.replacen('.', "\r\n.", 1))),
        ("assertion_malformed", with(|case| case.spoil = |text| format!("\"{text}\""))),
        ("algorithm_none", header("alg", json!("none"))),
        ("algorithm_none", header("alg", json!("NonE"))),
        ("algorithm_unsupported", header("alg", json!("HS256"))),
        ("algorithm_unsupported", header("alg", json!("es256"))),
        ("algorithm_unsupported", header("alg", json!("RS256"))),
        ("algorithm_unsupported", header("alg", json!(5))),
        (
            "algorithm_unsupported",
            with(|case| {
                case.metadata.as_mut().unwrap()["token_endpoint_auth_signing_alg_values_supported"] = json!(["RS256"]);
            }),
        ),
        (
            "algorithm_unsupported",
            with(|case| {
                case.registration.as_mut().unwrap()["token_endpoint_auth_signing_alg"] = json!("RS256");
            }),
        ),
        (
            "auth_method_unsupported",
            with(|case| {
                case.registration.as_mut().unwrap()["token_endpoint_auth_method"] = json!("client_secret_basic");
            }),
        ),
        (
            "auth_method_unsupported",
            with(|case| {
                case.metadata.as_mut().unwrap()["token_endpoint_auth_methods_supported"] =
                    json!(["client_secret_basic"]);
            }),
        ),
        ("type_header_refused", with(|case| case.profile = Some("singpass"))),
        ("header_member_refused", header("crit", json!(["b64"]))),
        (
            "header_member_refused",
            with(|case| {
                case.profile = Some("authlib");
                case.header["x-note"] = json!(1);
            }),
        ),
        (
            "header_member_refused",
            with(|case| {
                case.profile = Some("better-auth");
                case.header["kid"] = json!(1);
            }),
        ),
        (
            "claim_forbidden",
            grant(|case| {
                case.profile = Some("maskinporten");
                case.claims["extra"] = json!(1);
            }),
        ),
        ("issuer_missing", no_claim("iss")),
        ("subject_missing", no_claim("sub")),
        ("subject_missing", claim("sub", json!(7))),
        ("issuer_subject_mismatch", claim("sub", json!("alice"))),
        (
            "client_id_mismatch",
            with(|case| {
                case.without = vec!["client_id"];
                case.params = vec![("client_id", "device-8".into())];
            }),
        ),
        (
            "client_id_mismatch",
            with(|case| {
                case.profile = Some("spring");
                case.without = vec!["client_id"];
            }),
        ),
        (
            "client_unknown",
            with(|case| {
                case.claims["iss"] = json!("device-8");
                case.claims["sub"] = json!("device-8");
                case.without = vec!["client_id"];
            }),
        ),
        ("audience_missing", no_claim("aud")),
        ("audience_missing", claim("aud", json!([]))),
        (
            "audience_multiple",
            with(|case| {
                case.profile = Some("fapi2");
                case.claims["aud"] = json!([ISSUER, TOKEN]);
            }),
        ),
        ("audience_near_miss", claim("aud", json!("https://as.example/realm/"))),
        ("audience_near_miss", claim("aud", json!("https://AS.example/realm"))),
        ("audience_near_miss", claim("aud", json!("http://as.example/realm"))),
        ("audience_near_miss", claim("aud", json!("https://as.example:443/realm"))),
        ("audience_near_miss", claim("aud", json!("https://as.example/re%61lm"))),
        ("audience_mismatch", claim("aud", json!("https://as.example/other"))),
        ("audience_mismatch", claim("aud", json!("https://staging.example/realm"))),
        ("audience_mismatch", claim("aud", json!(7))),
        (
            "audience_mismatch",
            with(|case| {
                case.profile = Some("fapi2");
                case.claims["aud"] = json!(TOKEN);
            }),
        ),
        ("audience_mismatch", with(|case| case.profile = Some("ory-hydra"))),
        ("exp_missing", no_claim("exp")),
        (
            "iat_missing",
            with(|case| {
                case.profile = Some("zitadel");
                case.claims.as_object_mut().unwrap().remove("iat");
            }),
        ),
        ("time_unit", claim("exp", json!("1795459514"))),
        ("time_unit", claim("exp", json!(-5))),
        ("time_unit", claim("nbf", json!(null))),
        ("time_unit", claim("exp", json!(NOW * 1_000))),
        (
            "time_unit",
            with(|case| {
                for name in ["iat", "exp"] {
                    case.claims[name] = json!(case.claims[name].as_u64().unwrap() - 946_684_800);
                }
            }),
        ),
        (
            "clock_skew",
            with(|case| {
                case.sent_at = Some(NOW - 3_600);
                case.claims["iat"] = json!(NOW - 3_600);
                case.claims["exp"] = json!(NOW - 3_540);
            }),
        ),
        (
            "expired",
            with(|case| {
                case.claims["iat"] = json!(NOW - 150);
                case.claims["exp"] = json!(NOW - 90);
            }),
        ),
        ("not_yet_valid", claim("nbf", json!(NOW + 50))),
        (
            "issued_in_future",
            with(|case| {
                case.profile = Some("authlib");
                case.claims["iat"] = json!(NOW + 90);
                case.claims["exp"] = json!(NOW + 150);
            }),
        ),
        (
            "issued_too_long_ago",
            with(|case| {
                case.profile = Some("keycloak");
                case.claims["iat"] = json!(NOW - 100);
            }),
        ),
        (
            "lifetime_too_long",
            with(|case| {
                case.profile = Some("better-auth");
                case.claims["exp"] = json!(NOW + 600);
            }),
        ),
        ("lifetime_invalid", claim("exp", json!(NOW))),
        ("jti_missing", no_claim("jti")),
        ("jti_invalid", claim("jti", json!(7))),
        ("jti_invalid", claim("jti", json!(""))),
        ("jti_replayed", with(|case| case.seen = Some(vec!["id-0", "id-1"]))),
        (
            "kid_missing",
            with(|case| {
                case.profile = Some("authlib");
                case.header.as_object_mut().unwrap().remove("kid");
            }),
        ),
        ("kid_unknown", header("kid", json!("three"))),
        ("kid_mismatch", header("kid", json!("two"))),
        ("key_mismatch", with(|case| case.signer = 3)),
        (
            "key_unknown",
            with(|case| {
                case.signer = 3;
                case.header["kid"] = json!("three");
            }),
        ),
        ("key_unknown", with(|case| case.registration.as_mut().unwrap()["jwks"] = json!({ "keys": [] }))),
        (
            "signature_der",
            with(|case| {
                case.spoil_signature = |_, raw| {
                    let signature = p256::ecdsa::Signature::from_slice(&raw).unwrap();
                    signature.to_der().as_bytes().to_vec()
                };
            }),
        ),
        ("signature_encoding", with(|case| case.spoil_signature = |_, raw| [&raw[32..], &raw[..32]].concat())),
        ("signature_encoding", with(|case| case.spoil_signature = |_, raw| raw.iter().rev().copied().collect())),
        ("signature_encoding", with(|case| case.spoil_signature = |_, raw| raw[..63].to_vec())),
        ("signature_encoding", with(|case| case.spoil = |text| format!("{text}=="))),
        ("signature_invalid", with(|case| case.spoil_signature = |_, _| vec![0; 64])),
        (
            "signature_invalid",
            with(|case| {
                case.spoil_signature = |_, mut raw| {
                    raw[40] ^= 1;
                    raw.to_vec()
                };
            }),
        ),
        (
            "signing_input_altered",
            with(|case| {
                case.spoil_signature = |input, _| signature(&key(1), &Sha256::digest(input)).to_vec();
            }),
        ),
        (
            "signing_input_altered",
            with(|case| {
                case.spoil_signature = |input, _| signature(&key(1), format!("{input}\0").as_bytes()).to_vec();
            }),
        ),
        ("purpose_confused", grant(|case| case.header["typ"] = json!("client-authentication+jwt"))),
        ("audience_mismatch", grant(|case| case.claims["aud"] = json!("https://other.example"))),
        (
            "expired",
            grant(|case| {
                case.claims["iat"] = json!(NOW - 150);
                case.claims["exp"] = json!(NOW - 90);
            }),
        ),
    ]
}

#[test]
fn each_defect_is_proven_and_comes_first() {
    for (index, (code, case)) in proven().into_iter().enumerate() {
        let said = ask(&case);
        assert_eq!(said.first(), (code, Class::Proven), "{index}: {said:?}");
        assert!(said.candidates.is_empty(), "{index} {code}: {:?}", said.candidates);
        let fault = Fault::from_code(code).unwrap();
        assert_eq!(said.json["next_step"], fault.text(), "{index}");
        // It is found before anything is sent, too, with the time of the device.
        if code != "clock_skew" {
            assert_eq!(check(&case).first(), (code, Class::Proven), "{index}");
        }
    }
}

#[test]
fn a_request_in_order_passes_every_check() {
    for case in [Case::default(), with(|case| case.profile = Some("keycloak"))] {
        let said = check(&case);
        assert!(said.causes.is_empty(), "{said:?}");
        for (check, status) in said.statuses {
            assert!(matches!(status, Status::Passed | Status::NotApplicable), "{check:?} {status:?}");
        }
        assert_eq!(said.wanted, None);
        assert_eq!(said.json["next_step"], "Nothing that is known speaks against this request.");
    }
}

/// What is missing makes a check not decidable, and never passed.
#[test]
fn missing_evidence_decides_nothing() {
    for (change, undecided) in [
        (
            (|case| case.registration = None) as fn(&mut Case),
            vec![Check::Client, Check::AuthMethod, Check::Key, Check::Signature, Check::Scope, Check::GrantType],
        ),
        (|case| case.seen = None, vec![Check::Replay]),
        (
            |case| {
                case.sent_at = None;
                case.uncertainty = None;
            },
            vec![Check::Expiration, Check::IssuedAt, Check::Clock, Check::TimeUnit],
        ),
        (|case| case.verifier = false, vec![Check::Signature]),
        (
            |case| {
                case.issuer = None;
                case.metadata = None;
            },
            vec![Check::Audience, Check::Metadata],
        ),
        (|case| case.profile = None, vec![Check::Lifetime, Check::ProofOfPossession]),
        (|case| case.content_type = None, vec![Check::ContentType]),
        (|case| case.method = "", vec![Check::HttpMethod]),
        (
            |case| case.spoil = |_| "<removed>".into(),
            vec![Check::Structure, Check::Audience, Check::Expiration, Check::Key, Check::Signature, Check::JwtId],
        ),
        (
            |case| case.spoil = |text| format!("{}.<removed>", text.rsplit_once('.').unwrap().0),
            vec![Check::SignatureForm, Check::Signature],
        ),
    ] {
        let said = check(&with(change));
        for check in &undecided {
            assert!(matches!(said.status(*check), Status::NotDecidable(_)), "{check:?}: {:?}", said.status(*check));
        }
        assert!(said.causes.iter().all(|(_, class)| *class != Class::Proven), "{:?}", said.causes);
        let decided = Check::ALL.iter().filter(|check| said.status(**check) == Status::Passed).count();
        assert!(decided > 5 || !undecided.contains(&Check::Structure) || decided > 3);
        assert!(said.wanted.is_some());
    }
}

/// Evidence on the algorithm: the registered one, the keys, what metadata and profile say.
#[test]
fn an_algorithm_is_judged_by_all_that_is_known_of_it() {
    let of_alg = |alg: &str, change: &dyn Fn(&mut Case)| {
        check(&with(|case| {
            case.header["alg"] = json!(alg);
            case.registration.as_mut().unwrap().as_object_mut().unwrap().remove("token_endpoint_auth_signing_alg");
            change(case);
        }))
    };
    let keys = |case: &mut Case, keys: Value| case.registration.as_mut().unwrap()["jwks"]["keys"] = keys;
    let rsa = json!({ "kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB" });
    let unsupported = ("algorithm_unsupported", Class::Proven);
    // The keys are of P-256, so the algorithm is ES256.
    assert_eq!(of_alg("RS256", &|_| ()).first(), unsupported);
    assert_eq!(of_alg("ES256", &|_| ()).status(Check::Algorithm), Status::Passed);
    // Of no keys, or of RSA's, that cannot be said; that the server has ES256 says nothing of another algorithm.
    for registered in [json!([]), json!([rsa])] {
        let said = of_alg("RS256", &|case| keys(case, registered.clone()));
        assert_eq!(said.status(Check::Algorithm), Status::NotDecidable(Wanted::Registration), "{registered}");
        let said = of_alg("ES256", &|case| keys(case, registered.clone()));
        assert_eq!(said.status(Check::Algorithm), Status::Passed, "{registered}");
    }
    // Where nothing else is known.
    let said = of_alg("ES256", &|case| {
        keys(case, json!([]));
        case.metadata = None;
    });
    assert_eq!(said.status(Check::Algorithm), Status::NotDecidable(Wanted::Registration));
    let said = of_alg("RS256", &|case| {
        case.registration = None;
        case.metadata = None;
    });
    assert!(said.causes.contains(&("algorithm_unsupported", Class::Consistent)));
    // Each alone is enough.
    let said = of_alg("ES256", &|case| case.metadata = None);
    assert_eq!(said.status(Check::Algorithm), Status::Passed);
    let said = of_alg("ES256", &|case| {
        keys(case, json!([]));
        case.metadata = None;
        case.registration.as_mut().unwrap()["token_endpoint_auth_signing_alg"] = json!("ES256");
    });
    assert_eq!(said.status(Check::Algorithm), Status::Passed);
    // The profile of a server that does not have it, for client assertions.
    let facts = |said: &Said| said.json["causes"][0]["evidence"].to_string();
    let said = of_alg("ES256", &|case| case.profile = Some("entra"));
    assert_eq!(said.first(), unsupported);
    assert!(facts(&said).contains("other algorithms only"), "{}", facts(&said));
    let said = of_alg("ES256", &|case| {
        case.metadata.as_mut().unwrap()["token_endpoint_auth_signing_alg_values_supported"] = json!(["RS384"]);
    });
    assert_eq!(said.first(), unsupported);
    assert!(facts(&said).contains("metadata does not list it"), "{}", facts(&said));
    let said = check(&grant(|case| case.profile = Some("entra")));
    assert_ne!(said.status(Check::Algorithm), Status::Failed);
}

#[test]
fn headers_are_judged_by_what_the_server_looks_at() {
    let with_typ = |typ: Value, profile| {
        check(&with(|case| {
            case.header["typ"] = typ;
            case.profile = Some(profile);
        }))
    };
    // It does not look.
    let said = with_typ(json!(7), "oidc-provider");
    assert_eq!((said.status(Check::HeaderMembers), said.status(Check::TypeHeader)), (Status::Passed, Status::Passed));
    let said = with_typ(json!(7), "singpass");
    assert_eq!(said.first(), ("header_member_refused", Class::Proven));
    // It looks, in any case.
    assert_eq!(with_typ(json!("jwt"), "singpass").status(Check::TypeHeader), Status::Passed);
    assert_eq!(with_typ(json!("at+jwt"), "singpass").first(), ("type_header_refused", Class::Proven));
    // Of a header parameter that few servers mind, others are as likely.
    let noted = |profile| {
        ask(&with(|case| {
            case.header["x-note"] = json!(1);
            case.profile = profile;
        }))
    };
    let said = noted(None);
    assert!(said.causes.contains(&("header_member_refused", Class::Consistent)));
    assert_ne!(said.first().0, "header_member_refused");
    assert_eq!(noted(Some("authlib")).first(), ("header_member_refused", Class::Proven));
    assert_eq!(check(&with(|case| case.header["x-note"] = json!(1))).status(Check::HeaderMembers), Status::Passed);
}

#[test]
fn parties_are_compared_with_each_other_and_with_the_registered_client() {
    let of_grant = |iss: &str, sub: &str| {
        check(&grant(|case| {
            case.claims["iss"] = json!(iss);
            case.claims["sub"] = json!(sub);
            case.registration.as_mut().unwrap()["client_id"] = json!(CLIENT);
        }))
    };
    let said = of_grant(CLIENT, CLIENT);
    assert_eq!(said.causes, [("purpose_confused", Class::Consistent)]);
    for (iss, sub) in [(CLIENT, "alice"), ("sts-1", CLIENT), ("sts-1", "sts-1")] {
        assert_eq!(of_grant(iss, sub).status(Check::Purpose), Status::Passed, "{iss} {sub}");
    }
    // One finding for one mistake.
    let said = check(&with(|case| case.claims["sub"] = json!("alice")));
    assert_eq!(said.status(Check::Client), Status::Failed);
    assert!(!said.causes.iter().any(|(code, _)| *code == "client_unknown"), "{:?}", said.causes);
    // A copy of a registration may be without the method.
    let said = check(&with(|case| {
        drop(case.registration.as_mut().unwrap().as_object_mut().unwrap().remove("token_endpoint_auth_method"));
    }));
    assert_eq!(said.status(Check::AuthMethod), Status::NotDecidable(Wanted::Registration));
}

#[test]
fn of_a_list_of_audiences_one_that_is_taken_is_enough() {
    let of_list = |aud: Value| {
        check(&with(|case| {
            case.profile = Some("zitadel");
            case.claims["aud"] = aud;
        }))
    };
    // It takes the issuer, and not the endpoint.
    assert_eq!(of_list(json!([TOKEN, ISSUER])).status(Check::Audience), Status::Passed);
    assert_eq!(of_list(json!([7, ISSUER])).status(Check::Audience), Status::Passed);
    assert_eq!(of_list(json!([TOKEN, "https://other.example"])).first(), ("audience_mismatch", Class::Proven));
    // Some encoders escape every slash.
    let mut claims = claims();
    claims["aud"] = json!(["https://other.example", ISSUER]);
    let escaped = claims.to_string().replace('/', "\\/");
    let assertion = format!("{}.{}.c2ln", base64url(br#"{"alg":"ES256"}"#), base64url(escaped.as_bytes()));
    let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
    let evidence = Evidence::new()
        .with_request(&request)
        .with_issuer(ISSUER)
        .with_profile(Profile::named("zitadel").unwrap())
        .with_behaviour(Behaviour::named("zitadel").unwrap());
    assert_eq!(checked(&evidence, |diagnosis| diagnosis.status(Check::Audience)), Status::Passed);
    // A grant's audience is another matter than a client's: that of this server is its endpoint.
    let said = check(&grant(|case| case.profile = Some("smart")));
    assert_eq!(said.status(Check::Audience), Status::Passed);
}

#[test]
fn an_audience_is_compared_with_those_that_the_profile_allows() {
    let of = |profile, aud: &str, endpoint: &str| {
        check(&with(|case| {
            case.profile = Some(profile);
            case.claims["aud"] = json!(aud);
            case.metadata.as_mut().unwrap()["token_endpoint"] = json!(endpoint);
        }))
    };
    // A URL of its own.
    let apple = "https://account.apple.com/auth/oauth2/v2/token";
    assert_eq!(of("apple-business", apple, TOKEN).status(Check::Audience), Status::Passed);
    assert_eq!(of("apple-business", ISSUER, TOKEN).first(), ("audience_mismatch", Class::Proven));
    // The issuer, and nothing is known of the endpoint.
    let said = of("au-cdr", TOKEN, TOKEN);
    assert_eq!(said.status(Check::Audience), Status::Failed);
    assert!(said.causes.contains(&("audience_mismatch", Class::Consistent)));
    // The client id: the one that was sent, the registered one, or the issuer's.
    let by_client_id = |aud: &str, sent: Option<&str>, registered: Option<&str>| {
        check(&grant(|case| {
            case.profile = Some("servicenow");
            case.claims["aud"] = json!(aud);
            case.params.extend(sent.map(|id| ("client_id", id.to_owned())));
            if let Some(id) = registered {
                case.registration.as_mut().unwrap()["client_id"] = json!(id);
            }
        }))
    };
    assert_eq!(by_client_id("sent", Some("sent"), Some("other")).status(Check::Audience), Status::Passed);
    assert_eq!(by_client_id("registered", None, Some("registered")).status(Check::Audience), Status::Passed);
    assert_eq!(by_client_id("sts-1", None, None).status(Check::Audience), Status::Passed);
    let said = by_client_id(ISSUER, None, Some("registered"));
    assert_eq!(said.first(), ("audience_mismatch", Class::Proven));
    let facts = said.json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("the client id is registered") && facts.contains("does not take that one"), "{facts}");
    // What is near to nothing is wrong all the same.
    let said = by_client_id("https://other.example/x", None, Some("registered"));
    assert_eq!(said.first(), ("audience_mismatch", Class::Proven));
    let facts = said.json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("aud is https://other.example/x, the client id is registered"), "{facts}");
    // The endpoint that was contacted, which is not the token endpoint.
    let other = "https://as.example/realm/token/2";
    assert_eq!(of("keycloak", TOKEN, other).status(Check::Audience), Status::Passed);
    assert_eq!(of("keycloak", other, other).status(Check::Audience), Status::Passed);
    assert_eq!(of("fapi2", TOKEN, other).first(), ("audience_mismatch", Class::Proven));
    assert_eq!(of("glewlwyd", other, other).first(), ("audience_mismatch", Class::Consistent));
}

#[test]
fn how_an_audience_differs_is_said() {
    let said = |profile, aud: &str| {
        check(&with(|case| {
            case.profile = Some(profile);
            case.header["typ"] = json!("JWT");
            case.claims["aud"] = json!(aud);
        }))
    };
    let near = ("audience_near_miss", Class::Proven);
    let other = ("audience_mismatch", Class::Proven);
    for (aud, first, how) in [
        ("https://as.example/realm/", near, "by a final slash"),
        ("https://AS.example/realm", near, "by upper and lower case"),
        ("https://as.example/%72ealm", near, "by percent-encoding"),
        ("https://as.example:443/realm", near, "by the port"),
        ("http://as.example/realm", near, "by http and https"),
        ("https://as.example/other", other, "the path is another"),
        ("https://other.example/realm", other, "the host is another"),
    ] {
        let said = said("fapi2", aud);
        let facts = said.json["causes"][0]["evidence"].to_string();
        assert_eq!(said.first(), first, "{aud}");
        assert!(facts.contains(how) && facts.contains(aud) && facts.contains("the issuer identifier"), "{facts}");
    }
    // The nearest one that is taken, whichever that is; what is near to one that is refused is not nearly right.
    let facts = said("ory-hydra", "https://as.example/realm/token/").json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("the token endpoint") && facts.contains("by a final slash"), "{facts}");
    for (profile, aud, expected) in [
        ("ory-hydra", "https://as.example/realm/", "the token endpoint is https://as.example/realm/token"),
        ("fapi2", "https://as.example/realm/token/", "the issuer identifier is https://as.example/realm\""),
    ] {
        let said = said(profile, aud);
        assert_eq!(said.first(), other, "{profile}");
        let facts = said.json["causes"][0]["evidence"].to_string();
        assert!(facts.contains(expected) && facts.contains("the path is another"), "{facts}");
    }
    // One that is known and not taken: what is taken stands beside it.
    let facts = said("fapi2", TOKEN).json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("the issuer identifier") && facts.contains("does not take that one"), "{facts}");
    let facts = said("au-cdr", TOKEN).json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("the issuer identifier") && facts.contains("some servers still take them"), "{facts}");
    let facts = said("ory-hydra", ISSUER).json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("the token endpoint") && facts.contains("does not take that one"), "{facts}");
    // Where issuer and endpoint are one, it is enough that the server takes the endpoint.
    let one = check(&with(|case| {
        case.profile = Some("ory-hydra");
        case.issuer = Some(TOKEN);
        case.metadata = None;
        case.claims["aud"] = json!(TOKEN);
    }));
    assert_eq!(one.status(Check::Audience), Status::Passed);
    // An issuer that is not known may be at another path, and not at another host.
    let unknown = |aud: &str| {
        check(&with(|case| {
            case.issuer = None;
            case.metadata = None;
            case.profile = None;
            case.claims["aud"] = json!(aud);
        }))
    };
    assert_eq!(unknown("https://as.example/x").status(Check::Audience), Status::NotDecidable(Wanted::Issuer));
    assert!(unknown("https://as.example/x").causes.is_empty());
    assert_eq!(unknown("https://as.example/x/").causes, [("audience_near_miss", Class::Consistent)]);
    assert_eq!(unknown("https://other.example").causes, [("audience_mismatch", Class::Consistent)]);
}

#[test]
fn whether_a_grant_needs_a_jti_is_the_servers_business() {
    let without = |profile| {
        check(&grant(|case| {
            drop(case.claims.as_object_mut().unwrap().remove("jti"));
            case.profile = profile;
        }))
    };
    let said = without(None);
    assert_eq!(said.status(Check::JwtId), Status::NotDecidable(Wanted::Profile));
    assert!(said.causes.contains(&("jti_missing", Class::Consistent)));
    assert_eq!(without(Some("zitadel")).status(Check::JwtId), Status::Passed);
    // One that is odd is the reason where somebody looks at it.
    let odd = |profile, jti: Value| {
        check(&with(|case| {
            case.profile = Some(profile);
            case.claims["jti"] = jti;
        }))
        .class("jti_invalid")
    };
    for jti in [json!(""), json!(5)] {
        assert_eq!(odd("zitadel", jti.clone()), Some(Class::Consistent));
        assert_eq!(odd("keycloak", jti), Some(Class::Proven));
    }
}

/// A request with both assertions; its grant is in order but for the change.
fn both(change: impl FnOnce(&mut Value, &mut Case)) -> Case {
    with(|case| {
        let mut claims = case.claims.clone();
        claims["iss"] = json!("sts-1");
        claims["sub"] = json!("alice");
        claims["jti"] = json!("id-2");
        change(&mut claims, case);
        let header = json!({ "alg": "ES256", "kid": "one" });
        case.without.push("grant_type");
        case.params.push(("grant_type", GRANT.into()));
        if !case.params.iter().any(|(name, _)| *name == "assertion") {
            case.params.push(("assertion", signed(&header, &claims, 1)));
        }
    })
}

#[test]
fn of_the_same_cause_in_both_assertions_that_of_the_client_comes_first() {
    let said = check(&both(|claims, case| {
        claims["aud"] = json!("https://other.example");
        case.claims["aud"] = json!("https://other.example");
    }));
    assert_eq!(said.causes, [("audience_mismatch", Class::Proven); 2]);
    assert_eq!(said.json["evidence"]["assertion_parameter"], "client_assertion");
    let said = check(&both(|claims, _| claims["aud"] = json!("https://other.example")));
    assert_eq!(said.causes, [("audience_mismatch", Class::Proven)]);
    assert_eq!(said.json["evidence"]["assertion_parameter"], "assertion");
}

#[test]
fn a_check_that_lacks_two_things_says_the_first() {
    // Of the client assertion the key, of the grant everything.
    let said = check(&with(|case| {
        case.registration = None;
        case.without.push("grant_type");
        case.params = vec![("grant_type", GRANT.into()), ("assertion", "<removed>".into())];
    }));
    assert_eq!(said.status(Check::Key), Status::NotDecidable(Wanted::Keys));
    assert_eq!(said.status(Check::Structure), Status::NotDecidable(Wanted::Assertion));
}

#[test]
fn of_thirteen_causes_of_the_same_class_the_last_is_left_out() {
    let crowd = |more: fn(&mut Case)| {
        let said = check(&with(|case| {
            case.method = "GET";
            case.headers = vec![("Authorization", "Basic eDp5")];
            case.without.push("client_assertion_type");
            case.params = vec![("scope", "api".into())];
            case.header["crit"] = json!(["b64"]);
            case.claims["sub"] = json!("alice");
            case.claims["iat"] = json!("now");
            case.claims["jti"] = json!(7);
            case.claims["aud"] = json!("https://other.example");
            case.claims.as_object_mut().unwrap().remove("exp");
            case.spoil_signature =
                |_, raw| p256::ecdsa::Signature::from_slice(&raw).unwrap().to_der().as_bytes().to_vec();
            more(case);
        }));
        let mut codes: Vec<_> = said
            .causes
            .iter()
            .map(|(code, class)| {
                assert_eq!(*class, Class::Proven, "{code}");
                *code
            })
            .collect();
        codes.sort_unstable();
        codes
    };
    let twelve = crowd(|_| ());
    assert_eq!(twelve.len(), MAX_CAUSES);
    // Found behind them.
    assert_eq!(crowd(|case| case.header["kid"] = json!("nine")), twelve);
}

#[test]
fn five_causes_with_the_same_answer_get_five_answers() {
    type Change = fn(&mut Case);
    let cases: [(&str, Change); 5] = [
        ("audience_near_miss", |case| case.claims["aud"] = json!("https://as.example/realm/")),
        ("expired", |case| {
            case.claims["iat"] = json!(NOW - 200);
            case.claims["exp"] = json!(NOW - 140);
        }),
        ("key_mismatch", |case| case.signer = 3),
        ("jti_replayed", |case| case.seen = Some(vec!["id-1"])),
        ("signature_der", |case| {
            case.spoil_signature =
                |_, raw| p256::ecdsa::Signature::from_slice(&raw).unwrap().to_der().as_bytes().to_vec();
        }),
    ];
    for (code, change) in cases {
        assert_eq!(ask(&with(change)).first().0, code);
    }
}

#[test]
fn nothing_wrong_here_is_said_to_be_so() {
    let said = ask(&Case::default());
    // This server does not look at `typ`.
    assert_eq!(said.candidates.len(), 3);
    assert!(said.causes.iter().all(|(_, class)| *class == Class::Consistent));
    assert_eq!(said.wanted, Some(Wanted::ServerLog));
    // Without the key that signs, a wrong key and a damaged signature look the same.
    let said = ask(&with(|case| {
        case.own_key = false;
        case.signer = 3;
    }));
    assert_eq!(said.first(), ("signature_invalid", Class::Consistent));
    assert!(said.candidates.contains(&"key_mismatch"));
    assert_eq!(said.wanted, Some(Wanted::Key));
}

fn answered(status: u16, body: &str) -> Said {
    ask(&with(|case| {
        case.status = status;
        case.answer = body.into();
        case.own_key = false;
    }))
}

#[test]
fn what_the_answer_says_by_itself() {
    for (status, body, code, class) in [
        (400, r#"{"error":"invalid_scope"}"#, "scope_invalid", Class::Stated),
        (400, r#"{"error":"unauthorized_client"}"#, "grant_type_unsupported", Class::Stated),
        (400, r#"{"error":"unsupported_grant_type"}"#, "grant_type_unsupported", Class::Stated),
        (400, r#"{"error":"invalid_target"}"#, "resource_invalid", Class::Stated),
        (400, r#"{"error":"use_dpop_nonce"}"#, "dpop_nonce_required", Class::Stated),
        // With a client assertion alone, it is the code or the refresh token that failed.
        (400, r#"{"error":"invalid_grant"}"#, "grant_refused", Class::Stated),
        (400, r#"{"error":"jti_known"}"#, "jti_replayed", Class::Stated),
        (500, r#"{"error":"server_error"}"#, "server_fault", Class::Stated),
        (500, "oops", "server_fault", Class::Stated),
        (502, "<html>", "server_fault", Class::Stated),
        (503, "<html>", "rate_limited", Class::Stated),
        (429, "", "rate_limited", Class::Stated),
        (503, r#"{"error":"invalid_client"}"#, "rate_limited", Class::Stated),
        (400, r#"{"error":"temporarily_unavailable"}"#, "rate_limited", Class::Stated),
        (302, "", "not_oauth_response", Class::Proven),
        (404, "<html>", "not_oauth_response", Class::Proven),
        (200, "<html>", "not_oauth_response", Class::Proven),
        (415, "", "content_type_wrong", Class::Stated),
        (413, "", "assertion_too_long", Class::Stated),
    ] {
        let said = answered(status, body);
        assert_eq!(said.first(), (code, class), "{status} {body}: {said:?}");
    }
    // An empty 403 can be a refusal, or a wall before the server.
    let said = answered(403, "");
    assert_eq!(said.first(), ("not_oauth_response", Class::Consistent));
    // A grant alone, and the client was to be authenticated.
    let said = ask(&grant(|case| case.answer = REFUSED.into()));
    assert_eq!(said.first(), ("assertion_missing", Class::Stated));
}

#[test]
fn a_defect_that_the_answer_is_not_about_is_not_its_cause() {
    let expired = |case: &mut Case| {
        case.claims["iat"] = json!(NOW - 150);
        case.claims["exp"] = json!(NOW - 90);
    };
    // The client was authenticated.
    let said = ask(&with(|case| {
        expired(case);
        case.answer = r#"{"error":"invalid_scope"}"#.into();
    }));
    assert_eq!(said.causes, [("scope_invalid", Class::Stated), ("expired", Class::Consistent)]);
    // Some servers fail on times.
    let said = ask(&with(|case| {
        expired(case);
        case.status = 500;
        case.answer = "{}".into();
    }));
    assert_eq!(said.causes, [("expired", Class::Proven), ("server_fault", Class::Stated)]);
    // The limit comes before the assertion.
    let said = ask(&with(|case| {
        expired(case);
        case.status = 429;
    }));
    assert_eq!(said.first(), ("rate_limited", Class::Stated));
}

#[test]
fn texts_count_where_the_profile_knows_them() {
    let said = |profile: Option<&'static str>, status: u16, body: &str| {
        ask(&with(|case| {
            case.profile = profile;
            case.status = status;
            case.answer = body.into();
            // Nothing is known of the assertion.
            case.spoil = |_| "<removed>".into();
            case.claims["aud"] = json!(TOKEN);
        }))
    };
    let hydra = r#"{"error":"error","error_description":"The error is unrecognizable"}"#;
    let reuse = r#"{"error":"invalid_client","error_description":"Token reuse detected"}"#;
    assert_eq!(said(Some("keycloak"), 400, reuse).first(), ("jti_replayed", Class::Stated));
    assert_eq!(said(Some("ory-hydra"), 500, hydra).first(), ("expired", Class::Stated));
    assert!(said(Some("ory-hydra"), 500, hydra).candidates.contains(&"server_fault"));
    // The same words from nobody in particular are a hint.
    assert_eq!(said(None, 400, reuse).first(), ("jti_replayed", Class::Consistent));
    // Whoever speaks of everything says nothing.
    let everything = "expired audience signature algorithm jti reuse 'exp' client_id public key twice";
    let hostile = format!(r#"{{"error":"invalid_client","error_description":"{everything}"}}"#);
    assert_eq!(said(None, 401, &hostile).candidates, said(None, 401, REFUSED).candidates);
}

#[test]
fn remarks_are_no_candidates() {
    let said = ask(&with(|case| {
        case.metadata.as_mut().unwrap()["issuer"] = json!("https://as.example/other");
        case.own_key = false;
    }));
    assert!(said.causes.contains(&("metadata_unusable", Class::Consistent)), "{:?}", said.causes);
    assert!(said.candidates.len() > 1 && !said.candidates.contains(&"metadata_unusable"), "{:?}", said.candidates);
    // The key that signs would not tell these apart.
    assert!(!said.candidates.contains(&"key_mismatch"));
    assert_eq!(said.wanted, Some(Wanted::ServerLog));
}

#[test]
fn what_nothing_speaks_against_is_supposed_where_it_can_be() {
    // Without `kid` no server looks for one.
    let unknown = |kid: bool| {
        ask(&with(|case| {
            case.registration = None;
            case.profile = Some("spring");
            case.header["typ"] = json!("JWT");
            if !kid {
                drop(case.header.as_object_mut().unwrap().remove("kid"));
            }
        }))
    };
    let candidates = |said: &Said, code| said.candidates.contains(&code);
    assert!(candidates(&unknown(true), "kid_unknown") && !candidates(&unknown(true), "key_unknown"));
    assert!(!candidates(&unknown(false), "kid_unknown") && candidates(&unknown(false), "key_unknown"));
    // A server that does not look at `jti` does not refuse one that was used.
    let right = |profile| {
        ask(&with(|case| {
            case.profile = Some(profile);
            case.header["typ"] = json!("JWT");
        }))
    };
    assert!(candidates(&right("keycloak"), "jti_replayed") && !candidates(&right("spring"), "jti_replayed"));
    // What is wrong with the client assertion says nothing of the grant.
    let refused = |change: fn(&mut Case)| {
        ask(&both(|claims, case| {
            claims["iss"] = json!(CLIENT);
            case.profile = None;
            case.status = 400;
            case.answer = r#"{"error":"invalid_grant"}"#.into();
            case.jwks = Some(json!({ "keys": [jwk(&key(1), "one")] }));
            change(case);
        }))
    };
    let other = refused(|case| case.registration.as_mut().unwrap()["client_id"] = json!("other"));
    assert_eq!(other.candidates, ["client_unknown", "subject_unknown", "jti_replayed", "key_not_propagated"]);
    assert!(other.causes.iter().filter(|(code, _)| *code == "client_unknown").count() == 2, "{:?}", other.causes);
    assert!(candidates(&other, "client_unknown"));
    let replayed = refused(|case| case.seen = Some(vec!["id-1"]));
    assert!(candidates(&replayed, "jti_replayed"), "{:?}", replayed.candidates);
}

#[test]
fn codes_beyond_those_of_the_standard_mean_what_they_say() {
    for (status, body, expected) in [
        (400, r#"{"error":"server_error"}"#, "server_fault"),
        (400, r#"{"error":"slow_down"}"#, "rate_limited"),
        (500, r#"{"error":"weird"}"#, "server_fault"),
        (599, r#"{"error":"weird"}"#, "server_fault"),
    ] {
        assert_eq!(answered(status, body).first(), (expected, Class::Stated), "{status} {body}");
    }
    let said = answered(499, r#"{"error":"weird"}"#);
    assert!(said.causes.iter().all(|(_, class)| *class == Class::Consistent), "{:?}", said.causes);
    // Words of an answer that is none of OAuth count as well.
    let said = ask(&with(|case| {
        case.profile = None;
        case.spoil = |_| "<removed>".into();
        case.answer = r#"{"message":"that has expired"}"#.into();
    }));
    assert_eq!(said.first(), ("expired", Class::Consistent));
}

/// All that is said of the causes of an answer to a request whose assertion is not known.
fn evidence_of(answer: &ReceivedAnswer<'_>) -> String {
    let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", "<removed>");
    let evidence = Evidence::new().with_request(&request).with_answer(answer);
    let privacy = Privacy::new(&[7; 16]).unwrap();
    explained(&evidence, |diagnosis| diagnosis.write_explanation(&mut [0; 8_192], &privacy).unwrap().to_owned())
}

#[test]
fn an_answer_that_is_none_of_oauth_is_described() {
    for (status, body, expected, shape) in [
        (307, "", "a redirection: it is not followed with an assertion", "redirect"),
        (404, "", "the answer has no body", "empty"),
        (404, r#"{"message":"Not Found"}"#, "the answer is JSON, but no error of OAuth", "foreign"),
        (404, r#"{"message":"Not "#, "the answer ends too early", "truncated"),
        (404, "[1]", "the answer is JSON that no token endpoint sends", "unusable"),
        (404, "<html>", "the answer is no JSON", "not_json"),
    ] {
        let mut bytes = body.as_bytes().to_vec();
        let said = evidence_of(&ReceivedAnswer::new(status, Response::new(status, &mut bytes).read()));
        assert!(said.contains(expected) && said.contains("not_oauth_response"), "{body}: {said}");
        assert!(said.contains(&format!(r#""shape":"{shape}""#)), "{body}: {said}");
    }
    let mut bytes = br#"{"error":"inv"#.to_vec();
    let said = evidence_of(&ReceivedAnswer::new(400, Response::new(400, &mut bytes).truncated().read()));
    assert!(said.contains("the answer is larger than its buffer") && said.contains(r#""shape":"too_large""#), "{said}");
    let mut bytes = br#"{"message":"Forbidden","code":"E7"}"#.to_vec();
    let said = evidence_of(&ReceivedAnswer::new(403, Response::new(403, &mut bytes).read()));
    assert!(said.contains(r#""error":"E7","error_description":"Forbidden""#), "{said}");
    let mut bytes = br#"{"access_token":"s3cr3t","token_type":"Bearer"}"#.to_vec();
    let said = evidence_of(&ReceivedAnswer::new(200, Response::new(200, &mut bytes).read()));
    assert!(said.contains(r#""shape":"token""#) && !said.contains("s3cr3t"), "{said}");
}

/// What a server states of a request in which everything is right contradicts what is seen, if it is looked at here.
#[test]
fn each_fault_that_is_looked_for_can_be_contradicted() {
    let mut elsewhere = vec![];
    for fault in Fault::ALL {
        let said = ask(&with(|case| {
            case.says = Some(*fault);
            case.answer = r#"{"error":"invalid_client","error_description":"no"}"#.into();
        }));
        let text = said.json["causes"].to_string();
        // The key is published: then the server has an older copy.
        let otherwise = text.contains("says otherwise") || text.contains("the server does not have it");
        if !otherwise {
            elsewhere.push(fault.code());
        }
    }
    assert_eq!(
        elsewhere,
        [
            "subject_unknown",
            "key_not_propagated",
            "scope_reduced",
            "resource_invalid",
            "grant_refused",
            "dpop_nonce_required",
            "not_oauth_response",
            "rate_limited",
            "server_fault",
        ]
    );
}

#[test]
fn header_fields_of_an_answer_count_in_any_case_and_order() {
    let outcome = || Response::new(400, &mut []).read();
    let fields =
        [("DATE", DATE), ("Content-Type", "text/html"), ("retry-after", "1"), ("DPoP-Nonce", "n"), ("Server", "x")];
    for first in 0..fields.len() {
        let order = fields.iter().cycle().skip(first).take(fields.len());
        let answer = order.fold(ReceivedAnswer::new(400, outcome()), |it, (name, value)| it.with_header(name, value));
        let said: Value = serde_json::from_str(&evidence_of(&answer)).unwrap();
        let server = &said["evidence"]["server_error"];
        assert_eq!(server["content_type"], "text/html", "{server}");
        assert_eq!((&server["retry_after"], &server["dpop_nonce"]), (&json!(true), &json!(true)), "{server}");
        assert_eq!(said["evidence"]["clock"]["server_date"], NOW, "{said}");
    }
    // An answer from a cache has an old date.
    let expired = |age: &'static str| {
        let mut body = REFUSED.as_bytes().to_vec();
        let assertion = signed(
            &json!({ "alg": "ES256" }),
            &json!({ "iss": "a", "sub": "a", "aud": "b", "iat": NOW - 90, "exp": NOW - 30, "jti": "c" }),
            1,
        );
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
        let answer = ReceivedAnswer::new(401, Response::new(401, &mut body).read()).with_header("Date", DATE);
        let answer = answer.with_header("AGE", age);
        let evidence = Evidence::new().with_request(&request).with_answer(&answer);
        explained(&evidence, |diagnosis| diagnosis.status(Check::Expiration))
    };
    assert_eq!(expired("0"), Status::Failed);
    assert_eq!(expired("00"), Status::Failed);
    assert_eq!(expired("1"), Status::NotDecidable(Wanted::Time));
}

#[test]
fn words_count_for_what_they_can_be_about() {
    let said = |description: &str, change: &dyn Fn(&mut Case)| {
        ask(&with(|case| {
            case.status = 400;
            case.answer = json!({ "error": "invalid_client", "error_description": description }).to_string();
            change(case);
        }))
    };
    let facts = |said: &Said| said.json["causes"][0]["evidence"].to_string();
    // A jti that was not sent before, as far as is known.
    let reuse = "Token reuse detected";
    let known = said(reuse, &|case| case.profile = Some("keycloak"));
    assert!(facts(&known).contains("it was not sent before"), "{}", facts(&known));
    let unknown = said(reuse, &|case| {
        case.profile = Some("keycloak");
        case.seen = None;
    });
    assert_eq!(unknown.first(), ("jti_replayed", Class::Stated));
    assert!(!facts(&unknown).contains("it was not sent before"), "{}", facts(&unknown));
    // One that is stated is not one of several, whatever else is seen.
    let unknown = said(reuse, &|case| {
        case.profile = Some("keycloak");
        case.seen = None;
        case.header["x-note"] = json!(1);
    });
    assert!(unknown.causes.contains(&("header_member_refused", Class::Consistent)));
    assert!(unknown.candidates.is_empty(), "{:?}", unknown.candidates);
    // Four kinds of words are read, five are too many to mean anything.
    let hinted = |description: &str| {
        said(description, &|case| {
            case.profile = None;
            case.spoil = |_| "<removed>".into();
        })
    };
    assert_eq!(hinted("expired audience signature algorithm").first().0, "algorithm_unsupported");
    let many = hinted("expired audience signature algorithm reuse");
    assert_eq!(many.candidates, hinted("nothing").candidates);
    // All of them that nothing speaks against.
    let said_of = |description: &str, change: &dyn Fn(&mut Case)| {
        said(description, &|case| {
            case.profile = None;
            change(case);
        })
    };
    let timeless = said_of("The assertion is not yet valid or has expired", &|case| {
        (case.date, case.sent_at, case.uncertainty) = (None, None, None);
    });
    assert_eq!(timeless.first(), ("expired", Class::Consistent));
    assert!(facts(&timeless).contains("not yet valid or has expired"), "{}", facts(&timeless));
    let unknown = said_of("Unknown client_id", &|case| case.registration = None);
    assert_eq!(unknown.first(), ("client_unknown", Class::Consistent));
    assert!(facts(&unknown).contains("Unknown client_id"), "{}", facts(&unknown));
    // That a server speaks of signatures does not mean that this one was looked at.
    let spoken = hinted("the signature is bad");
    assert_eq!(spoken.first().0, "signature_invalid");
    assert!(!spoken.json.to_string().contains("does not verify"), "{}", spoken.json);
    // A code of grants in the place of one of clients: what is wrong with the assertion is the cause.
    let late = ask(&with(|case| {
        case.profile = Some("zitadel");
        case.status = 400;
        case.answer = r#"{"error":"unauthorized_client","error_description":"JWT assertion failed"}"#.into();
        case.claims["iat"] = json!(NOW - 200);
        case.claims["exp"] = json!(NOW - 140);
    }));
    assert_eq!(late.first(), ("expired", Class::Proven));
    // The parameters were sent as a form: then the server contradicts what is seen, and that is all.
    let unseen = "no client authentication mechanism provided";
    let contradicted = said(unseen, &|_| ());
    assert_eq!(contradicted.causes, [("assertion_missing", Class::Stated)]);
    let contradicted = said("client_id mismatch", &|case| case.content_type = None);
    assert_eq!(contradicted.causes, [("client_id_mismatch", Class::Stated)]);
}

#[test]
fn a_secret_that_is_refused_is_no_assertion_that_is_missing() {
    let refused = |change: fn(&mut Case)| {
        ask(&grant(|case| {
            (case.profile, case.status) = (None, 401);
            case.answer = r#"{"error":"invalid_client","error_description":"Invalid client secret"}"#.into();
            change(case);
        }))
    };
    assert_eq!(refused(|_| ()).first(), ("assertion_missing", Class::Stated));
    for said in [
        refused(|case| case.headers = vec![("Authorization", "Basic eDp5")]),
        refused(|case| case.params = vec![("client_secret", "secret".into())]),
    ] {
        assert_eq!(said.candidates, ["client_unknown", "auth_method_unsupported"], "{:?}", said.causes);
        assert_eq!(said.json["evidence"]["assertion_parameter"], "assertion");
    }
    // What its product says of a grant with this code is said of the grant.
    let google = refused(|case| {
        case.profile = Some("google");
        case.answer = r#"{"error":"invalid_client","error_description":"Invalid JWT Signature."}"#.into();
        case.claims["aud"] = json!("https://oauth2.googleapis.com/token");
        case.verifier = false;
        case.own_key = false;
    });
    assert_eq!(google.class("assertion_missing"), None, "{:?}", google.causes);
    assert!(["signature_invalid", "key_unknown", "kid_unknown"].contains(&google.first().0), "{:?}", google.causes);
    let expired = refused(|case| {
        case.profile = Some("google");
        case.answer = json!({ "error": "invalid_client", "error_description": "short-lived token" }).to_string();
        case.claims["aud"] = json!("https://oauth2.googleapis.com/token");
        case.claims["iat"] = json!(NOW - 7_200);
        case.claims["exp"] = json!(NOW - 3_600);
    });
    assert_eq!(expired.first(), ("expired", Class::Proven));
    // Beside a client assertion it is about that one, whatever it says.
    let beside = ask(&both(|claims, case| {
        (claims["iat"], claims["exp"]) = (json!(NOW - 160), json!(NOW - 100));
        case.answer = r#"{"error":"invalid_client","error_description":"client_id mismatch"}"#.into();
    }));
    assert_eq!(beside.class("expired"), Some(Class::Consistent), "{:?}", beside.causes);
    // Of the grant itself it is said in another way.
    let of_grant = refused(|case| {
        case.headers = vec![("Authorization", "Basic eDp5")];
        case.answer = r#"{"error":"invalid_grant","error_description":"bad signature"}"#.into();
        case.verifier = false;
        case.own_key = false;
    });
    assert_eq!(of_grant.first().0, "signature_invalid");
}

#[test]
fn what_an_answer_is_not_about_keeps_its_place() {
    let said = ask(&with(|case| {
        case.status = 400;
        case.answer = json!({ "error": "invalid_scope", "error_description": "it expired" }).to_string();
        case.claims["aud"] = json!("https://other.example");
        case.claims["iat"] = json!(NOW - 200);
        case.claims["exp"] = json!(NOW - 140);
    }));
    let codes: Vec<_> = said.causes.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["scope_invalid", "audience_mismatch", "expired"]);
    // A code says more than a status.
    let said = answered(500, r#"{"error":"invalid_request"}"#);
    assert!(!said.causes.iter().any(|(code, _)| *code == "server_fault"), "{:?}", said.causes);
    // Client authentication is missing where only a grant was sent, and nowhere else.
    let refused = |case: Case| ask(&Case { answer: REFUSED.into(), status: 401, ..case });
    let missing = |said: &Said| said.causes.contains(&("assertion_missing", Class::Stated));
    assert!(missing(&refused(grant(|_| ()))));
    assert!(!missing(&refused(both(|_, _| ()))));
    assert!(!missing(&refused(Case::default())));
    let by_password = with(|case| {
        case.without = vec!["client_assertion", "client_assertion_type", "client_id"];
        case.headers = vec![("Authorization", "Basic eDp5")];
    });
    assert!(!missing(&refused(by_password)));
    assert!(!missing(&refused(with(|case| case.without = vec!["client_assertion", "client_assertion_type"]))));
    // Of two assertions, a grant's code is about the grant.
    let said = ask(&both(|_, case| {
        case.profile = Some("authlib");
        case.status = 400;
        case.answer = json!({ "error": "invalid_grant", "error_description": "Invalid 'sub' value" }).to_string();
    }));
    assert_eq!(said.first(), ("subject_unknown", Class::Stated));
    assert_eq!(said.json["evidence"]["assertion_parameter"], "assertion");
}

#[test]
fn a_server_that_contradicts_what_is_seen_is_shown_to() {
    let said = ask(&with(|case| {
        case.profile = Some("okta");
        case.claims["aud"] = json!(TOKEN);
        case.header["typ"] = json!("JWT");
        case.answer =
            r#"{"error":"invalid_client","error_description":"The client_assertion token is expired."}"#.into();
    }));
    assert_eq!(said.first(), ("expired", Class::Stated));
    let facts = said.json["causes"][0]["evidence"].to_string();
    assert!(facts.contains("token is expired") && facts.contains("says otherwise"), "{facts}");
}

#[test]
fn a_time_that_is_too_large_is_never_below_zero() {
    let said = ask(&with(|case| {
        case.profile = Some("authlib");
        case.claims["iat"] = json!(u64::MAX);
    }));
    let facts = said.json["causes"].as_array().unwrap().iter().map(|cause| cause["evidence"].to_string());
    let facts: String = facts.collect();
    assert!(facts.contains("seconds from when it was judged to iat: 9223372036854775807"), "{facts}");
}

#[test]
fn a_token_needs_no_explanation_but_of_its_scope() {
    let token = |scope: &str| {
        ask(&with(|case| {
            case.status = 200;
            case.answer = format!(r#"{{"access_token":"s3cr3t-token","token_type":"Bearer","expires_in":60{scope}}}"#);
            case.claims["aud"] = json!("https://wrong.example");
        }))
    };
    let said = token("");
    assert!(said.causes.is_empty() && said.candidates.is_empty());
    assert_eq!(said.json["next_step"], "Nothing is to be done: there is a token.");
    assert!(!said.json.to_string().contains("s3cr3t"));
    let said = token(r#","scope":"other""#);
    assert_eq!(said.causes, [("scope_reduced", Class::Stated)]);
}

/// The members of a record that are there whatever is known.
const MEMBERS: [&str; 23] = [
    "versions",
    "causes",
    "authorization_server_metadata",
    "issuer_identifier",
    "token_endpoint",
    "client_id",
    "assertion_parameter",
    "assertion_header",
    "issuer",
    "subject",
    "audience",
    "expiration",
    "issued_at",
    "not_before",
    "jwt_id",
    "signing_algorithm",
    "key_id",
    "jwks_state",
    "server_error",
    "clock",
    "profile",
    "does_not_prove",
    "other_assertion",
];

#[test]
fn each_record_has_every_member_and_no_secret() {
    let mut cases: Vec<Case> = proven().into_iter().map(|(_, case)| case).collect();
    cases.push(Case::default());
    cases.push(with(|case| {
        case.registration = None;
        case.metadata = None;
        case.issuer = None;
        case.profile = None;
        case.without = vec!["client_assertion", "client_assertion_type", "client_id"];
    }));
    for case in cases {
        let said = ask(&case);
        let record = &said.json["evidence"];
        for member in MEMBERS {
            assert!(!record[member].is_null(), "{member}: {record}");
        }
        assert_eq!(record["does_not_prove"].as_array().unwrap().len(), 3);
        let text = said.json.to_string();
        for secret in &said.secrets {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    // Wherever a server repeats them.
    let said = ask(&with(|case| {
        case.params = vec![("client_secret", "correct horse".into()), ("code", "SplxlOBeZQQYbYS6WxSbIA".into())];
        case.answer = r#"{"error":"correct horse","error_description":"SplxlOBeZQQYbYS6WxSbIA",
            "error_uri":"https://as.example/correct horse/SplxlOBeZQQYbYS6WxSbIA"}"#
            .into();
    }));
    for secret in ["correct", "SplxlOBeZQQYbYS6WxSbIA"] {
        assert!(!said.json.to_string().contains(secret), "{}", said.json);
    }
    assert_eq!(said.json["evidence"]["server_error"]["error_uri"], "https://as.example/[removed]/[removed]");
    let record = &ask(&with(|case| case.without = vec!["client_assertion"])).json["evidence"];
    assert_eq!(record["jwt_id"], "absent");
    assert_eq!(record["assertion_header"], "absent");
}

#[test]
fn names_of_people_are_hashed() {
    let case = grant(|case| {
        case.profile = Some("authlib");
        case.answer =
            r#"{"error":"invalid_grant","error_description":"Invalid 'sub' value alice in assertion of sts-1"}"#.into();
    });
    let said = ask(&case);
    let text = said.json.to_string();
    assert!(!text.contains("alice") && !text.contains("sts-1"), "{text}");
    let record = &said.json["evidence"];
    assert!(record["subject"].as_str().unwrap().starts_with("hmac-sha256:"));
    assert_eq!(record["jwt_id"], "id-1");
    assert!(record["server_error"]["error_description"].as_str().unwrap().contains("[hashed]"));
}

#[test]
fn a_record_shows_audiences_and_what_the_server_repeats() {
    let audience = |aud: Value| check(&with(|case| case.claims["aud"] = aud)).json["evidence"]["audience"].clone();
    assert_eq!(audience(json!(ISSUER)), ISSUER);
    assert_eq!(audience(json!([ISSUER, 7, TOKEN])), json!([ISSUER, TOKEN]));
    assert_eq!(audience(json!([])), json!([]));
    assert!(audience(json!({ "a": [ISSUER] })).is_string());
    // Names of people are hidden, if they are long enough not to be a part of any word; a client id is none.
    let repeated = |case: Case| {
        let said = ask(&Case {
            answer: r#"{"error":"invalid_grant","error_description":"abcd by ab as device-7"}"#.into(),
            ..case
        });
        said.json["evidence"]["server_error"]["error_description"].clone()
    };
    let names = |iss: &str, sub: &str| {
        repeated(grant(|case| {
            case.claims["iss"] = json!(iss);
            case.claims["sub"] = json!(sub);
        }))
    };
    assert_eq!(names("ab", "abcd"), "[hashed] by ab as device-7");
    assert_eq!(names("abc", "x"), "[hashed]d by ab as device-7");
    assert_eq!(repeated(Case::default()), "abcd by ab as device-7");
    // A name that begins as another one.
    assert_eq!(names("abc", "abcd by"), "[hashed] ab as device-7");
}

#[test]
fn what_is_hidden_is_hidden_everywhere() {
    // Secrets of any kind that were sent.
    for name in [
        "client_secret",
        "code",
        "code_verifier",
        "device_code",
        "password",
        "refresh_token",
        "subject_token",
        "actor_token",
    ] {
        let said = ask(&with(|case| {
            case.params = vec![(name, "0b9c6a3e-7c11".into())];
            case.answer = r#"{"error":"invalid_grant","error_description":"0b9c6a3e-7c11 has expired"}"#.into();
        }));
        assert_eq!(said.json["evidence"]["server_error"]["error_description"], "[removed] has expired", "{name}");
        assert!(!said.json.to_string().contains("0b9c6a3e"), "{name}");
    }
    // A client id that is hashed, wherever it stands.
    let mut answer = br#"{"error":"invalid_client","error_description":"meter-1 is none, reader-2 is none"}"#.to_vec();
    let answer = ReceivedAnswer::new(401, Response::new(401, &mut answer).read());
    let mut registration = json!({ "client_id": "reader-2" }).to_string().into_bytes();
    let registration = RegisteredClient::read(&mut registration).unwrap();
    let claims = json!({ "iss": "https://meter-1.example", "sub": "alice", "aud": "meter-1", "exp": NOW + 60 });
    let assertion = signed(&json!({ "alg": "ES256", "kid": "meter-1" }), &claims, 1);
    let keys = json!({ "keys": [jwk(&key(1), "meter-1")] }).to_string();
    let request =
        SentRequest::new("POST", TOKEN).with_parameter("client_id", "meter-1").with_parameter("assertion", &assertion);
    let evidence = Evidence::new()
        .with_request(&request)
        .with_answer(&answer)
        .with_issuer(ISSUER)
        .with_registration(&registration)
        .with_keys(PublishedKeys::read(keys.as_bytes()).unwrap());
    let privacy = Privacy::new(&[7; 16]).unwrap();
    let record = |privacy: &Privacy<'_>| {
        explained(&evidence, |diagnosis| diagnosis.write_explanation(&mut [0; 8_192], privacy).unwrap().to_owned())
    };
    assert!(record(&privacy).contains("meter-1") && record(&privacy).contains("reader-2"));
    let hashed = record(&privacy.with_hashed_client_id());
    assert!(!hashed.contains("meter-1") && !hashed.contains("reader-2"), "{hashed}");
    assert!(hashed.contains("aud is [hashed], the issuer identifier is"), "{hashed}");
    assert!(hashed.contains(r#""key_id":"[hashed]""#) && hashed.contains(r#""audience":"[hashed]""#), "{hashed}");
    // A name that is a URL, in others, and where a value is shortened.
    for name in
        ["https://idp.example/users/alice", "https://idp.example/users/alice?tenant=7", "spiffe://a.example/alice"]
    {
        let long = format!("{}{name}", "k".repeat(150));
        for kid in [name.to_owned(), format!("{name}#1"), format!("{name}/keys/1"), long] {
            let said = ask(&grant(|case| {
                for claim in ["iss", "sub", "aud"] {
                    case.claims[claim] = json!(name);
                }
                case.header["kid"] = json!(kid);
                case.answer = json!({ "error": "invalid_grant", "error_uri": name }).to_string();
            }));
            let record = said.json.to_string();
            assert!(!record.contains("alice") && record.contains("[hashed]"), "{kid}: {record}");
        }
    }
    // A user in a URL is no part of its name.
    let said = ask(&grant(|case| {
        case.header["kid"] = json!("https://alice:secret@idp.example/keys");
        case.answer = r#"{"error":"invalid_grant"}"#.into();
    }));
    assert_eq!(said.json["evidence"]["key_id"], "https://idp.example/keys");
}

#[test]
fn the_digest_of_an_assertion_is_shown_where_its_signature_cannot_be_guessed() {
    let digest = |signature: &str| {
        let assertion = signed(&json!({ "alg": "ES256" }), &claims(), 1);
        let (input, made) = assertion.rsplit_once('.').unwrap();
        let assertion = format!("{input}.{}", if signature == "raw" { made } else { signature });
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
        let privacy = Privacy::new(&[7; 16]).unwrap();
        checked(&Evidence::new().with_request(&request), |diagnosis| {
            shown(diagnosis, &privacy)["assertion_sha256"].as_str().unwrap().to_owned()
        })
    };
    assert_eq!(digest("raw").len(), 64);
    assert_eq!(digest(&base64url(&[7; 32])).len(), 64);
    for unsigned in ["", "<removed>", &base64url(&[7; 31])] {
        assert_eq!(digest(unsigned), "absent", "{unsigned}");
    }
}

#[test]
fn hashes_belong_to_their_key() {
    let request = SentRequest::new("POST", TOKEN).with_parameter("client_id", CLIENT);
    let evidence = Evidence::new().with_request(&request);
    let client_id = |key: &[u8]| {
        let privacy = Privacy::new(key).unwrap().with_hashed_client_id();
        checked(&evidence, |diagnosis| shown(diagnosis, &privacy)["client_id"].as_str().unwrap().to_owned())
    };
    assert_eq!(client_id(&[1; 16]), client_id(&[1; 16]));
    assert_ne!(client_id(&[1; 16]), client_id(&[2; 16]));
    assert!(client_id(&[1; 16]).starts_with("hmac-sha256:") && !client_id(&[1; 16]).contains(CLIENT));
    let error = Privacy::new(&[1; 15]).unwrap_err();
    assert_eq!((error.cause(), error.argument()), (Cause::WrongLength, Argument::HashKey));
}

#[test]
fn too_little_scratch_is_refused_with_what_is_needed() {
    let assertion = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0.";
    let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", assertion);
    let evidence = Evidence::new().with_request(&request);
    for size in 0..=Diagnosis::scratch_size(assertion.len()) {
        let mut scratch = vec![0; size];
        match Diagnosis::check(&evidence, &mut scratch) {
            Ok(diagnosis) => assert!(diagnosis.causes().iter().any(|cause| cause.fault() == Fault::AlgorithmNone)),
            Err(error) => {
                assert_eq!((error.cause(), error.argument()), (Cause::BufferTooSmall, Argument::Scratch));
                assert_eq!(error.needed(), Some(Diagnosis::scratch_size(assertion.len())));
                assert!(size < Diagnosis::scratch_size(assertion.len()));
            }
        }
    }
}

/// What the vectors cannot say in every language: documents that are none.
#[test]
fn documents_that_are_none_are_refused() {
    let deep = format!(r#"{{"client_id":{}{}}}"#, "[".repeat(32), "]".repeat(32));
    for (document, cause) in [
        (b"".as_slice(), Cause::InvalidJson),
        (b"<html>", Cause::InvalidJson),
        (br#"{"client_id":"a""#, Cause::InvalidJson),
        (br#"{"client_id":"\ud800"}"#, Cause::InvalidJson),
        (b"{\"client_id\":\"\xff\"}", Cause::NotUtf8),
        (b"[]", Cause::WrongType),
        (br#"{"client_id":"a","\u0063lient_id":"b"}"#, Cause::Repeated),
        (br#"{"client_id":7}"#, Cause::WrongType),
        (br#"{"grant_types":{}}"#, Cause::WrongType),
        (deep.as_bytes(), Cause::TooDeep),
    ] {
        let mut changed = document.to_vec();
        let error = RegisteredClient::read(&mut changed).unwrap_err();
        assert_eq!((error.cause(), error.argument()), (cause, Argument::Registration), "{document:?}");
        // The same document where it is not changed.
        let mut scratch = vec![0; document.len()];
        assert_eq!(RegisteredClient::read_in(document, &mut scratch).unwrap_err(), error);
    }
    for (document, cause) in [
        (b"".as_slice(), Cause::InvalidJson),
        (br#"{"keys":["#, Cause::InvalidJson),
        (b"{\"keys\":[\"\xff\"]}", Cause::NotUtf8),
        (b"[]", Cause::WrongType),
        (b"{}", Cause::WrongType),
        (br#"{"keys":null}"#, Cause::WrongType),
        (br#"{"keys":[],"keys":[]}"#, Cause::Repeated),
    ] {
        let error = PublishedKeys::read(document).unwrap_err();
        assert_eq!((error.cause(), error.argument()), (cause, Argument::Jwks), "{document:?}");
    }
    // Metadata that cannot be read says something by itself.
    for document in ["<html>", "[]", "{}", r#"{"issuer":7}"#, r#"{"issuer":"https://other.example"}"#] {
        let mut document = document.as_bytes().to_vec();
        let metadata = MetadataEvidence::read(&mut document, Some(ISSUER));
        let evidence = Evidence::new().with_metadata(&metadata);
        let diagnosis = Diagnosis::check(&evidence, &mut []).unwrap();
        let causes: Vec<_> = diagnosis.causes().iter().map(|cause| (cause.fault(), cause.class())).collect();
        assert_eq!(causes, [(Fault::MetadataUnusable, Class::Consistent)]);
        assert_eq!(diagnosis.status(Check::Metadata), Status::Failed);
    }
}

/// Whatever comes in: no panic, no secret, JSON that can be read.
#[test]
fn any_input_at_all() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let case = Case::default();
    let good = {
        let input = format!(
            "{}.{}",
            base64url(case.header.to_string().as_bytes()),
            base64url(case.claims.to_string().as_bytes())
        );
        format!("{input}.{}", base64url(&signature(&key(1), input.as_bytes())))
    };
    let jwks = json!({ "keys": [jwk(&key(1), "one")] }).to_string();
    for _ in 0..20_000 {
        let mut assertion = good.clone().into_bytes();
        for _ in 0..random() % 8 {
            if assertion.is_empty() {
                break;
            }
            let place = usize::try_from(random() % assertion.len() as u64).unwrap();
            match random() % 4 {
                0 => assertion[place] = random().to_le_bytes()[0],
                1 => drop(assertion.remove(place)),
                2 => assertion.insert(place, b'.'),
                _ => assertion.truncate(place.max(1)),
            }
        }
        let assertion = String::from_utf8_lossy(&assertion).into_owned();
        let mut answer: Vec<u8> = (0..random() % 60).map(|_| random().to_le_bytes()[0]).collect();
        if random() % 2 == 0 {
            answer = format!(r#"{{"error":"{}","error_description":"x"}}"#, random() % 9).into_bytes();
        }
        let status = u16::try_from(random() % 600).unwrap();
        let outcome = Response::new(status, &mut answer).read();
        assert!(!matches!(outcome, Outcome::Token(_)));
        let request = SentRequest::new("POST", TOKEN)
            .with_parameter("client_assertion", &assertion)
            .with_parameter("client_assertion_type", TYPE);
        let received = ReceivedAnswer::new(status, outcome).with_header("date", DATE);
        let keys = PublishedKeys::read(jwks.as_bytes()).unwrap();
        let evidence =
            Evidence::new().with_request(&request).with_answer(&received).with_issuer(ISSUER).with_keys(keys);
        let mut scratch = vec![0; Diagnosis::scratch_size(assertion.len())];
        let diagnosis = Diagnosis::explain(&evidence, &mut scratch).unwrap();
        let mut output = vec![0; 16_384];
        let text = diagnosis.write_explanation(&mut output, &Privacy::new(&[3; 16]).unwrap()).unwrap();
        serde_json::from_str::<Value>(text).unwrap();
        assert!(!text.contains("eyJ"), "{text}");
    }
}

#[test]
fn published_keys_are_counted_and_those_of_p256_read() {
    let read = |keys: &Value| {
        let document = json!({ "keys": keys }).to_string();
        let keys = PublishedKeys::read(document.as_bytes()).unwrap();
        (keys.len(), keys.is_empty(), keys.first())
    };
    let (one, other) = (jwk(&key(1), "one"), jwk(&key(2), "two"));
    assert_eq!(read(&json!([])), (0, true, None));
    assert_eq!(read(&json!([one])), (1, false, Some(public(&key(1)))));
    assert_eq!(read(&json!([other, one, {}])), (3, false, Some(public(&key(2)))));
    // 31 bytes and one of base64url's that no byte has; padding; another type, and another curve, of the same coordinates.
    let x = one["x"].as_str().unwrap();
    for (member, value) in [
        ("x", json!(x[..42])),
        ("x", json!(format!("{x}="))),
        ("x", json!(format!("{x}AA"))),
        ("x", json!(7)),
        ("kty", json!("OKP")),
        ("kty", json!(null)),
        ("crv", json!("P-384")),
        ("crv", json!("p-256")),
    ] {
        let mut spoilt = one.clone();
        spoilt[member] = value;
        assert_eq!(read(&json!([spoilt, one])), (2, false, None), "{spoilt}");
    }
}

#[test]
fn the_digest_of_metadata_is_that_of_what_was_fetched() {
    let privacy = Privacy::new(&[7; 16]).unwrap();
    let of = |metadata: &MetadataEvidence<'_>| {
        let evidence = Evidence::new().with_metadata(metadata);
        checked(&evidence, |diagnosis| shown(diagnosis, &privacy)["authorization_server_metadata"].clone())
    };
    let document = json!({ "issuer": ISSUER, "token_endpoint": TOKEN }).to_string();
    let mut bytes = document.clone().into_bytes();
    let digest: [u8; 32] = Sha256::digest(document.as_bytes()).into();
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let read = MetadataEvidence::read(&mut bytes, Some(ISSUER));
    assert_eq!(of(&read)["sha256"], hexadecimal);
    assert_eq!(of(&read.with_digest([0x5a; 32]))["sha256"], "5a".repeat(32));
    assert_eq!(of(&read.with_fetched_at(NOW))["fetched_at"], NOW);
}

#[test]
fn what_was_sent_can_be_counted_by_the_caller() {
    struct Twice;
    impl SeenIds for Twice {
        fn count(&self, jwt_id: &str) -> usize {
            if jwt_id == "id-1" { 2 } else { 0 }
        }
    }
    let replay = |jwt_id: &str| {
        let mut claims = claims();
        claims["jti"] = json!(jwt_id);
        let assertion = signed(&json!({ "alg": "ES256" }), &claims, 1);
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
        let evidence = Evidence::new().with_request(&request).with_seen_from(&Twice);
        checked(&evidence, |diagnosis| diagnosis.status(Check::Replay))
    };
    assert_eq!((replay("id-1"), replay("id-2")), (Status::Failed, Status::Passed));
}

#[test]
fn a_configured_token_endpoint_is_the_one_that_counts() {
    let configured = "https://as.example/oauth2/token";
    let audience = |aud: &str| {
        let mut claims = claims();
        claims["aud"] = json!(aud);
        let assertion = signed(&json!({ "alg": "ES256" }), &claims, 1);
        // Sent through a gateway.
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
        let evidence = Evidence::new()
            .with_request(&request)
            .with_token_endpoint(configured)
            .with_profile(Profile::named("ory-hydra").unwrap())
            .with_behaviour(Behaviour::named("ory-hydra").unwrap());
        checked(&evidence, |diagnosis| diagnosis.status(Check::Audience))
    };
    assert_eq!((audience(configured), audience(TOKEN)), (Status::Passed, Status::Failed));
}

#[test]
fn an_inspection_shows_what_the_header_has() {
    let embedded = jwk(&key(3), "three");
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "one", "x5t#S256": "abc", "jwk": embedded });
    let assertion = signed(&header, &json!({ "iss": "a", "sub": "b" }), 3);
    let mut scratch = vec![0; Inspection::scratch_size(assertion.len())];
    let inspection = Inspection::read(&assertion, &mut scratch).unwrap();
    let text = |member: jurat_core::Member<'_>| member.text().map(str::to_owned);
    assert_eq!(text(inspection.key_id()).as_deref(), Some("one"));
    assert_eq!(text(inspection.certificate_thumbprint()).as_deref(), Some("abc"));
    assert_eq!(inspection.length(), assertion.len());
    let digest: [u8; 32] = Sha256::digest(assertion.as_bytes()).into();
    assert_eq!(inspection.digest(), digest);
    // The key in the header is the one that signed, and no server knows it.
    let said = check(&with(|case| {
        case.header["jwk"] = embedded.clone();
        case.header["kid"] = json!("three");
        case.signer = 3;
        case.own_key = false;
    }));
    assert_eq!(said.first(), ("key_unknown", Class::Proven));
    assert_eq!(said.status(Check::Signature), Status::Passed);
    assert!(said.json["causes"][0]["evidence"].to_string().contains("the one in the header"), "{}", said.json);
    for (member, value) in [("jwk", embedded), ("jku", json!("https://x.example")), ("x5c", json!([]))] {
        let said = check(&with(|case| case.header[member] = value));
        assert_eq!(said.json["evidence"]["assertion_header"]["other_members"], true, "{member}");
    }
    assert_eq!(check(&Case::default()).json["evidence"]["assertion_header"]["other_members"], false);
}

#[test]
fn a_placeholder_stands_for_something() {
    for (placeholder, structure) in [
        ("<jwt>", Status::NotDecidable(Wanted::Assertion)),
        ("[removed]", Status::NotDecidable(Wanted::Assertion)),
        ("***", Status::NotDecidable(Wanted::Assertion)),
        ("*", Status::NotDecidable(Wanted::Assertion)),
        ("<>", Status::Failed),
        ("[]", Status::Failed),
        ("<jwt]", Status::Failed),
        ("*.*", Status::Failed),
    ] {
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", placeholder);
        let evidence = Evidence::new().with_request(&request);
        assert_eq!(checked(&evidence, |diagnosis| diagnosis.status(Check::Structure)), structure, "{placeholder}");
    }
}

/// Claims at a server whose `Date` is `NOW`, which stands for a second before and after.
fn at_date(profile: Option<&'static str>, claims: &[(&'static str, Option<u64>)]) -> Said {
    ask(&with(|case| {
        case.profile = profile;
        case.header["typ"] = json!("JWT");
        for (name, value) in claims {
            match value {
                Some(value) => case.claims[*name] = json!(value),
                None => drop(case.claims.as_object_mut().unwrap().remove(*name)),
            }
        }
    }))
}

#[test]
fn times_are_judged_to_the_second() {
    const PROVEN: Option<Class> = Some(Class::Proven);
    const CLOSE: Option<Class> = Some(Class::Consistent);
    let (keycloak, oidc, better_auth) = (Some("keycloak"), Some("oidc-provider"), Some("better-auth"));
    let old = NOW - 30;
    for (profile, claims, check, code, found) in [
        (keycloak, vec![("iat", old), ("exp", NOW - 1)], Check::Expiration, "expired", PROVEN),
        (keycloak, vec![("iat", old), ("exp", NOW)], Check::Expiration, "expired", CLOSE),
        (keycloak, vec![("iat", old), ("exp", NOW + 1)], Check::Expiration, "expired", CLOSE),
        (keycloak, vec![("iat", old), ("exp", NOW + 2)], Check::Expiration, "expired", None),
        // It takes them for 15 seconds more.
        (oidc, vec![("iat", old), ("exp", NOW - 16)], Check::Expiration, "expired", PROVEN),
        (oidc, vec![("iat", old), ("exp", NOW - 15)], Check::Expiration, "expired", CLOSE),
        (oidc, vec![("iat", old), ("exp", NOW - 14)], Check::Expiration, "expired", CLOSE),
        (oidc, vec![("iat", old), ("exp", NOW - 13)], Check::Expiration, "expired", None),
        // And these 15 seconds before.
        (keycloak, vec![("nbf", NOW + 17)], Check::NotBefore, "not_yet_valid", PROVEN),
        (keycloak, vec![("nbf", NOW + 16)], Check::NotBefore, "not_yet_valid", CLOSE),
        (keycloak, vec![("nbf", NOW + 15)], Check::NotBefore, "not_yet_valid", CLOSE),
        (keycloak, vec![("nbf", NOW + 14)], Check::NotBefore, "not_yet_valid", None),
        (keycloak, vec![("iat", NOW + 17)], Check::IssuedAt, "issued_in_future", PROVEN),
        (keycloak, vec![("iat", NOW + 16)], Check::IssuedAt, "issued_in_future", None),
        // It does not look.
        (oidc, vec![("iat", NOW + 1_000), ("exp", NOW + 1_060)], Check::IssuedAt, "issued_in_future", None),
        // Nobody knows whether it does.
        (Some("smart"), vec![("iat", NOW + 2)], Check::IssuedAt, "issued_in_future", CLOSE),
        (Some("smart"), vec![("iat", NOW + 1)], Check::IssuedAt, "issued_in_future", None),
        // 60 seconds from `iat`.
        (keycloak, vec![("iat", NOW - 62)], Check::IssuedAt, "issued_too_long_ago", PROVEN),
        (keycloak, vec![("iat", NOW - 61)], Check::IssuedAt, "issued_too_long_ago", None),
        // What has expired is old besides.
        (keycloak, vec![("iat", NOW - 62), ("exp", NOW - 1)], Check::IssuedAt, "issued_too_long_ago", CLOSE),
        // 300 seconds from now.
        (better_auth, vec![("exp", NOW + 302)], Check::Lifetime, "lifetime_too_long", PROVEN),
        (better_auth, vec![("exp", NOW + 301)], Check::Lifetime, "lifetime_too_long", None),
        // 120 seconds from `iat`.
        (Some("singpass"), vec![("iat", NOW - 1), ("exp", NOW + 120)], Check::Lifetime, "lifetime_too_long", PROVEN),
        (Some("singpass"), vec![("iat", NOW), ("exp", NOW + 120)], Check::Lifetime, "lifetime_too_long", None),
        (keycloak, vec![("iat", NOW), ("exp", NOW)], Check::Lifetime, "lifetime_invalid", PROVEN),
        (
            keycloak,
            vec![("iat", NOW - 1), ("nbf", NOW + 9), ("exp", NOW + 9)],
            Check::Lifetime,
            "lifetime_invalid",
            PROVEN,
        ),
        (
            keycloak,
            vec![("iat", NOW - 1), ("nbf", NOW + 8), ("exp", NOW + 9)],
            Check::Lifetime,
            "lifetime_invalid",
            None,
        ),
    ] {
        let claims: Vec<_> = claims.iter().map(|(name, value)| (*name, Some(*value))).collect();
        let said = at_date(profile, &claims);
        let class = said.class(code);
        assert_eq!(class, found, "{profile:?} {claims:?}: {:?}", said.causes);
        let failed = said.status(check) == Status::Failed;
        assert_eq!(failed, found.is_some(), "{profile:?} {claims:?}: {:?}", said.status(check));
    }
}

#[test]
fn without_iat_the_lifetime_counts_from_now() {
    let said = at_date(Some("keycloak"), &[("iat", None), ("exp", Some(NOW + 62))]);
    assert!(said.causes.contains(&("iat_missing", Class::Proven)), "{:?}", said.causes);
    assert!(said.causes.contains(&("lifetime_too_long", Class::Consistent)), "{:?}", said.causes);
    let said = at_date(Some("keycloak"), &[("iat", None), ("exp", Some(NOW + 61))]);
    assert_eq!(said.status(Check::Lifetime), Status::Passed);
    // With it, from there.
    assert_eq!(at_date(Some("keycloak"), &[("exp", Some(NOW + 3_000))]).status(Check::Lifetime), Status::Passed);
    // Of a server of which nothing is known, an hour is a lot.
    let said = at_date(None, &[("exp", Some(NOW + 3_601))]);
    assert!(said.causes.contains(&("lifetime_too_long", Class::Consistent)), "{:?}", said.causes);
    let said = at_date(None, &[("exp", Some(NOW + 3_600))]);
    assert_eq!(said.status(Check::Lifetime), Status::NotDecidable(Wanted::Profile));
}

#[test]
fn a_clock_is_as_good_as_is_known_of_it() {
    let expiration = |exp: u64, sent_at: u64, uncertainty: Option<u32>| {
        let said = check(&with(|case| {
            case.profile = Some("keycloak");
            case.claims["iat"] = json!(NOW - 100);
            case.claims["exp"] = json!(exp);
            case.sent_at = Some(sent_at);
            case.uncertainty = uncertainty;
        }));
        let class = said.class("expired");
        (said.status(Check::Expiration), class)
    };
    // 10 seconds of uncertainty, and one for the fractions.
    assert_eq!(expiration(NOW - 10, NOW, Some(10)), (Status::Failed, Some(Class::Proven)));
    assert_eq!(expiration(NOW - 9, NOW, Some(10)), (Status::Failed, Some(Class::Consistent)));
    assert_eq!(expiration(NOW + 11, NOW, Some(10)), (Status::Failed, Some(Class::Consistent)));
    assert_eq!(expiration(NOW + 12, NOW, Some(10)), (Status::Passed, None));
    // A clock that may be wrong by anything: a minute, and nothing is proven by it.
    assert_eq!(expiration(NOW - 60, NOW, None), (Status::Failed, Some(Class::Consistent)));
    assert_eq!(expiration(NOW - 59, NOW, None), (Status::NotDecidable(Wanted::Time), None));
    assert_eq!(expiration(NOW + 62, NOW, None), (Status::Passed, None));

    // The device's clock against the server's date: its uncertainty, and a second.
    let skew = |sent_at: u64, times: &[(&str, u64)]| {
        let said = ask(&with(|case| {
            case.sent_at = Some(sent_at);
            for (name, time) in times {
                case.claims[*name] = json!(time);
            }
        }));
        let class = said.class("clock_skew");
        (said.status(Check::Clock), class)
    };
    let (right, proven) = ((Status::Passed, None), (Status::Failed, Some(Class::Proven)));
    let possible = (Status::Failed, Some(Class::Consistent));
    // With the right time it would be taken; this server tolerates 15 seconds.
    let expired = [("iat", NOW - 76), ("exp", NOW - 16)];
    assert_eq!(skew(NOW - 2, &expired), right);
    assert_eq!(skew(NOW - 3, &expired), proven);
    let early = [("nbf", NOW + 17)];
    assert_eq!(skew(NOW + 2, &early), right);
    assert_eq!(skew(NOW + 3, &early), proven);
    // Here it would not: an assertion that was used for too long, a clock that is wrong in the other direction.
    assert_eq!(skew(NOW - 3, &[("iat", NOW - 78), ("exp", NOW - 19)]), right);
    assert_eq!(skew(NOW - 3, &[("iat", NOW - 77), ("exp", NOW - 18)]), proven);
    assert_eq!(skew(NOW + 3, &expired), right);
    assert_eq!(skew(NOW - 3, &early), right);
    assert_eq!(skew(NOW - 400, &[("iat", NOW - 2_000), ("exp", NOW - 1_940)]), possible);
    // Where no time is wrong, it has to be by much.
    assert_eq!(skew(NOW + 299, &[]), right);
    assert_eq!(skew(NOW + 300, &[]), possible);
    assert_eq!(skew(NOW - 300, &[]), possible);
    // What has nothing to do with the clock is not its fault.
    let said = ask(&with(|case| {
        case.sent_at = Some(NOW + 4);
        drop(case.claims.as_object_mut().unwrap().remove("exp"));
    }));
    assert_eq!((said.first(), said.class("clock_skew")), (("exp_missing", Class::Proven), None));
    // Whether the server looks at iat, and what it tolerates, is not known; nobody tolerates minutes.
    let unknown = |ahead: u64| {
        let said = ask(&with(|case| {
            case.profile = None;
            case.sent_at = Some(NOW + ahead);
            case.claims["iat"] = json!(NOW + ahead);
            case.claims["exp"] = json!(NOW + ahead + 60);
        }));
        (said.class("issued_in_future"), said.class("clock_skew"))
    };
    assert_eq!(unknown(4), (Some(Class::Consistent), Some(Class::Consistent)));
    assert_eq!(unknown(299), (Some(Class::Consistent), Some(Class::Consistent)));
    assert_eq!(unknown(300), (Some(Class::Consistent), Some(Class::Proven)));
    // Said once.
    let said = ask(&with(|case| {
        case.sent_at = Some(NOW - 3);
        for (name, time) in expired {
            case.claims[name] = json!(time);
        }
    }));
    assert_eq!(said.json["causes"][0]["evidence"].as_array().unwrap().len(), 1, "{}", said.json);

    // A clock that was never set, and one that is not known.
    let minted = |iat: u64, sent_at: Option<u64>| {
        let said = ask(&with(|case| {
            case.sent_at = sent_at;
            case.uncertainty = None;
            case.claims["iat"] = json!(iat);
            case.claims["exp"] = json!(iat + 60);
        }));
        let class = said.class("clock_skew");
        (said.status(Check::Clock), class)
    };
    assert_eq!(minted(1_000, None), (Status::Failed, Some(Class::Proven)));
    assert_eq!(minted(999_999_999, None), (Status::Failed, Some(Class::Proven)));
    assert_eq!(minted(1_000_000_000, None), (Status::Failed, Some(Class::Consistent)));
    assert_eq!(minted(NOW - 86_400 * 400, None), (Status::Failed, Some(Class::Consistent)));
    // Nothing speaks against it.
    assert_eq!(minted(NOW, None), (Status::NotDecidable(Wanted::Time), Some(Class::Consistent)));
    assert_eq!(minted(NOW, Some(NOW)), (Status::Passed, None));
}

#[test]
fn without_a_look_at_the_signature_kid_and_key_decide() {
    let of = |kid: Option<&'static str>, signer: Option<u8>, keys: Value| {
        check(&with(|case| {
            case.verifier = false;
            case.registration.as_mut().unwrap()["jwks"]["keys"] = keys;
            match kid {
                Some(kid) => case.header["kid"] = json!(kid),
                None => drop(case.header.as_object_mut().unwrap().remove("kid")),
            }
            case.own_key = signer.is_some();
            case.signer = signer.unwrap_or(1);
        }))
    };
    let (one, two) = (jwk(&key(1), "one"), jwk(&key(2), "two"));
    let nameless = json!({ "kty": "EC", "crv": "P-256", "x": one["x"], "y": one["y"] });
    let both_keys = json!([one, two]);
    let undecided = Status::NotDecidable(Wanted::Key);
    for (kid, signer, keys, status, code) in [
        (Some("one"), Some(1), &both_keys, Status::Passed, ""),
        (Some("two"), Some(1), &both_keys, Status::Failed, "kid_mismatch"),
        (Some("nine"), Some(1), &both_keys, Status::Failed, "kid_unknown"),
        (Some("one"), Some(3), &both_keys, Status::Failed, "key_mismatch"),
        (Some("nine"), Some(3), &both_keys, Status::Failed, "key_unknown"),
        (Some("nine"), None, &both_keys, Status::Failed, "kid_unknown"),
        (Some("one"), None, &both_keys, undecided, ""),
        (None, Some(1), &both_keys, Status::Passed, ""),
        (None, Some(3), &both_keys, Status::Failed, "key_unknown"),
        (None, None, &both_keys, undecided, ""),
        // A key without a name goes by any.
        (Some("nine"), Some(1), &json!([nameless]), Status::Passed, ""),
    ] {
        let said = of(kid, signer, keys.clone());
        assert_eq!(said.status(Check::Key), status, "{kid:?} {signer:?}: {:?}", said.causes);
        let proven = said.causes.iter().find(|(_, class)| *class == Class::Proven).map_or("", |(code, _)| *code);
        assert_eq!(proven, code, "{kid:?} {signer:?}: {:?}", said.causes);
    }
}

#[test]
fn kid_is_missed_where_it_is_needed() {
    let of = |profile: Option<&'static str>, keys: Option<usize>, is_grant: bool| {
        let change = |case: &mut Case| {
            case.profile = profile;
            drop(case.header.as_object_mut().unwrap().remove("kid"));
            let all = [jwk(&key(1), "one"), jwk(&key(2), "two")];
            match keys {
                Some(count) => case.registration.as_mut().unwrap()["jwks"]["keys"] = json!(all[..count]),
                None => case.registration = None,
            }
        };
        let said = check(&if is_grant { grant(change) } else { with(change) });
        let class = said.class("kid_missing");
        assert_eq!(said.status(Check::KeyId) == Status::Failed, class.is_some());
        class
    };
    let (proven, likely) = (Some(Class::Proven), Some(Class::Consistent));
    for (profile, keys, is_grant, class) in [
        (Some("smart"), Some(1), false, proven),
        (Some("zitadel"), Some(1), false, proven),
        (Some("okta"), Some(2), false, proven),
        (Some("okta"), Some(1), false, None),
        (Some("okta"), None, false, likely),
        (Some("oidc-provider"), Some(2), false, None),
        // What is known is known of client assertions.
        (Some("oidc-provider"), Some(2), true, likely),
        (Some("spring"), Some(2), false, likely),
        (Some("spring"), Some(1), false, None),
        (None, None, false, likely),
    ] {
        assert_eq!(of(profile, keys, is_grant), class, "{profile:?} {keys:?} {is_grant}");
    }
    // Of several keys it is likely, of keys that nobody knows as likely as the rest.
    let first = |keys: bool| {
        ask(&with(|case| {
            case.profile = Some("spring");
            case.header["typ"] = json!("JWT");
            drop(case.header.as_object_mut().unwrap().remove("kid"));
            if !keys {
                case.registration = None;
            }
        }))
        .first()
        .0
    };
    assert_eq!(first(true), "kid_missing");
    assert_ne!(first(false), "kid_missing");
    let hinted = |keys: bool| {
        ask(&with(|case| {
            case.profile = Some("spring");
            case.header["typ"] = json!("JWT");
            case.seen = None;
            case.answer = r#"{"error":"invalid_client","error_description":"reuse"}"#.into();
            drop(case.header.as_object_mut().unwrap().remove("kid"));
            if !keys {
                case.registration = None;
            }
        }))
        .first()
        .0
    };
    assert_eq!((hinted(true), hinted(false)), ("kid_missing", "jti_replayed"));
    // What the product is known for is enough without its profile.
    let assertion = signed(&json!({ "alg": "ES256" }), &claims(), 1);
    let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
    let evidence = Evidence::new().with_request(&request).with_behaviour(Behaviour::named("zitadel").unwrap());
    let found = |diagnosis: &Diagnosis<'_>| {
        diagnosis.causes().iter().find(|cause| cause.fault() == Fault::KidMissing).map(|cause| cause.class())
    };
    assert_eq!(checked(&evidence, found), proven);
    // A certificate's thumbprint stands in its place where the profile says so.
    let by_certificate = |profile| {
        check(&with(|case| {
            case.profile = Some(profile);
            drop(case.header.as_object_mut().unwrap().remove("kid"));
            case.header["x5t#S256"] = json!("abc");
        }))
        .status(Check::KeyId)
    };
    assert_eq!((by_certificate("entra"), by_certificate("smart")), (Status::Passed, Status::Failed));
    assert_eq!(of(Some("entra"), Some(1), false), proven);
}

#[test]
fn a_key_that_was_published_lately_may_not_have_arrived() {
    let late = |nbf: Option<u64>, registered: bool, max_age: Option<u32>, fetched_at: u64| {
        let mut published = jwk(&key(1), "one");
        if let Some(nbf) = nbf {
            published["nbf"] = json!(nbf);
        }
        let document = json!({ "keys": [published] }).to_string();
        let assertion = signed(&json!({ "alg": "ES256", "kid": "one" }), &claims(), 1);
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
        let mut body = REFUSED.as_bytes().to_vec();
        let answer = ReceivedAnswer::new(401, Response::new(401, &mut body).read()).with_header("Date", DATE);
        let keys = json!({ "jwks": { "keys": [jwk(&key(1), if registered { "one" } else { "two" })] } });
        let mut registration = keys.to_string().into_bytes();
        let registration = RegisteredClient::read(&mut registration).unwrap();
        let evidence = Evidence::new()
            .with_request(&request)
            .with_answer(&answer)
            .with_registration(&registration)
            .with_verifier(&SoftwareVerifier)
            .with_keys(PublishedKeys::read(document.as_bytes()).unwrap().with_fetched_at(fetched_at, max_age));
        explained(&evidence, |diagnosis| {
            assert_eq!(diagnosis.status(Check::Key), Status::Passed);
            let cause = diagnosis.causes().iter().find(|cause| cause.fault() == Fault::KeyNotPropagated);
            let facts = format!("{cause:?}");
            facts.contains("was published") || facts.contains("an older copy for as long")
        })
    };
    // An hour, if nothing is said; the server's time is known to a second.
    assert!(late(Some(NOW - 3_600), false, None, 0) && !late(Some(NOW - 3_601), false, None, 0));
    assert!(late(Some(NOW - 60), false, Some(60), 0) && !late(Some(NOW - 61), false, Some(60), 0));
    // From when it was fetched, where the key says nothing.
    assert!(late(None, false, Some(60), NOW - 60) && !late(None, false, Some(60), NOW - 61));
    assert!(!late(Some(NOW - 3_601), false, None, NOW));
    // The server was given it.
    assert!(!late(Some(NOW), true, None, NOW));
}

#[test]
fn what_is_odd_about_a_signature_is_said() {
    let of = |change: fn(String) -> String| check(&with(|case| case.spoil = change)).json["causes"].to_string();
    for (change, expected) in [
        ((|text| format!("{text}==")) as fn(String) -> String, "the signature has base64 padding"),
        (
            |text| format!("{}+{}", &text[..text.len() - 5], &text[text.len() - 4..]),
            "the signature has + or / of base64",
        ),
        (|text| format!("{}~{}", &text[..text.len() - 4], &text[text.len() - 4..]), "the signature is no base64url"),
        (|text| format!("{}x", &text[..text.len() - 1]), "the signature's base64url has stray bits"),
    ] {
        let said = of(change);
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn numbers_have_their_sign() {
    let said = at_date(Some("keycloak"), &[("iat", Some(NOW - 30)), ("exp", Some(NOW - 1))]);
    assert!(said.json["causes"].to_string().contains("from exp to when it was judged: 0\""), "{}", said.json["causes"]);
    for (sent_at, expected) in [(NOW - 300, "Date of the answer: -300\""), (NOW + 300, "Date of the answer: 300\"")] {
        let said = ask(&with(|case| case.sent_at = Some(sent_at)));
        assert!(said.json["causes"].to_string().contains(expected), "{}", said.json["causes"]);
    }
}

#[test]
fn a_client_assertion_is_announced_by_its_parameters() {
    let of = |parameters: &[(&str, &str)]| {
        let mut request = SentRequest::new("POST", TOKEN).with_header("Authorization", "Basic eDp5");
        for (name, value) in parameters {
            request = request.with_parameter(name, value);
        }
        checked(&Evidence::new().with_request(&request), |diagnosis| {
            diagnosis.causes().iter().map(|cause| cause.fault().code()).collect::<Vec<_>>()
        })
    };
    let grant_type = ("grant_type", "client_credentials");
    assert!(of(&[grant_type]).is_empty());
    assert_eq!(of(&[grant_type, ("client_assertion_type", TYPE)]), ["assertion_missing"]);
    assert_eq!(of(&[grant_type, ("client_assertion", "")]), ["assertion_missing"]);
    // The same JWT for both, unless both are taken out.
    let twice = |assertion: &str| {
        of(&[
            ("grant_type", GRANT),
            ("assertion", assertion),
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion),
        ])
        .contains(&"purpose_confused")
    };
    assert!(twice("a.b.c") && !twice("<removed>"));
}

#[test]
fn the_clock_is_read_in_the_middle_of_the_round_trip() {
    let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", "<removed>");
    let mut body = REFUSED.as_bytes().to_vec();
    let answer = ReceivedAnswer::new(401, Response::new(401, &mut body).read()).with_header("Date", DATE);
    let evidence = Evidence::new().with_request(&request).with_answer(&answer);
    let evidence = evidence.with_sent_at(NOW + 20).with_received_at(NOW + 30).with_clock("rtc", Some(0));
    let record = explained(&evidence, |diagnosis| shown(diagnosis, &Privacy::new(&[7; 16]).unwrap()));
    assert_eq!(record["clock"]["ahead_s"], 25, "{record}");
}

#[test]
fn nbf_is_missed_where_the_server_wants_it() {
    let missed = |by_profile: bool, by_behaviour: bool| {
        let assertion = signed(&json!({ "alg": "ES256" }), &claims(), 1);
        let request = SentRequest::new("POST", TOKEN).with_parameter("client_assertion", &assertion);
        let mut profile = *Profile::named("keycloak").unwrap();
        profile.not_before = by_profile;
        let mut behaviour = *Behaviour::named("keycloak").unwrap();
        behaviour.nbf_required = Some(by_behaviour);
        let evidence = Evidence::new().with_request(&request).with_profile(&profile).with_behaviour(&behaviour);
        checked(&evidence, |diagnosis| diagnosis.causes().iter().any(|cause| cause.fault() == Fault::NbfRequired))
    };
    assert!(missed(true, false) && missed(false, true) && missed(true, true) && !missed(false, false));
}

#[test]
fn a_grant_is_checked_with_the_keys_of_its_issuer() {
    let undecided = Status::NotDecidable(Wanted::Keys);
    // Another party's, beside a client's.
    assert_eq!(check(&both(|_, _| ())).status(Check::Key), undecided);
    assert_eq!(check(&both(|claims, _| claims["iss"] = json!(CLIENT))).status(Check::Key), Status::Passed);
    // Its own, with no client assertion beside it; those of another client say nothing of it.
    let registered = |client_id: Value| {
        check(&grant(|case| case.registration.as_mut().unwrap()["client_id"] = client_id)).status(Check::Key)
    };
    assert_eq!((registered(json!("sts-1")), registered(json!(CLIENT))), (Status::Passed, undecided));
    // Keys that belong to nobody else.
    assert_eq!(registered(Value::Null), Status::Passed);
    fn published(case: &mut Case) {
        case.jwks = case.registration.as_ref().map(|registration| registration["jwks"].clone());
        case.registration = None;
    }
    assert_eq!(check(&grant(published)).status(Check::Key), Status::Passed);
    // Two keys under one id, as RFC 7517 section 4.5 allows for other types.
    let rsa = json!({ "kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB" });
    let two =
        check(&with(|case| case.registration.as_mut().unwrap()["jwks"]["keys"] = json!([rsa, jwk(&key(1), "one")])));
    assert_eq!((two.status(Check::Key), two.status(Check::Signature)), (Status::Passed, Status::Passed));
    // They are for the only assertion that there is, whatever it names.
    let unnamed = |made: fn(fn(&mut Case)) -> Case, kid: Value| {
        let mut case = made(published);
        case.own_key = false;
        case.header["kid"] = kid;
        check(&case)
    };
    assert_eq!(unnamed(|change| grant(change), json!("other")).first(), ("kid_unknown", Class::Proven));
    assert_eq!(unnamed(|change| with(change), json!("other")).first(), ("kid_unknown", Class::Proven));
    assert_eq!(unnamed(|change| with(change), Value::Null).status(Check::Key), Status::Passed);
    // Published keys are the client's where there is one, unless the grant names one of them.
    let named = |kid: &str| {
        check(&both(|claims, case| {
            published(case);
            case.params.push(("assertion", signed(&json!({ "alg": "ES256", "kid": kid }), claims, 2)));
        }))
    };
    assert_eq!(named("two").status(Check::Key), Status::Passed);
    assert_eq!((named("sts").status(Check::Key), named("sts").status(Check::Signature)), (undecided, undecided));
    // The key that signs is the client's; what fits no other may be another party's.
    assert_eq!(named("one").first(), ("kid_mismatch", Class::Proven));
    let unknown = check(&both(|claims, case| {
        published(case);
        case.params.push(("assertion", signed(&json!({ "alg": "ES256", "kid": "one" }), claims, 9)));
    }));
    assert_eq!(unknown.causes.first().map(|(_, class)| *class), Some(Class::Consistent), "{:?}", unknown.causes);
    let own = |claims: &mut Value, case: &mut Case| {
        claims["iss"] = json!(CLIENT);
        published(case);
    };
    assert_eq!(check(&both(own)).status(Check::Key), Status::Passed);
    // What is said of it is no proof against another party's.
    let said = check(&both(|claims, case| {
        case.params.push(("assertion", signed(&json!({ "alg": "RS256", "kid": "sts" }), claims, 9)));
    }));
    assert!(said.causes.iter().all(|(_, class)| *class != Class::Proven), "{:?}", said.causes);
}
