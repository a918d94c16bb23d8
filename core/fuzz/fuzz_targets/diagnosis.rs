//! Diagnoses: whatever is known, the records are JSON of the size that they say, and hold none of the secrets.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use jurat_core::{
    Behaviour, Check, Diagnosis, Evidence, MAX_CANDIDATES, MAX_CAUSES, MetadataEvidence, Privacy, Profile, PublicKey,
    PublishedKeys, ReceivedAnswer, RegisteredClient, Response, SentRequest, Status,
};
use jurat_fuzz::{base64url, exact, json, parts};

const SIGNATURE: &[u8; 64] = b"Signature of a client: whoever has it can use it until it ends.\x01";
const GRANT_SIGNATURE: &[u8; 64] = b"Signature of a grant, which is not to be seen in a record, too.\x01";
const TOKEN: &str = "Access-token_that.nobody~is/to+see-0123456789_abcdef";
const SECRET: &str = "correct horse battery staple";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";

#[derive(Arbitrary, Debug)]
struct Known {
    answer: Option<(u16, bool, bool)>,
    client: bool,
    grant: bool,
    parameters: u8,
    headers: u8,
    profile: u8,
    key: bool,
    keys: bool,
    registration: bool,
    metadata: bool,
    issuer: bool,
    token_endpoint: bool,
    seen: bool,
    clock: Option<u8>,
    sent_at: Option<u32>,
    received_at: Option<u32>,
    privacy: u8,
    size: u16,
}

fn is_in(record: &str, secret: &str) -> bool {
    // Half of one is one too many.
    record.contains(&secret[..secret.len().min(24)])
}

/// An assertion of these two texts, and the signature in base64url.
fn assertion(header: &[u8], claims: &[u8], signature: &[u8]) -> String {
    [header, claims, signature].map(base64url).join(".")
}

// What is known, then texts with zero bytes between.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut input = Unstructured::new(data);
    let Ok(known) = Known::arbitrary(&mut input) else { return };
    let mut texts = parts(input.take_rest());
    let mut bytes = || texts.next().unwrap_or_default();
    let (header, claims) = (bytes(), bytes());
    let client = assertion(header, claims, SIGNATURE);
    let grant = assertion(bytes(), bytes(), GRANT_SIGNATURE);
    let (body, mut metadata) = (bytes(), bytes().to_vec());
    let (mut registration, keys) = (bytes().to_vec(), bytes());
    let mut text = || String::from_utf8_lossy(bytes()).into_owned();
    let (method, endpoint, grant_type, scope) = (text(), text(), text(), text());
    let (client_id, content_type, date, issuer) = (text(), text(), text(), text());
    let sent_body = String::from_utf8_lossy(body).into_owned();

    let mut request = SentRequest::new(&method, &endpoint);
    let parameters = [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("grant_type", &grant_type),
        ("scope", &scope),
        ("client_id", &client_id),
        ("client_secret", SECRET),
        ("code", CODE),
        ("scope", &scope),
    ];
    for (name, value) in (0..).zip(parameters).filter(|(bit, _)| known.parameters >> bit & 1 == 1).map(|(_, pair)| pair)
    {
        request = request.with_parameter(name, value);
    }
    if known.client {
        request = request.with_parameter("client_assertion", &client);
    }
    if known.grant {
        request = request.with_parameter("assertion", &grant);
    }
    for (bit, (name, value)) in
        (0..).zip([("Content-Type", content_type.as_str()), ("Authorization", SECRET), ("DPoP", TOKEN)])
    {
        if known.headers >> bit & 1 == 1 {
            request = request.with_header(name, value);
        }
    }

    // A server may say what it got.
    let echoed =
        [("@client", client.as_str()), ("@grant", &grant), ("@secret", SECRET), ("@code", CODE), ("@token", TOKEN)];
    let body = echoed.into_iter().fold(sent_body, |body, (name, value)| body.replace(name, value));
    let issued = format!(r#"{{"access_token":"{TOKEN}","token_type":"bearer","expires_in":60}}"#);
    let mut answered = match known.answer {
        Some((_, true, _)) => issued.into_bytes(),
        _ => body.into_bytes(),
    };
    let (status, truncated) = known.answer.map_or((0, false), |(status, _, truncated)| (status % 600, truncated));
    let response = Response::new(status, &mut answered);
    let response = if truncated { response.truncated() } else { response };
    let outcome = response.read();
    let echoes_token = !matches!(outcome, jurat_core::Outcome::Token(_));
    let mut answer = ReceivedAnswer::new(status, outcome);
    let fields = [
        ("Date", date.as_str()),
        ("Age", "1"),
        ("Content-Type", &content_type),
        ("Retry-After", "1"),
        ("DPoP-Nonce", "1"),
    ];
    for (bit, (name, value)) in (3..).zip(fields) {
        if known.headers >> bit & 1 == 1 {
            answer = answer.with_header(name, value);
        }
    }

    let metadata = MetadataEvidence::read(&mut metadata, known.issuer.then_some(issuer.as_str()));
    let registration = RegisteredClient::read(&mut registration).ok().filter(|_| known.registration);
    let published = PublishedKeys::read(keys).ok().filter(|_| known.keys);
    let ids = ["1", "2"];
    let mut evidence = Evidence::new().with_request(&request);
    if known.answer.is_some() {
        evidence = evidence.with_answer(&answer);
    }
    if known.metadata {
        evidence = evidence.with_metadata(&metadata);
    }
    if let Some(registration) = &registration {
        evidence = evidence.with_registration(registration);
    }
    if let Some(keys) = published {
        evidence = evidence.with_keys(keys.with_source(&endpoint).with_fetched_at(1, Some(2)));
    }
    if known.key {
        evidence = evidence.with_key(PublicKey::from_coordinates(&[1; 32], &[2; 32]).unwrap());
    }
    if known.issuer {
        evidence = evidence.with_issuer(&issuer);
    }
    if known.token_endpoint {
        evidence = evidence.with_token_endpoint(&endpoint);
    }
    if known.seen {
        evidence = evidence.with_seen(&ids);
    }
    if let Some(profile) = Profile::ALL.get(usize::from(known.profile)) {
        evidence = evidence.with_profile(profile);
        if let Some(behaviour) = Behaviour::named(profile.id) {
            evidence = evidence.with_behaviour(behaviour);
        }
    }
    if let Some(uncertainty) = known.clock {
        evidence = evidence.with_clock("ntp", Some(uncertainty.into()).filter(|seconds| *seconds != 0));
    }
    if let Some(seconds) = known.sent_at {
        evidence = evidence.with_sent_at(seconds.into());
    }
    if let Some(seconds) = known.received_at {
        evidence = evidence.with_received_at(seconds.into());
    }

    let characters = [(known.client, &client), (known.grant, &grant)]
        .iter()
        .map(|(there, text)| if *there { text.len() } else { 0 })
        .sum();
    let mut rooms = [(); 2].map(|()| vec![0; Diagnosis::scratch_size(characters)]);
    let [first, second] = &mut rooms;
    let explained = Diagnosis::explain(&evidence, first).expect("so many bytes are enough");
    let checked = Diagnosis::check(&evidence, second).expect("so many bytes are enough");
    let mut privacy = Privacy::new(b"0123456789abcdef").unwrap();
    let changes: [fn(Privacy<'static>) -> Privacy<'static>; 3] =
        [Privacy::with_hashed_client_id, Privacy::with_hashed_jwt_id, Privacy::with_clear_grant];
    for (bit, change) in changes.iter().enumerate() {
        if known.privacy >> bit & 1 == 1 {
            privacy = change(privacy);
        }
    }
    let secrets =
        [base64url(SIGNATURE), base64url(GRANT_SIGNATURE), TOKEN.to_owned(), SECRET.to_owned(), CODE.to_owned()];
    for (diagnosis, is_check) in [(&explained, false), (&checked, true)] {
        assert!(diagnosis.causes().len() <= MAX_CAUSES && diagnosis.cannot_distinguish().len() <= MAX_CANDIDATES);
        for check in Check::ALL {
            let failed = diagnosis.status(*check) == Status::Failed;
            // An explanation of a token drops its causes: they did not matter.
            assert!(!failed || !is_check || !diagnosis.causes().is_empty(), "{check:?} fails without a cause");
        }
        // One of them at a time: each is written six times.
        let record = exact(known.size, |buffer| {
            let record = match known.size % 3 {
                0 => diagnosis.write_explanation(buffer, &privacy),
                1 => diagnosis.write_checks(buffer, &privacy),
                _ => diagnosis.write_evidence(buffer, &privacy),
            };
            Ok(record?.len())
        });
        let record = String::from_utf8(record.unwrap()).unwrap();
        assert!(json(record.as_bytes()).is_some_and(|record| record.is_object()), "{record}");
        for (index, secret) in secrets.iter().enumerate() {
            // Of a secret that is no parameter, a server may say anything that does not look like one.
            let sent = match index {
                2 => !echoes_token,
                3 => known.parameters >> 4 & 1 == 1,
                4 => known.parameters >> 5 & 1 == 1,
                _ => true,
            };
            // libFuzzer learns what is looked for, and gives it as a name that is in clear.
            let given = is_in(&String::from_utf8_lossy(data), secret);
            assert!(!sent || given || !is_in(&record, secret), "{secret} in {record}");
        }
    }
});
